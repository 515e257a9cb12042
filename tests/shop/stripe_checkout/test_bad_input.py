"""Webhooks that are too big, too many, or mangled: never a 500, and nothing half-written."""

import json
import logging
import os
import time
from collections import Counter
from itertools import cycle, product
from pathlib import Path

import pytest
from django.core.handlers.base import BaseHandler
from django.test import Client, RequestFactory
from oscar.core.loading import get_model

from shop.stripe_checkout.models import Hold, LedgerEntry, PaymentAttempt, Refund, StripeEvent
from shop.stripe_checkout.webhooks import HANDLERS, REFUSALS
from tests.conftest import StandIn
from tests.shop.books import PAID, PENDING, books

Order = get_model("order", "Order")

TEN_MEGABYTES = 10 * 1024 * 1024

# In place of an id. The first is no JSON that PostgreSQL keeps, so that the whole event is refused.
MANGLED = [
    "a\0b",
    None,
    "",
    " ",
    ".",
    "..",
    "/",
    "../../v1/refunds",
    "?limit=1",
    "#",
    "%00",
    "a\r\nHost: elsewhere",
    "ünïcödé 😀",
    "x" * 5000,
    "{}",
    "' OR 1=1 --",
    0,
    -1,
    1.5,
    10**400,
    True,
    [],
    ["pi_1"],
    {},
    {"id": "pi_1"},
]


@pytest.fixture
def signer(settings) -> StandIn:
    """Signs and delivers. It asks for no database: a test without one fails when anything is looked up."""
    return StandIn("http://127.0.0.1:9", settings.STRIPE_WEBHOOK_SECRETS[0])


def memory() -> int:
    """What this process holds, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("kind", ["json", "form", "rubbish"])
def test_a_body_of_ten_megabytes_is_refused_unread(signer, signed, kind):
    """Stripe's own are a few kilobytes. Without a database: whatever it asks of one fails the test."""
    body = {
        "json": b'{"id": "' + b"x" * TEN_MEGABYTES + b'"}',
        "form": b"a=1&" * (TEN_MEGABYTES // 4),
        "rubbish": b"\xff" * TEN_MEGABYTES,
    }[kind]
    answer = signer.deliver(Client(), body, secret=None if signed else "whsec_guessed")
    assert answer.status_code == 413


def test_ten_thousand_bogus_webhooks_leave_nothing_behind(signer):
    """Nothing is stored, for there is no database in this test: whoever asks for one fails.

    Measured: 0.3 ms each, and memory does not grow. The limit for time is ten times that. Each body has ten kilobytes:
    kept, they would be 100 megabytes, and the limit is a tenth.
    """
    body = json.dumps({"id": "evt_1", "type": "x" * 10_000, "data": {"object": {}}, "livemode": False}).encode()
    kinds = cycle(({"secret": "whsec_guessed"}, {"sent_at": time.time() - 3600}))
    # As a web server does it. Django's test client keeps something of each request.
    shop, browser = BaseHandler(), RequestFactory()
    shop.load_middleware()

    def answer() -> int:
        return shop.get_response(signer.deliver(browser, body, **next(kinds))).status_code

    logging.disable(logging.WARNING)  # pytest would keep each line
    answer()  # what the first one loads is not counted
    before, began = memory(), time.thread_time()  # what it takes itself, whatever else the machine does
    answers = Counter(answer() for _ in range(10_000))
    took, grown = time.thread_time() - began, memory() - before
    logging.disable(logging.NOTSET)
    read = (
        REFUSALS.most - 1
    )  # the first was before; of a sender who cannot be trusted so often, nothing is read any more
    assert answers == {400: read, 429: 10_000 - read}
    assert took < 30  # seconds
    assert grown < 10 * 1024 * 1024


# One type for each way of handling: the others go the same way.
KINDS = list({handler: kind for kind, handler in HANDLERS.items()}.values())


def mangled_events() -> list[dict]:
    """An event of each kind, its object lacking everything, or having something else in place of an id."""
    events = [{"type": kind, "data": {"object": {}}} for kind in KINDS]
    for kind, value, field in product(KINDS, MANGLED, ("id", "payment_intent", "client_reference_id")):
        subject = {"id": "x_1", "payment_intent": "pi_1", "client_reference_id": None, "amount": "41.00"}
        events.append({"type": kind, "data": {"object": subject | {field: value}}})
    return events


def test_events_with_mangled_ids_are_recorded_or_refused_and_change_nothing(stripe, client, payment_page):
    logging.disable(logging.ERROR)  # each is told of, and that is tested elsewhere
    answers = {}
    for number, event in enumerate(mangled_events()):
        answer = stripe.deliver(client, event | {"id": f"evt_{number}", "livemode": False})
        answers.setdefault(answer.status_code, []).append(event)
    logging.disable(logging.NOTSET)
    assert set(answers) == {200, 400}
    assert all("a\0b" in event["data"]["object"].values() for event in answers[400])
    assert books() == PENDING
    assert StripeEvent.objects.filter(attempt=None).count() == StripeEvent.objects.count() == len(answers[200])
    assert not Hold.objects.exists()
    assert not Refund.objects.exists()


def test_events_about_a_real_payment_with_mangled_facts_only_have_stripe_asked(stripe, client, admin_user, paid):
    """Amounts and states in an event are never believed: what we write is what Stripe says when it is asked."""
    before = LedgerEntry.objects.count()
    reference = {"payment_intent": paid.payment_intent, "client_reference_id": str(paid.pk)}
    for number, (kind, value) in enumerate(product(KINDS, MANGLED[1:])):
        facts = dict.fromkeys(("id", "amount", "amount_total", "amount_refunded", "currency", "status"), value)
        event = {"id": f"evt_{number}", "type": kind, "livemode": False, "data": {"object": facts | reference}}
        assert stripe.deliver(client, event).status_code == 200, (kind, value)
    assert books() == PAID
    assert LedgerEntry.objects.count() == before


def test_mangled_session_ids_for_an_attempt_whose_session_is_not_saved_yet(stripe, client, payment_page):
    PaymentAttempt.objects.update(session_id=None, session_url="", state="created")
    before = books()
    reference = str(PaymentAttempt.objects.get().pk)
    for number, value in enumerate(MANGLED[1:]):
        subject = {"id": value, "client_reference_id": reference, "payment_status": "paid", "amount_total": "4100"}
        event = {"id": f"evt_{number}", "type": "checkout.session.completed", "livemode": False}
        assert stripe.deliver(client, event | {"data": {"object": subject}}).status_code == 200, value
    assert books() == before


def test_an_event_whose_session_is_another_attempts_changes_neither(stripe, client, shopper, soap):
    for _ in range(2):
        shopper.add(soap)
        shopper.press_pay()
        shopper.client.cookies.clear()
    first, second = PaymentAttempt.objects.order_by("created_at")
    stripe.pay(first.session_url)
    PaymentAttempt.objects.update(session_id=None, state="created")
    lie = stripe.events("checkout.session.completed")[0] | {"id": "evt_lie"}
    lie["data"]["object"]["client_reference_id"] = str(second.pk)
    assert stripe.deliver(client, lie).status_code == 200
    assert set(Order.objects.values_list("status", flat=True)) == {"Pending payment"}
    assert StripeEvent.objects.get().attempt is None
