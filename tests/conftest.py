"""What the tests stand on: the demo shop, a shopper, and the stand-in for Stripe over real HTTP."""

import hashlib
import hmac
import json
import re
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import unescape
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.commands import flush
from django.core.servers.basehttp import WSGIRequestHandler
from django.db import connection
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult
from oscar.core.loading import get_model
from pipeline.templatetags.pipeline import StylesheetNode

from shop.shared_pages.versions import versions
from tests.factories import make_countries
from tests.translation import write_arabic

if TYPE_CHECKING:  # it stands on this module
    from tests.looks.sights import Answer

Order = get_model("order", "Order")

ADDRESS = {
    "first_name": "Alex",
    "last_name": "Example",
    "line1": "12 Sample Street",
    "line2": "",
    "line4": "Austin",
    "state": "TX",
    "postcode": "78701",
    "country": "US",
}


def pytest_addoption(parser):
    parser.addoption(
        "--stories",
        type=int,
        default=100,
        help="how many stories test_whatever_happens.py tells; of thousands say --timeout=0 too",
    )
    parser.addoption(
        "--bad-requests",
        type=int,
        default=300,
        help="how many requests test_bad_requests.py makes up; of thousands say --timeout=0 too",
    )


@pytest.fixture(autouse=True)
def nothing_counted():
    """What was asked in another test counts for no limit here."""
    cache.clear()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Tests that end by emptying all tables come last, so that the others find what migrations wrote; of those, the
    slow ones come first, so that no core waits for another one at the end.

    pytest-django sorts them too; then pytest groups tests by browser and draws some of them to the front again.
    """
    items.sort(key=lambda item: (_empties_tables(item), item.get_closest_marker("slow") is None))


def _empties_tables(item) -> bool:
    marker = item.get_closest_marker("django_db")
    transactional = marker is not None and marker.kwargs.get("transaction", False)
    return transactional or bool({"transactional_db", "live_server"} & {*item.fixturenames})


# An answer leaves in two pieces, head and body. On a kept connection the second would wait until the other side has
# confirmed the first, which it does after 40 milliseconds.
WSGIRequestHandler.disable_nagle_algorithm = True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests with real transactions end by emptying all tables, which would take a second or more: PostgreSQL would
    TRUNCATE 120 of them, of a few rows each, and then all permissions would be worked out again. So rows are deleted,
    and what was worked out is put back.
    """
    operations = type(connection.ops)
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        worked_out = {table: _rows(cursor, table) for table in WORKED_OUT}
    sql_flush = operations.sql_flush if connection.vendor == "sqlite" else _deletions

    def empty(operations, style, tables, **options):
        put_back = [words for table, words in worked_out.items() if table in tables]
        return [*sql_flush(operations, style, tables, **options), *put_back]

    operations.sql_flush = empty
    flush.emit_post_migrate_signal = lambda *words: None


# What Django and the shop make of the models once all migrations ran.
WORKED_OUT = ["django_content_type", "auth_permission", "auth_group", "auth_group_permissions", "django_site"]


def _rows(cursor, table: str) -> str:
    """The statement that writes the rows that the table has now."""
    cursor.execute(f"SELECT * FROM {table}")  # noqa: S608  (one of ours)
    columns = ", ".join(column[0] for column in cursor.description)
    rows = ", ".join(f"({', '.join(map(_literal, row))})" for row in cursor.fetchall())
    return f"INSERT INTO {table} ({columns}) VALUES {rows};"  # noqa: S608  (as above)


def _literal(value: str | int) -> str:
    return str(value) if isinstance(value, int) else "'{}'".format(value.replace("'", "''"))


def _deletions(operations, style, tables, **options) -> list[str]:
    deletions = [f"DELETE FROM {operations.quote_name(table)};" for table in tables]  # noqa: S608  (our tables)
    if "staff_entry" not in tables:
        return deletions
    triggers = "ALTER TABLE staff_entry {} TRIGGER USER;"  # they refuse to give up any row of the audit trail
    return [triggers.format("DISABLE"), *deletions, triggers.format("ENABLE")]


@pytest.fixture(autouse=True, scope="session")
def stylesheets_named_once():
    """Nothing is collected for tests, so each page names sixty stylesheets: the same ones, and a third of its time."""
    write = StylesheetNode.render_compressed_sources

    def name(node, package, *words):
        key = (*words, settings.STATIC_URL)
        if key not in written:
            written[key] = write(node, package, *words)
        return written[key]

    written: dict[tuple[str, ...], str] = {}
    StylesheetNode.render_compressed_sources = name


def write_promises() -> None:
    """The three promises. Migrations write them; tests with real transactions end by emptying all tables."""
    if apps.get_model("promises", "Promise").objects.exists():
        return
    import_module("shop.promises.migrations.0002_three_promises").make_promises(apps, None)
    import_module("shop.promises.migrations.0004_versions").hold_from_the_beginning(apps, None)
    import_module("shop.promises.migrations.0005_returns_by_themselves").tell_how_it_goes(apps, None)
    import_module("shop.promises.migrations.0006_secure_checkout").leave_statements_to_their_checks(apps, None)


@pytest.fixture
def promises(db):
    write_promises()


@pytest.fixture
def kept_parts(settings):
    """What pages have in common is kept, as in production; `versions.forget()` is what a moment does by itself."""
    settings.SHARED_PAGES = {**settings.SHARED_PAGES, "ARE_KEPT": True}
    versions.forget()
    yield
    versions.forget()


