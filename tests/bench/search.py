"""Searching a large shop: 50,000 products and 5,000 guides on PostgreSQL, under gunicorn with two workers.

The words are drawn as in a language, few of them often and most of them seldom, with a fixed seed. Two clients ask at
once, each for its next page when the one before has come. What is measured is the whole answer: of a search the page
with products, guides, filters and their counts; of a suggestion the list below the field.
"""

import os
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import cycle, islice
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import django

from tests.bench.server import environment, fresh_database, gunicorn, manage, say

if TYPE_CHECKING:
    from tests.bench.large_shop import Language

CLIENTS = 2
REQUESTS = 200  # of each group


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = fresh_database(os.environ["DATABASE_URL"])
        if database is None:
            raise SystemExit("This bench needs PostgreSQL in DATABASE_URL.")
        os.environ.update(environment(database, folder))
        manage("migrate", "--verbosity", "0")
        manage("load_demo")
        manage("collectstatic", "--noinput")
        django.setup()
        from tests.bench.large_shop import GUIDES, PRODUCTS, Language, fill, tidy  # its models need Django set up

        language = Language()
        fill(language)
        tidy()
        began = time.monotonic()
        manage("rebuild_search")
        tidy()
        say(f"{PRODUCTS:,} products and {GUIDES:,} guides, read into the index in {time.monotonic() - began:.0f} s")
        say(f"postgres, gunicorn with 2 workers, {CLIENTS} clients, {os.cpu_count()} cores\n")
        with gunicorn(workers=2) as port:
            say(f"{'searches':<34}{'median ms':>12}{'95 % ms':>10}{'queries':>10}")
            _measure_all(port, "/search/", searches(language))
            say(f"\n{'suggestions':<34}{'median ms':>12}{'95 % ms':>10}{'queries':>10}")
            _measure_all(port, "/search/suggestions/", beginnings(language))


def searches(language: "Language") -> dict[str, list[dict[str, str]]]:
    """What is searched for, by what it is called in the table."""
    dice = language.dice
    seldom = language.seldom(60)
    return {
        "a seldom word": [{"q": word} for word in seldom],
        "two words of a name": [
            {"q": f"{dice.choice(language.INGREDIENTS)} {dice.choice(language.FORMS)}"} for _ in range(60)
        ],
        "a name": [{"q": " ".join(language.name().split()[1:])} for _ in range(60)],
        "a word that thousands hold": [{"q": word} for word in [*language.FORMS, *language.INGREDIENTS]],
        "a synonym": [{"q": query} for query in ("spf", "sunblock", "face wash", "moisturiser", "pimple")],
        "filtered and sorted": [
            {"q": word, "concern": "dry-skin", "in_stock": "1", "price_to": "40", "sort": "price"}
            for word in language.INGREDIENTS
        ],
        "a typing error": [
            {"q": word[:3] + word[4:]} for word in map(str.lower, language.INGREDIENTS) if len(word) > 5
        ],
        "nothing": [{"q": f"{word}xq zzyzx"} for word in seldom],
        "ten words": [{"q": language.text(10)} for _ in range(60)],
    }


def beginnings(language: "Language") -> dict[str, list[dict[str, str]]]:
    names = [language.name().lower() for _ in range(60)]
    return {
        "two letters": [{"q": name.split()[2][:2]} for name in names],
        "four letters": [{"q": name.split()[2][:4]} for name in names],
        "one word and a half": [{"q": " ".join(name.split()[2:])[:-2]} for name in names],
        "a typing error": [
            {"q": word[:3] + word[4:]} for word in map(str.lower, language.INGREDIENTS) if len(word) > 5
        ],
    }


def _measure_all(port: int, path: str, groups: dict[str, list[dict[str, str]]]) -> None:
    everything = []
    for name, group in groups.items():
        addresses = [f"{path}?{urlencode(fields)}" for fields in group]
        took = _ask(port, addresses)
        everything += took
        _say(name, took, _queries(addresses[0]))
    _say("all of them", everything, "")


def _say(name: str, took: list[float], queries: int | str) -> None:
    ninety_fifth = statistics.quantiles(took, n=20)[-1]
    say(f"{name:<34}{statistics.median(took) * 1000:>12.1f}{ninety_fifth * 1000:>10.1f}{queries:>10}")


def _queries(address: str) -> int:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="127.0.0.1")
    client.get(address, secure=True)  # the first one fills what is kept for later ones
    with CaptureQueriesContext(connection) as queries:
        client.get(address, secure=True)
    return len(queries)


def _ask(port: int, addresses: list[str]) -> list[float]:
    """Ask for these again and again. Gives the seconds that each answer took."""

    def one_client(number: int) -> list[float]:
        took = []
        for address in islice(cycle(addresses), number, REQUESTS, CLIENTS):
            began = time.monotonic()
            connection = HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", address, headers={"X-Forwarded-Proto": "https"})
            response = connection.getresponse()
            response.read()
            connection.close()
            if response.status != 200:
                raise SystemExit(f"{address} answers {response.status}.")
            took.append(time.monotonic() - began)
        return took

    with ThreadPoolExecutor(CLIENTS) as clients:
        return [seconds for client in clients.map(one_client, range(CLIENTS)) for seconds in client]


if __name__ == "__main__":
    main()
