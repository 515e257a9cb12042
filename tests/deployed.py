"""The shop as deployed: the web and worker commands as docker-compose.yml has them, with PostgreSQL and Redis.

Only what containers would give is swapped: host names and ports, the folder of the pictures, the database's owner. A
second process, under development settings and with a database of its own, stands in for Stripe.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from copy import copy
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import html5lib
import psycopg2
import requests

from tests.containers import ROOT, command, compose_environment, image_environment
from tests.ports import STARTING_SECONDS, answers, comes_true, free_port
from tests.proxies import FOR_A_CROWD, nginx, pgbouncer

BIN = Path(sys.executable).parent
STOPPING_SECONDS = 30
WEBHOOK_SECRET = "whsec_as_deployed"
SECRET_KEY = "sk_test_as_deployed"
METRICS_TOKEN = "token-as-deployed"
REDIS_PORT = 6379


class Program:
    """A process that runs meanwhile, and that can be killed and started again; `log` keeps what it said."""

    def __init__(self, words: list[str], environment: dict[str, str], log: Path) -> None:
        self.words, self.environment, self.log = words, environment, log

    def start(self) -> None:
        with self.log.open("a") as output:
            self.process = subprocess.Popen(
                [BIN / self.words[0], *self.words[1:]],
                cwd=ROOT,
                env=_with_path(self.environment),
                stdout=output,
                stderr=output,
            )

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(STOPPING_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()


@dataclass(frozen=True)
class Deployed:
    url: str
    database: str
    web: Program
    worker: Program
    stripe: Program
    second_web: Program | None = None


@contextmanager
def deployed(
    folder: Path, *, email_url: str, web_workers: int = 2, proxied: bool = False, redis_port: int = REDIS_PORT
) -> Iterator[Deployed]:
    """The shop with its demo, beside the database of DATABASE_URL; logs and pictures lie in `folder`.

    `proxied`: nginx before two web programs, PgBouncer before the database, and a replica that never hears of anything
    that happens after the start.
    """
    port, stripe_port, web_ports = free_port(), free_port(), [free_port(), free_port()]
    if not proxied:
        web_ports = [port]
    url = f"https://127.0.0.1:{port}"
    secrets_of_env_file = {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": url,
        "POSTGRES_PASSWORD": "unused",
        "EMAIL_URL": email_url,
        "STRIPE_SECRET_KEY": SECRET_KEY,
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        # As Stripe is, on another host than the shop: cookies know hosts, not ports.
        "STRIPE_API_BASE": f"http://localhost:{stripe_port}/stripe-sandbox",
        "SHOP_LEGAL_NAME": "",
        "SHOP_ADDRESS": "",
        "MEDIA_STORAGE": "",
        "METRICS_TOKEN": METRICS_TOKEN,
        "SENTRY_DSN": "",
        "STAFF_SECOND_FACTOR": "0",  # who shops at random has no phone
        "SLOW_QUERY_MS": "0",
    }
    stripe = {
        "DJANGO_SETTINGS_MODULE": "shop.settings.dev",
        "DATABASE_URL": f"sqlite:///{folder}/stripe.sqlite3",
        "SITE_URL": f"http://127.0.0.1:{port}",  # webhooks come from inside, past the proxy
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
    }
    with fresh_database() as database, ExitStack() as programs:
        ours = compose_environment("web", secrets_of_env_file) | {"DATABASE_URL": database}
        ours["CACHE_URL"] = ours["CACHE_URL"].replace(f"//redis:{REDIS_PORT}", f"//127.0.0.1:{redis_port}")
        shop = image_environment() | ours | {"MEDIA_ROOT": f"{folder}/media"}
        run(command("migrate"), shop)
        collect_static_files(shop)
        load_demo(shop)
        manage(stripe, "migrate", "--verbosity", "0")
        if proxied:
            shop |= {"DATABASE_REPLICA_URL": programs.enter_context(copied(database))}
            shop |= {"DATABASE_URL": programs.enter_context(pgbouncer(folder, database)), "DATABASE_POOLED": "on"}
            run(command("migrate"), shop)
            media = folder / "media"
            programs.enter_context(nginx(folder, port=port, web_ports=web_ports, media=media, wall=FOR_A_CROWD))
        webs = [
            programs.enter_context(Program(_gunicorn(web_port, web_workers), shop, folder / f"web{number or ''}.log"))
            for number, web_port in enumerate(web_ports)
        ]
        runserver = ["python", "manage.py", "runserver", "--noreload", f"127.0.0.1:{stripe_port}"]
        started = Deployed(
            url=url,
            database=database,
            web=webs[0],
            second_web=webs[-1] if proxied else None,
            worker=programs.enter_context(Program(command("worker"), shop, folder / "worker.log")),
            stripe=programs.enter_context(Program(runserver, stripe, folder / "stripe.log")),
        )
        assert comes_true(STARTING_SECONDS, lambda: all(answers(port) for port in [*web_ports, stripe_port]))
        yield started


def _gunicorn(port: int, workers: int) -> list[str]:
    swapped = {"0.0.0.0:8000": f"127.0.0.1:{port}", "2": str(workers)}
    return [swapped.get(word, word) for word in command("web")]


@contextmanager
def copied(database: str) -> Iterator[str]:
    """The URL of a copy of that database, as it is now."""
    source = urlsplit(database)
    name, administration = f"{source.path[1:]}_copy", source._replace(path="/postgres").geturl()
    query(administration, f"CREATE DATABASE {name} TEMPLATE {source.path[1:]}")
    try:
        yield source._replace(path=f"/{name}").geturl()
    finally:
        query(administration, f"DROP DATABASE {name} WITH (FORCE)")


def collect_static_files(shop: dict[str, str]) -> None:
    """Once in a run of pytest, whose processes share the folder: it takes half a minute."""
    run, stamp = os.environ.get("PYTEST_XDIST_TESTRUNUID", ""), ROOT / "var" / "static.collected"
    stamp.parent.mkdir(exist_ok=True)
    with stamp.open("a+") as file:
        flock(file, LOCK_EX)
        file.seek(0)
        if not run or file.read() != run:
            manage(shop, "collectstatic", "--noinput")
            file.truncate(0)
            file.write(run)


def load_demo(production: dict[str, str]) -> None:
    """In the shop with these variables; all pictures are encoded once for all shops, which takes half a minute."""
    manage(production | {"DJANGO_SETTINGS_MODULE": "tests.production_with_kept_pictures"}, "load_demo")


@contextmanager
def fresh_database(name: str = "shop_as_deployed") -> Iterator[str]:
    """A new database on the server of DATABASE_URL, of that name and this process; its URL."""
    server, name = urlsplit(os.environ["DATABASE_URL"]), f"{name}_{os.getpid()}"
    administration = server._replace(path="/postgres").geturl()
    query(administration, f"CREATE DATABASE {name}")
    try:
        yield server._replace(path=f"/{name}").geturl()
    finally:
        query(administration, f"DROP DATABASE {name} WITH (FORCE)")


def query(database: str, statement: str, *values: Any) -> list[tuple]:
    """Run one statement, for good; the rows that it gives."""
    connection = psycopg2.connect(database)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def manage(environment: dict[str, str], *words: str) -> str:
    """What the management command prints. Raises AssertionError with what it complains of."""
    return run(["python", "manage.py", *words], environment)


def run(words: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [BIN / words[0], *words[1:]], cwd=ROOT, env=_with_path(environment), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Reader:
    """A browser without JavaScript, in front of a proxy that ends TLS, at an address of its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.browser = requests.Session()
        self.browser.mount(url, TlsEndingProxy())
        self.browser.headers["X-Forwarded-For"] = str(IPv4Address(secrets.randbits(24) + (10 << 24)))

    def tab(self) -> "Reader":
        """Another tab of the same browser, with the same page open."""
        return copy(self)

    def open(self, address: str) -> None:
        """An address, or a path of the shop."""
        self._arrive(self.browser.get(requests.compat.urljoin(self.url, address), timeout=20))

    def links(self, text: str) -> list[str]:
        return [link.get("href") for link in self.document.iter("a") if "".join(link.itertext()).strip() == text]

    def offers(self, button: str) -> bool:
        return self._form(button) is not None

    def submit(self, button: str, *, follow: bool = True, **typed: str) -> None:
        """Fill in and send the first form with a button whose name begins so; go where the answer leads."""
        form = self._form(button)
        values = {field.get("name"): field.get("value", "") for field in form.iter("input") if _counts(field)}
        pressed = next(form.iter("button"))
        values |= {pressed.get("name"): pressed.get("value", "")} if pressed.get("name") else {}
        address = requests.compat.urljoin(self.page.url, form.get("action", ""))
        headers = {"Referer": self.page.url}
        self._arrive(self.browser.post(address, values | typed, headers=headers, timeout=20, allow_redirects=follow))

    def _form(self, button: str) -> Any:
        return next((form for form in self.document.iter("form") if _button(form).startswith(button)), None)

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


def _with_path(environment: dict[str, str]) -> dict[str, str]:
    return {"PATH": os.environ["PATH"]} | environment