@pytest.fixture
def demo_shop(promises, settings, tmp_path):
    """The demo shop, as `load_demo` makes it, with its pictures in a folder of this test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    call_command("load_demo", verbosity=0)


@pytest.fixture
def arabic(settings, tmp_path):
    """Everybody reads Arabic: Django's and Oscar's own, and for our words one that no translator wrote."""
    write_arabic(tmp_path / "locale")
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    settings.LANGUAGE_CODE = "ar"


class Shopper:
    """A browser without JavaScript: adds, checks out, comes back."""

    def __init__(self, email: str = "alex@example.com") -> None:
        self.client = Client()
        self.email = email

    def add(self, product, quantity: int = 1):
        return self.client.post(reverse("basket:add", args=[product.pk]), {"quantity": quantity})

    def seen(self) -> str:
        """What the checkout page shows, as its fingerprint."""
        page = self.client.get(reverse("checkout:index"))
        return re.search(r'name="seen" value="([0-9a-f]+)"', page.content.decode())[1]

    def press_pay(self, *, seen: str | None = None, **changes: str):
        """Submit the checkout as it is on the screen, or as it was when `seen` was read."""
        form = ADDRESS | {"email": self.email, "shipping_method": "standard", "seen": seen or self.seen()} | changes
        return self.client.post(reverse("checkout:index"), form)

    def basket(self) -> dict[str, int]:
        """Titles and quantities, as the basket page has them."""
        lines = self.client.get(reverse("basket:summary")).context["basket"].all_lines()
        return {line.product.get_title(): line.quantity for line in lines}


@pytest.fixture
def shopper(db):
    make_countries()
    return Shopper()


class StandIn:
    """The stand-in for Stripe as a shopper at its page meets it, and a hand that sends webhooks."""

    CARD = "4242 4242 4242 4242"

    def __init__(self, address: str, secret: str) -> None:
        self.address = address
        self.secret = secret

    def pay(self, url: str, card: str = CARD) -> requests.Response:
        """Type the card in and press Pay; the answer is not followed."""
        return self.about_to_pay(url, card)()

    def about_to_pay(self, url: str, card: str = CARD) -> Callable[[], requests.Response]:
        """Type the card in; what it gives presses Pay, also when the session has ended meanwhile."""
        browser = requests.Session()
        page = browser.get(url, timeout=20)
        token = unescape(re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1])
        card = {"card_number": card, "expiry": "12 / 40", "cvc": "123", "name": "Alex Example"}
        return partial(browser.post, url, card | {"csrfmiddlewaretoken": token}, timeout=20, allow_redirects=False)

    @staticmethod
    def path_back(answer: requests.Response) -> str:
        """Where in the shop the answer to a payment leads."""
        return "/" + answer.headers["Location"].split("/", 3)[3]

    def events(self, kind: str) -> list[dict]:
        """The payloads of all events of that type, oldest first."""
        Event = get_model("stripe_sandbox", "Event")
        return [event.payload for event in Event.objects.filter(type=kind).order_by("created_at")]

    def deliver(self, client: Client, payload, *, secret: str | None = None, sent_at: float | None = None):
        """Post an event (or whatever bytes) to the shop's webhook, signed."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        stamp = int(sent_at or time.time())
        digest = hmac.new((secret or self.secret).encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"Stripe-Signature": f"t={stamp},v1={digest}"}
        return client.post("/stripe/webhook/", body, content_type="application/json", headers=headers)

    def tell(self, client: Client, *kinds: str) -> list[int]:
        """Deliver the newest event of each type; gives what the shop answered."""
        return [self.deliver(client, self.events(kind)[-1]).status_code for kind in kinds]


@pytest.fixture
def stripe(live_server, settings):
    """Stripe's stand-in over HTTP. Its own webhooks reach nobody: a test that wants one delivers it."""
    settings.STRIPE_API_BASE = f"{live_server.url}/stripe-sandbox"
    settings.SITE_URL = "http://127.0.0.1:9"  # the discard port: nobody listens
    return StandIn(live_server.url, settings.STRIPE_WEBHOOK_SECRETS[0])


@pytest.fixture
def stripe_with_webhooks(stripe, live_server, settings):
    """The same, with webhooks that reach the shop at once, as the shop is served."""
    settings.SITE_URL = live_server.url
    return stripe


def carry_out(task: Task) -> None:
    """Do what was asked of this task and waits, in the transaction of the test."""
    for asked in DBTaskResult.objects.filter(task_path=task.module_path):
        task.call(*asked.args_kwargs["args"], **asked.args_kwargs["kwargs"])


@pytest.fixture
def run_tasks():
    """Do what the worker would: run all that waits and may run now."""

    def run() -> None:
        # The worker ends its task before it obeys a signal. What runs the tests must go on obeying at once.
        handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)}
        try:
            call_command("db_worker", batch=True, verbosity=0, startup_delay=False)
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)

    return run


@dataclass(frozen=True)
class EveryPage:
    """Each page of tests/looks/sights.py as it came, what is behind their links, and the folder of their pictures."""

    answers: "list[Answer]"
    statuses: dict[str, int]
    media: Path

    def __getitem__(self, name: str) -> "Answer":
        return next(answer for answer in self.answers if answer.sight.name == name)


@pytest.fixture(scope="session")
def every_page(django_db_setup, django_db_blocker, live_server, tmp_path_factory):
    """All pages, fetched once for all tests that read or show them; then the shop is empty again."""
    from tests.looks.records import furnish
    from tests.looks.sights import look_at, look_behind_links, sights

    media = tmp_path_factory.mktemp("media")
    stripe = f"{live_server.url}/stripe-sandbox"
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=media, SITE_URL=live_server.url, STRIPE_API_BASE=stripe),
    ):
        try:
            write_promises()
            call_command("load_demo", verbosity=0)
            shop = furnish(live_server.url)
            answers = look_at(sights(shop), shop.clients)
            return EveryPage(answers, look_behind_links(answers, shop.clients), media)
        finally:
            call_command("flush", interactive=False, verbosity=0)
