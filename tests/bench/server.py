"""What the benches run on: a fresh database, and the shop under gunicorn with production settings, on 127.0.0.1."""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

STARTING_SECONDS = 60
DATABASE_NAME = "shop_bench"
WEBHOOK_SECRET = "whsec_bench"


def fresh_database(url: str) -> str | None:
    """Make the bench's own database on the server of this URL and return its URL; None when no server answers."""
    parts = urlsplit(url)
    try:
        server = psycopg2.connect(parts._replace(path="/postgres").geturl(), connect_timeout=3)
    except psycopg2.OperationalError:
        return None
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE_NAME} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {DATABASE_NAME}")
    server.close()
    return parts._replace(path=f"/{DATABASE_NAME}").geturl()


def environment(database: str, folder: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "shop.settings.production",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "127.0.0.1,testserver",  # the latter is what Django's test client asks for
        "SITE_URL": "https://127.0.0.1",
        "DATABASE_URL": database,
        "CACHE_URL": "locmem://",
        "EMAIL_URL": "dummymail://",
        "MEDIA_ROOT": f"{folder}/media",
        "STRIPE_SECRET_KEY": "sk_test_bench",
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
    }


def manage(*words: str, settings: str = "shop.settings.production") -> None:
    subprocess.run(
        [sys.executable, "manage.py", *words],
        check=True,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": settings},
    )


@contextmanager
def gunicorn(*, workers: int, application: str = "shop.wsgi", **variables: str) -> Iterator[int]:
    """The shop on a free port, which is given; stopped at the end."""
    port = free_port()
    words = [application, "--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--no-control-socket"]
    program = Path(sys.executable).with_name("gunicorn")
    server = subprocess.Popen([program, *words, "--log-level", "error"], env=os.environ | variables)
    try:
        _wait_until_ready(server, port)
        yield port
    finally:
        server.terminate()
        server.wait()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _wait_until_ready(server: subprocess.Popen, port: int) -> None:
    end = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                connection.request("GET", "/readyz/", headers={"X-Forwarded-Proto": "https"})
                if connection.getresponse().status == 200:
                    return
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit("gunicorn does not become ready.")
