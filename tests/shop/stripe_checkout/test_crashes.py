"""A process is killed at each line of ours in turn: all of what it did stands then, or nothing. Rows of PAYMENTS.md.

Each line once, the first time it is come to: a second round of a loop has nothing new to leave half-done.
"""

from dataclasses import replace
from decimal import Decimal
from itertools import count, cycle
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client
from oscar.core.loading import get_model

from shop.stripe_checkout import refunds
from shop.stripe_checkout.models import PaymentAttempt, Refund, StripeEvent
from shop.stripe_checkout.sweeper import sweep_refund
from shop.stripe_sandbox import payments
from tests.conftest import Shopper
from tests.factories import make_countries, make_product
from tests.shop.books import EXPIRED, PAID, PAID_AT_STRIPE, PENDING, books
from tests.shop.crashes import dies
from tests.shop.races import on_postgresql

CheckoutSession = get_model("stripe_sandbox", "CheckoutSession")
Order = get_model("order", "Order")
StockRecord = get_model("partner", "StockRecord")

AtStripe = get_model("stripe_sandbox", "Refund")

WEBHOOK = "stripe_checkout/webhooks.py"
PLACING = "checkout/placing.py"
REFUNDS = "stripe_checkout/refunds.py"

NEVER_OPENED = replace(
    EXPIRED, attempts=("failed",), ledger=("attempt: created → failed", "order: Pending payment → Cancelled")
)

pytestmark = on_postgresql


def at_the_checkout() -> Shopper:
    """Somebody new, with two soaps in the basket: 41.00 with the delivery."""
    make_countries()
    shopper = Shopper()
    shopper.add(make_product(price="18.00", stock=5), 2)
    return shopper


def pay(session_id: str) -> None:
    card = payments.Card("4242424242424242", 12, 2040)
    payments.pay(session_id=session_id, card=card, payer=payments.Payer("alex@example.com", "Alex Example"))


def an_event_of_a_payment(stripe) -> dict:
    """Somebody new has just paid at Stripe."""
    at_the_checkout().press_pay()
    pay(CheckoutSession.objects.latest("created_at").pk)
    return stripe.events("checkout.session.completed")[-1]


@pytest.mark.slow
def test_row_6_killed_at_any_line_of_the_webhook_it_has_done_all_or_nothing(stripe):
    event = an_event_of_a_payment(stripe)
    for step in count(1):
        if not dies(lambda event=event: stripe.deliver(Client(), event), step=step, since=WEBHOOK):
            break
        order = Order.objects.latest("pk")
        known = StripeEvent.objects.filter(event_id=event["id"]).count()
        found = books(order), known, order.basket.status
        assert found in [(PAID_AT_STRIPE, 0, "Open"), (PAID, 1, "Submitted")], f"killed at line {step}"
        if known:  # it died after the commit: Stripe, which heard nothing, sends the event again
            assert stripe.deliver(Client(), event).status_code == 200
            assert books(order) == PAID
            event = an_event_of_a_payment(stripe)
    assert books(Order.objects.latest("pk")) == PAID
    assert step > 100  # the handler has more lines than that


def presses_again(shopper, time_is_over) -> None:
    assert shopper.press_pay().status_code == 303
    attempt = PaymentAttempt.objects.latest("created_at")
    assert books(attempt.order) == PENDING
    assert sessions_of(attempt).get().status == "open"


def stays_away(shopper, time_is_over) -> None:
    attempt = PaymentAttempt.objects.latest("created_at")
    opened = sessions_of(attempt).exists()
    time_is_over()
    call_command("settle_payments")
    assert books(attempt.order) == (EXPIRED if opened else NEVER_OPENED)
    assert shopper.basket() == {"Plain Soap": 2}
    assert not sessions_of(attempt).filter(status="open").exists()


def has_paid(shopper, time_is_over) -> None:
    """If there is a page to pay at: before that, the shopper can only stay away."""
    attempt = PaymentAttempt.objects.latest("created_at")
    session = sessions_of(attempt).first()
    if session is None:
        stays_away(shopper, time_is_over)
        return
    pay(session.pk)
    time_is_over()
    call_command("settle_payments")
    assert books(attempt.order) == PAID
    assert shopper.basket() == {}


def sessions_of(attempt):
    return CheckoutSession.objects.filter(parameters__client_reference_id=str(attempt.pk))


@pytest.mark.slow
def test_row_16_killed_at_any_line_of_placing_the_order_ends_paid_or_released(stripe, time_is_over):
    """What comes after each kill alternates: the shopper presses Pay again, or nobody does, or the session that was
    opened is paid in the end. There are three states to be killed in once the order is written: before the session,
    before its id is saved, after that; each has more than three lines.
    """
    afterwards = cycle([presses_again, stays_away, has_paid])
    shopper = at_the_checkout()
    seen, written = shopper.seen(), 0
    for step in count(1):
        if not dies(lambda shopper=shopper, seen=seen: shopper.press_pay(seen=seen), step=step, since=PLACING):
            break
        if PaymentAttempt.objects.count() == written:
            assert Order.objects.count() == written
            assert StockRecord.objects.latest("pk").num_allocated in (None, 0), f"killed at line {step}"
            continue
        next(afterwards)(shopper, time_is_over)
        shopper = at_the_checkout()
        seen, written = shopper.seen(), PaymentAttempt.objects.count()
    assert step > 100  # placing has more lines than that,
    assert written > 30  # and so many that are killed once the order is written


def test_killed_on_the_way_of_a_refund_the_money_goes_back_once_or_not_at_all(stripe, paid):
    """At every fourth line: that is enough to fall between any two of the few things that are written or asked."""
    given_back = Decimal("0.00")
    for step in count(1, 4):
        wishes = {"attempt": paid, "refund_id": uuid4(), "by": "sam@example.com", "amount": Decimal("0.01")}
        died = dies(lambda wishes=wishes: refunds.ask(**wishes), step=step, since=REFUNDS)
        refund = Refund.objects.filter(pk=wishes["refund_id"]).first()
        if refund is not None:
            given_back += sweep_refund(refund).amount
        found = books()
        assert (found.source, found.at_stripe) == (
            ("41.00", "41.00", str(given_back)),
            ("41.00", str(given_back)),
        ), f"killed at line {step}"
        if not died:
            break
    assert step > 100  # asking, sending and mirroring have more lines than that
    assert Refund.objects.filter(state="succeeded").count() == AtStripe.objects.count() == given_back * 100 > 10
