"""A letter's links lead to the shop, whatever host the request that asked for it named."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client

from shop.customer.passwords import send_reset
from shop.customer.registration import answer
from shop.order.tasks import send_link
from shop.outbox.tasks import deliver_waiting
from shop.returns.tasks import send_link as send_return_link
from tests.conftest import carry_out
from tests.factories import make_countries, make_product
from tests.shop.test_accounts import make_order
from tests.shop.test_guest_orders import EMAIL, HOME, NUMBER

pytestmark = pytest.mark.django_db

SITE = "https://shop.example"
OF_AN_ORDER = {"order_number": NUMBER, "email": EMAIL}
LETTERS = {
    "/accounts/register/": ({"email": "new@example.com"}, answer),
    "/password-reset/": ({"email": "alex@example.com"}, send_reset),
    "/accounts/order-status/": (OF_AN_ORDER, send_link),
    "/returns/": (OF_AN_ORDER, send_return_link),
}
LIES = {
    "another host": {"host": "other.example"},
    "another port": {"host": "other.example:8443"},
    "a proxy's word": {"x-forwarded-host": "other.example", "forwarded": "host=other.example"},
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("path", LETTERS)
def test_links_of_a_letter_lead_to_the_shop(settings, path, lie):
    """Also where a host is one of ours: who answers for it may not be who answers for the shop."""
    settings.SITE_URL, settings.ALLOWED_HOSTS = SITE, ["testserver", "other.example"]
    make_countries()
    get_user_model().objects.create_user("alex", "alex@example.com", "plain-care")
    make_order(number=NUMBER, product=make_product(), address=HOME, guest_email=EMAIL, status="Paid")
    form, task = LETTERS[path]
    assert Client().post(path, form, headers=LIES[lie]).status_code == 302
    carry_out(task)
    deliver_waiting.call()
    (letter,) = mail.outbox
    assert f"{SITE}/" in letter.body
    whole = letter.body + letter.alternatives[0][0]
    assert "other.example" not in whole
    assert {link.split("/")[2] for link in re.findall(r"https?://[^\s\"'<>]+", whole)} == {"shop.example"}
