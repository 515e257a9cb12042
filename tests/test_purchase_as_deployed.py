"""The shop as deployed, through a whole purchase and the replacement of both web containers."""

import json
import re
import signal
import sys
from collections import Counter
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlsplit

import pytest
import requests
from django.db import connection
from prometheus_client.parser import text_string_to_metric_families

from shop.databases.middleware import WROTE
from tests.deployed import METRICS_TOKEN, REDIS_PORT, Deployed, Program, Reader, deployed, query
from tests.ports import answers, comes_true
from tests.proxies import installed

MAIL_SECONDS = 30
FROM_THE_PROXY = {"X-Forwarded-Proto": "https"}
STOPPING_SECONDS = 30

pytestmark = [
    pytest.mark.slow,
    pytest.mark.proxies,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL in DATABASE_URL"),
    pytest.mark.skipif(not answers(REDIS_PORT), reason="needs Redis at 127.0.0.1:6379"),
    pytest.mark.skipif(not (installed("nginx") and installed("pgbouncer")), reason="needs nginx and PgBouncer"),
]


@pytest.fixture
def shop(tmp_path):
    """The shop as deployed; what its processes said is printed, for pytest to show when the test fails."""
    with deployed(tmp_path, email_url=f"filemail:///{tmp_path}/mails", proxied=True) as shop:
        yield shop
    for log in tmp_path.glob("*.log"):
        sys.stdout.write(f"--- {log.name}\n{log.read_text()}\n")


def test_reader_buys_what_the_guide_recommends_while_containers_are_replaced(shop, tmp_path):
    """nginx, two gunicorns, the worker, PgBouncer that lends connections for a transaction, and a replica that is
    behind: one test, since it takes a minute to have all of them.
    """
    reader = Reader(shop.url)
    number = buys_what_the_guide_recommends(reader)
    assert_cookies_are_for_this_host_alone(reader)
    assert query(shop.database, "SELECT status FROM order_order WHERE number = %s", number) == [("Paid",)]
    assert comes_true(MAIL_SECONDS, lambda: number in mails_in(tmp_path / "mails")), "the worker sent no mail"
    assert_the_log_tells_of_the_order(tmp_path, number)
    assert_each_container_counts(shop)
    assert_planning_is_kept(shop)
    assert_only_lookers_read_from_the_replica(shop)
    assert_nobody_notices_that_containers_are_replaced(shop)


def buys_what_the_guide_recommends(reader: Reader) -> str:
    """The number of the order."""
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
    return re.search(r"data-order-number[^>]*>\s*([\w-]+)", reader.page.text)[1]


def assert_cookies_are_for_this_host_alone(reader: Reader) -> None:
    """Those of the shop; the stand-in for Stripe, under development settings, has others of its own."""
    reader.open("/blog/understanding-pockmarks/")
    reader.submit("Add to basket")
    reader.open("/accounts/login/")
    host = urlsplit(reader.url).hostname
    ours = {cookie.name: cookie for cookie in reader.browser.cookies if cookie.domain == host}
    assert {re.sub(r"\d+$", "", name) for name in ours} - {"messages", WROTE} == {
        *("__Host-basket", "__Host-csrftoken", "__Host-order-"),
    }
    for cookie in ours.values():
        assert cookie.secure
        assert cookie.path == "/"
        assert cookie.get_nonstandard_attr("SameSite") == "Lax"
        assert cookie.has_nonstandard_attr("HttpOnly") == (cookie.name != "__Host-csrftoken")


def mails_in(folder: Path) -> str:
    return "".join(mail.read_text() for mail in folder.glob("*")) if folder.exists() else ""


def assert_the_log_tells_of_the_order(folder: Path, number: str) -> None:
    """The lines about the order bear the id of a request that nginx logged."""
    lines = [line for name in ("web.log", "web1.log", "worker.log") for line in logged(folder / name)]
    about = [line for line in lines if line.get("order_number") == number]
    assert {line["logger"] for line in about} >= {"shop.stripe_checkout.states"}
    passed_on = {line["request_id"] for line in logged(folder / "access.log")}
    assert {line["request_id"] for line in about if line["logger"] == "shop.stripe_checkout.states"} <= passed_on


def logged(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text().splitlines() if line.startswith("{")]


def assert_each_container_counts(shop: Deployed) -> None:
    """All its processes together, and what the database knows."""
    counted = Counter()
    for program in (shop.web, shop.second_web):
        address = f"http://{program.words[program.words.index('--bind') + 1]}/metrics"
        assert requests.get(address, headers=FROM_THE_PROXY, timeout=20).status_code == 404
        text = requests.get(address, headers={"Authorization": f"Bearer {METRICS_TOKEN}"}, timeout=20).text
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                counted[sample.name] += sample.value
    assert counted["shop_requests_total"] >= 8  # as many as the purchase took
    assert counted["shop_database_queries_total"] > counted["shop_requests_total"]
    assert counted["shop_cache_lookups_total"] > 0
    assert counted["shop_database_up"] == 2


def assert_planning_is_kept(shop: Deployed) -> None:
    assert query(shop.database, "SHOW jit") == [("off",)]
    assert query(shop.database, "SHOW random_page_cost") == [("1.1",)]


def assert_only_lookers_read_from_the_replica(shop: Deployed) -> None:
    """It still says what a category was called before: to strangers for a moment, to nobody who has just written."""
    query(shop.database, "UPDATE catalogue_category SET slug = 'renamed' WHERE slug = 'treat'")
    stranger, writer = Reader(shop.url), Reader(shop.url)
    stranger.open("/sitemap-categories.xml")
    assert "renamed" not in stranger.page.text
    writer.open("/blog/understanding-pockmarks/")
    writer.submit("Add to basket")
    writer.open("/sitemap-categories.xml")
    assert "renamed" in writer.page.text


def assert_nobody_notices_that_containers_are_replaced(shop: Deployed) -> None:
    outcomes: Counter[tuple[str, int | str]] = Counter()
    done = Event()
    readers = [Thread(target=read_until, args=[done, shop, method, outcomes]) for method in ("GET", "POST") * 2]
    for reader in readers:
        reader.start()
    for program in (shop.web, shop.second_web):
        seen = outcomes.total()
        replace(program)
        assert comes_true(STOPPING_SECONDS, lambda seen=seen: outcomes.total() > seen + 20)
    done.set()
    for reader in readers:
        reader.join()
    assert set(outcomes) == {("GET", 200), ("POST", 403)}  # the shop's own answers: no form of its own sent the latter


def replace(program: Program) -> None:
    program.process.send_signal(signal.SIGTERM)
    assert program.process.wait(STOPPING_SECONDS) == 0
    program.start()
    _host, port = program.words[program.words.index("--bind") + 1].split(":")
    assert comes_true(STOPPING_SECONDS, lambda: answers(int(port)))


def read_until(done: Event, shop: Deployed, method: str, outcomes: Counter[tuple[str, int | str]]) -> None:
    """Health checks, which every method may ask for: what is tested is the way there."""
    address = shop.url.replace("https://", "http://") + "/healthz/"
    while not done.is_set():
        try:
            outcomes[method, requests.request(method, address, timeout=20).status_code] += 1
        except requests.RequestException as error:
            outcomes[method, repr(error)] += 1
