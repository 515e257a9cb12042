"""The shop as deployed, through a whole purchase."""

import re
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.deployed import REDIS_PORT, Reader, answers, comes_true, deployed, query

MAIL_SECONDS = 30

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL in DATABASE_URL"),
    pytest.mark.skipif(not answers(REDIS_PORT), reason="needs Redis at 127.0.0.1:6379"),
]


@pytest.fixture
def shop(tmp_path):
    """The shop as deployed; what its processes said is printed, for pytest to show when the test fails."""
    with deployed(tmp_path, email_url=f"filemail:///{tmp_path}/mails") as shop:
        yield shop
    for log in tmp_path.glob("*.log"):
        sys.stdout.write(f"--- {log.name}\n{log.read_text()}\n")


def test_reader_buys_what_the_guide_recommends(shop, tmp_path):
    reader = Reader(shop.url)
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

    assert query(shop.database, "SELECT status FROM order_order WHERE number = %s", number) == [("Paid",)]
    assert comes_true(MAIL_SECONDS, lambda: number in mails_in(tmp_path / "mails")), "the worker sent no mail"


def mails_in(folder: Path) -> str:
    return "".join(mail.read_text() for mail in folder.glob("*")) if folder.exists() else ""
