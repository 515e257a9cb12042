"""What `make bench` runs: the main pages under gunicorn with two workers, on 127.0.0.1, with the demo loaded.

The database is a fresh one on the PostgreSQL server of DATABASE_URL, or SQLite where none answers. Each page is asked
for by four clients at once, for at most 300 requests or five seconds. Queries are counted on one more request.
"""

import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import django
import psycopg2

CLIENTS = 4
MOST_REQUESTS = 300
MOST_SECONDS = 5
STARTING_SECONDS = 60
DATABASE_NAME = "shop_bench"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = _fresh_database(os.environ["DATABASE_URL"]) or f"sqlite:///{folder}/shop.sqlite3"
        os.environ.update(_environment(database, folder))
        _say(f"{database.split(':')[0]}, gunicorn with 2 workers, {CLIENTS} clients, {os.cpu_count()} cores\n")
        for command in (["migrate", "--verbosity", "0"], ["load_demo"], ["collectstatic", "--noinput"]):
            subprocess.run([sys.executable, "manage.py", *command], check=True, stdout=subprocess.DEVNULL)
        django.setup()
        with _gunicorn() as port:
            _say(f"{'page':<34}{'requests/s':>12}{'median ms':>12}{'95 % ms':>10}{'queries':>10}")
            for path, cookies, queries in _pages():
                took, seconds = _ask(port, path, cookies)
                ninety_fifth = statistics.quantiles(took, n=20)[-1]
                _say(
                    f"{path:<34}{len(took) / seconds:>12.1f}{statistics.median(took) * 1000:>12.1f}"
                    f"{ninety_fifth * 1000:>10.1f}{queries:>10}"
                )


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _fresh_database(url: str) -> str | None:
    """Make the bench's own database on the server of this URL and return its URL; None when no server answers."""
    parts = urlsplit(url)
    try:
        server = psycopg2.connect(parts._replace(path="/postgres").geturl(), connect_timeout=3)
    except psycopg2.OperationalError:
        return None
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE_NAME}")
        cursor.execute(f"CREATE DATABASE {DATABASE_NAME}")
    server.close()
    return parts._replace(path=f"/{DATABASE_NAME}").geturl()


def _environment(database: str, folder: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "shop.settings.production",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": "https://127.0.0.1",
        "DATABASE_URL": database,
        "CACHE_URL": "locmem://",
        "EMAIL_URL": "dummymail://",
        "MEDIA_ROOT": f"{folder}/media",
        "STRIPE_SECRET_KEY": "sk_test_bench",
        "STRIPE_WEBHOOK_SECRET": "whsec_bench",
    }


@contextmanager
def _gunicorn() -> Iterator[int]:
    """The shop on a free port, which is given; stopped at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    gunicorn = Path(sys.executable).with_name("gunicorn")
    server = subprocess.Popen(
        [
            gunicorn,
            "shop.wsgi",
            "--bind",
            f"127.0.0.1:{port}",
            "--workers",
            "2",
            "--no-control-socket",
            "--log-level",
            "error",
        ]
    )
    try:
        _wait_until_ready(server, port)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait_until_ready(server: subprocess.Popen, port: int) -> None:
    end = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz/")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit("gunicorn does not become ready.")


def _pages() -> Iterator[tuple[str, str, int]]:
    """Each page to measure: its path, the cookies that it is asked for with, and how many queries it makes."""
    # Django's models can be imported only after django.setup().
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from oscar.core.loading import get_model

    product = get_model("catalogue", "Product").objects.get(slug="renewal-retinol-serum")
    category = get_model("catalogue", "Category").objects.get(slug="treat")
    reader, shopper = (Client(SERVER_NAME="127.0.0.1") for _ in range(2))
    shopper.post(f"/basket/add/{product.pk}/", {"quantity": 1}, secure=True)
    pages = [
        ("/", reader),
        ("/blog/understanding-pockmarks/", reader),
        (category.get_absolute_url(), reader),
        (product.get_absolute_url(), reader),
        ("/basket/", shopper),
    ]
    for path, client in pages:
        client.get(path, secure=True)  # the first one fills what is kept for later ones
        with CaptureQueriesContext(connection) as queries:
            response = client.get(path, secure=True)
        if response.status_code != 200:
            raise SystemExit(f"{path} answers {response.status_code}.")
        yield path, client.cookies.output(header="", sep=";", attrs=[]).strip(), len(queries)


def _ask(port: int, path: str, cookies: str) -> tuple[list[float], float]:
    """Ask for the page again and again. Gives the seconds that each answer took, and the seconds that all took."""
    headers = {"X-Forwarded-Proto": "https", "Cookie": cookies}

    def one_client(_number: int) -> list[float]:
        took = []
        while len(took) < MOST_REQUESTS // CLIENTS and time.monotonic() < end:
            began = time.monotonic()
            connection = HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            response.read()
            connection.close()
            if response.status != 200:
                raise SystemExit(f"{path} answers {response.status}.")
            took.append(time.monotonic() - began)
        return took

    began = time.monotonic()
    end = began + MOST_SECONDS
    with ThreadPoolExecutor(CLIENTS) as clients:
        took = [seconds for client in clients.map(one_client, range(CLIENTS)) for seconds in client]
    return took, time.monotonic() - began


if __name__ == "__main__":
    main()
