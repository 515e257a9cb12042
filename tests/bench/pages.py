"""The main pages under gunicorn with two workers, with the demo loaded.

The database is a fresh one on the PostgreSQL server of DATABASE_URL, or SQLite where none answers. Each page is asked
for by four clients at once, for at most 300 requests or five seconds. Queries are counted on one more request.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

import django

from tests.bench.server import environment, fresh_database, gunicorn, manage, say

CLIENTS = 4
MOST_REQUESTS = 300
MOST_SECONDS = 5


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = fresh_database(os.environ["DATABASE_URL"]) or f"sqlite:///{folder}/shop.sqlite3"
        os.environ.update(environment(database, folder))
        say(f"{database.split(':')[0]}, gunicorn with 2 workers, {CLIENTS} clients, {os.cpu_count()} cores\n")
        manage("migrate", "--verbosity", "0")
        manage("load_demo")
        manage("collectstatic", "--noinput")
        django.setup()
        with gunicorn(workers=2) as port:
            say(f"{'page':<34}{'requests/s':>12}{'median ms':>12}{'95 % ms':>10}{'queries':>10}")
            for path, cookies, queries in _pages():
                took, seconds = _ask(port, path, cookies)
                ninety_fifth = statistics.quantiles(took, n=20)[-1]
                say(
                    f"{path:<34}{len(took) / seconds:>12.1f}{statistics.median(took) * 1000:>12.1f}"
                    f"{ninety_fifth * 1000:>10.1f}{queries:>10}"
                )


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
