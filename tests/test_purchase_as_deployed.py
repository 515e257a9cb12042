"""The web and worker commands as docker-compose.yml has them, with PostgreSQL and Redis, through a whole purchase.

Only what containers would give is swapped: host names and ports, the folder of the pictures, the database's owner. A
second process, under development settings and with a database of its own, stands in for Stripe.
"""

import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace

import html5lib
import psycopg2
import pytest
import requests
from django.db import connection

from tests.containers import ROOT, command, compose_environment, image_environment

BIN = Path(sys.executable).parent
STARTING_SECONDS = 60
MAIL_SECONDS = 30
WEBHOOK_SECRET = "whsec_as_deployed"


def answers(port: int) -> bool:
    with socket.socket() as caller:
        caller.settimeout(1)
        return caller.connect_ex(("127.0.0.1", port)) == 0


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL in DATABASE_URL"),
    pytest.mark.skipif(not answers(6379), reason="needs Redis at 127.0.0.1:6379"),
]


@pytest.fixture
def database():
    """A fresh database beside the one of the tests; its URL."""
    server = connection.settings_dict
    owner = {"user": server["USER"], "password": server["PASSWORD"], "host": server["HOST"], "port": server["PORT"]}
    name = f"shop_as_deployed_{os.getpid()}"

    def run(statement: str) -> None:
        administration = psycopg2.connect(dbname="postgres", **{key: value for key, value in owner.items() if value})
        administration.autocommit = True
        administration.cursor().execute(statement)
        administration.close()

    run(f"CREATE DATABASE {name}")
    yield "postgres://{user}:{password}@{host}:{port}/".format(**owner | {"port": owner["port"] or 5432}) + name
    run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def deployed(database, tmp_path):
    """The shop as deployed: `url`, `database` and the folder `mails`."""
    web_port, stripe_port = free_port(), free_port()
    url = f"https://127.0.0.1:{web_port}"
    mails = tmp_path / "mails"
    secrets_of_env_file = {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": url,
        "POSTGRES_PASSWORD": "unused",
        "EMAIL_URL": f"filemail:///{mails}",
        "STRIPE_SECRET_KEY": "sk_test_as_deployed",
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "STRIPE_API_BASE": f"http://127.0.0.1:{stripe_port}/stripe-sandbox",
    }
    ours = compose_environment("web", secrets_of_env_file) | {"DATABASE_URL": database}
    ours["CACHE_URL"] = ours["CACHE_URL"].replace("//redis:", "//127.0.0.1:")
    shop = image_environment() | ours | {"MEDIA_ROOT": str(tmp_path / "media")}
    stripe = {
        "DJANGO_SETTINGS_MODULE": "shop.settings.dev",
        "DATABASE_URL": f"sqlite:///{tmp_path}/stripe.sqlite3",
        "SITE_URL": f"http://127.0.0.1:{web_port}",  # webhooks come from inside, past the proxy
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
    }

    run(command("migrate"), shop)
    run(["python", "manage.py", "collectstatic", "--noinput"], shop)
    run(["python", "manage.py", "load_demo"], shop)
    run(["python", "manage.py", "migrate", "--verbosity", "0"], stripe)
    gunicorn = [word.replace("0.0.0.0:8000", f"127.0.0.1:{web_port}") for word in command("web")]
    runserver = ["python", "manage.py", "runserver", "--noreload", f"127.0.0.1:{stripe_port}"]
    with ExitStack() as processes:
        processes.enter_context(running(runserver, stripe, tmp_path / "stripe.log"))
        processes.enter_context(running(gunicorn, shop, tmp_path / "web.log"))
        processes.enter_context(running(command("worker"), shop, tmp_path / "worker.log"))
        assert comes_true(STARTING_SECONDS, lambda: answers(web_port) and answers(stripe_port))
        yield SimpleNamespace(url=url, database=database, mails=mails)


