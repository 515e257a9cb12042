"""Completed, and not paid yet: a bank debit takes days. Row 28 of PAYMENTS.md."""

from dataclasses import replace

import pytest
from django.core.management import call_command
from oscar.core.loading import get_model

from shop.stripe_sandbox import payments
from tests.shop.books import PAID, PENDING, books

CheckoutSession = get_model("stripe_sandbox", "CheckoutSession")
Event = get_model("stripe_sandbox", "Event")

PROCESSING = replace(PENDING, attempts=("processing",), ledger=(*PENDING.ledger, "attempt: open → processing"))
PAID_BY_BANK = replace(
    PAID,
    ledger=(*PROCESSING.ledger, "attempt: processing → succeeded +41.00", "order: Pending payment → Paid"),
)
REFUSED_BY_BANK = replace(
    PENDING,
    order="Cancelled",
    attempts=("failed",),
    stock=(5, 0),
    ledger=(*PROCESSING.ledger, "attempt: processing → failed", "order: Pending payment → Cancelled"),
)


@pytest.fixture
def debit(stripe, client, payment_page) -> str:
    """The shopper has ordered the debit, the shop has heard so, and the bank has not carried it out."""
    session = CheckoutSession.objects.get().pk
    payments.pay_by_bank_debit(session_id=session, payer=payments.Payer("alex@example.com", "Alex Example"))
    assert stripe.tell(client, "checkout.session.completed") == [200]
    assert books() == PROCESSING
    return session


def test_row_28_the_stock_is_kept_however_long_it_takes(stripe, client, debit, time_is_over):
    time_is_over()
    call_command("settle_payments")
    assert books() == PROCESSING
    assert stripe.tell(client, "checkout.session.completed", "payment_intent.processing") == [200, 200]
    assert books() == PROCESSING


def test_row_28_success_pays(stripe, client, debit):
    payments.succeed_bank_debit(session_id=debit)
    kinds = ("checkout.session.async_payment_succeeded", "payment_intent.succeeded")
    assert stripe.tell(client, *kinds, *kinds) == [200] * 4
    assert books() == PAID_BY_BANK


def test_row_28_failure_releases(shopper, stripe, client, debit):
    payments.fail_bank_debit(session_id=debit)
    kinds = ("payment_intent.payment_failed", "checkout.session.async_payment_failed")
    assert stripe.tell(client, *kinds, *kinds) == [200] * 4
    assert books() == REFUSED_BY_BANK
    assert shopper.basket() == {"Plain Soap": 2}


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [(payments.succeed_bank_debit, PAID_BY_BANK), (payments.fail_bank_debit, REFUSED_BY_BANK)],
)
def test_row_28_when_no_word_comes_the_sweeper_asks(debit, outcome, expected):
    outcome(session_id=debit)
    Event.objects.all().delete()
    call_command("settle_payments")
    assert books() == expected


def test_row_28_pressing_pay_again_meanwhile_opens_no_second_session(shopper, debit):
    answer = shopper.press_pay(line1="14 Sample Street")
    assert "Your bank is still at it." in answer.content.decode()
    assert books() == PROCESSING
    assert CheckoutSession.objects.count() == 1