def test_reader_buys_what_the_guide_recommends(deployed):
    reader = Reader(deployed.url)
    reader.open("/readyz/")
    reader.open("/blog/understanding-pockmarks/")
    reader.submit("Add to basket")
    reader.open("/basket/")
    assert reader.links("Checkout") == ["/checkout/"]
    reader.open("/checkout/")
    reader.submit(
        "Pay",
        email="alex@example.com",
        first_name="Alex",
        last_name="Example",
        line1="12 Sample Street",
        line4="Austin",
        state="TX",
        postcode="78701",
        country="US",
    )
    reader.submit("Pay $", card_number="4242 4242 4242 4242", expiry="12 / 40", cvc="123", name="Alex Example")
    number = re.search(r"data-order-number[^>]*>\s*([\w-]+)", reader.page.text)[1]

    assert status_of_order(deployed.database, number) == "Paid"
    assert comes_true(MAIL_SECONDS, lambda: number in mails_in(deployed.mails)), "the worker sent no mail"


class Reader:
    """A browser without JavaScript, in front of a proxy that ends TLS."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.browser = requests.Session()
        self.browser.mount(url, TlsEndingProxy())

    def open(self, path: str) -> None:
        self._arrive(self.browser.get(self.url + path, timeout=20))

    def links(self, text: str) -> list[str]:
        return [link.get("href") for link in self.document.iter("a") if "".join(link.itertext()).strip() == text]

    def submit(self, button: str, **typed: str) -> None:
        """Fill in and send the first form with a button whose name begins so."""
        form = next(form for form in self.document.iter("form") if _button(form).startswith(button))
        values = {field.get("name"): field.get("value", "") for field in form.iter("input") if _counts(field)}
        address = requests.compat.urljoin(self.page.url, form.get("action", ""))
        self._arrive(self.browser.post(address, values | typed, headers={"Referer": self.page.url}, timeout=20))

    def _arrive(self, page: requests.Response) -> None:
        page.raise_for_status()
        self.page = page
        self.document = html5lib.parse(page.text, namespaceHTMLElements=False)


class TlsEndingProxy(requests.adapters.HTTPAdapter):
    """Passes on without TLS what the browser asks for with it, and says so to the shop."""

    def send(self, request, **options) -> requests.Response:
        asked = request.url
        request.url = asked.replace("https://", "http://", 1)
        request.headers["X-Forwarded-Proto"] = "https"
        response = super().send(request, **options)
        request.url = response.url = asked
        return response


def _button(form) -> str:
    button = next(form.iter("button"), None)
    return "" if button is None else button.get("aria-label") or "".join(button.itertext()).strip()


def _counts(field) -> bool:
    chosen = field.get("type") not in {"radio", "checkbox"} or field.get("checked") is not None
    return bool(field.get("name")) and chosen


def run(words: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(
        [BIN / words[0], *words[1:]], cwd=ROOT, env=with_path(environment), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@contextmanager
def running(words: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    """A process that runs meanwhile; what it said is printed, for pytest to show when the test fails."""
    with log.open("w") as output:
        process = subprocess.Popen(
            [BIN / words[0], *words[1:]], cwd=ROOT, env=with_path(environment), stdout=output, stderr=output
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)
            sys.stdout.write(f"--- {' '.join(words)}\n{log.read_text()}\n")


def with_path(environment: dict[str, str]) -> dict[str, str]:
    return {"PATH": os.environ["PATH"]} | environment


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def comes_true(seconds: float, condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


def status_of_order(database: str, number: str) -> str:
    books = psycopg2.connect(database)
    with books, books.cursor() as cursor:
        cursor.execute("SELECT status FROM order_order WHERE number = %s", [number])
        (status,) = cursor.fetchone()
    books.close()
    return status


def mails_in(folder: Path) -> str:
    return "".join(mail.read_text() for mail in folder.glob("*")) if folder.exists() else ""
