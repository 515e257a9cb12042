"""What `settle_payments` does for whatever nobody told us. Rows are those of PAYMENTS.md."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.core.management import call_command
from django.utils import timezone
from oscar.core.loading import get_model

from shop.stripe_checkout import attempts
from shop.stripe_checkout.models import PaymentAttempt
from shop.stripe_checkout.tasks import settle_all
from shop.stripe_sandbox.temper import misbehave
from tests.factories import make_voucher
from tests.shop.books import EXPIRED, PAID, PENDING, books

CheckoutSession = get_model("stripe_sandbox", "CheckoutSession")
Event = get_model("stripe_sandbox", "Event")
IdempotentRequest = get_model("stripe_sandbox", "IdempotentRequest")
Order = get_model("order", "Order")


def forget_the_session() -> None:
    """As if the shop had died before it saved what Stripe answered."""
    PaymentAttempt.objects.update(session_id=None, session_url="", state="created")


def test_row_16_a_crash_between_session_and_save_finds_the_same_session_again(paid_session, time_is_over):
    """And though Stripe has forgotten the key by now, as it does after a day."""
    Event.objects.all().delete()
    IdempotentRequest.objects.all().delete()
    forget_the_session()
    time_is_over()
    call_command("settle_payments")
    found = books()
    assert (found.order, found.attempts, found.source, found.letters) == (
        "Paid",
        ("succeeded",),
        PAID.source,
        PAID.letters,
    )
    assert CheckoutSession.objects.count() == 1


def test_row_16_an_attempt_that_stripe_never_heard_of_is_released(payment_page, time_is_over):
    CheckoutSession.objects.all().delete()
    forget_the_session()
    time_is_over()
    call_command("settle_payments")
    assert books() == replace(
        EXPIRED,
        attempts=("failed",),
        ledger=(*PENDING.ledger, "attempt: created → failed", "order: Pending payment → Cancelled"),
    )


def test_an_attempt_that_has_just_begun_is_left_to_whoever_is_at_it(payment_page):
    forget_the_session()
    call_command("settle_payments")
    assert (books().order, books().attempts) == ("Pending payment", ("created",))


def test_a_shopper_at_the_payment_page_is_left_alone(payment_page, capsys):
    call_command("settle_payments")
    assert books() == PENDING
    assert CheckoutSession.objects.get().status == "open"
    assert f"Order {Order.objects.get().number}: open" in capsys.readouterr().out


def test_what_expired_without_a_word_is_released_with_its_voucher(shopper, stripe, soap, time_is_over):
    voucher = make_voucher(usage="Single use")
    shopper.add(soap, 2)
    shopper.client.post("/basket/vouchers/add/", {"code": voucher.code})
    shopper.press_pay()
    time_is_over()
    call_command("settle_payments")
    assert books() == EXPIRED
    voucher.refresh_from_db()
    assert (voucher.num_orders, voucher.applications.count(), voucher.total_discount) == (0, 0, 0)


def test_row_38_a_shop_whose_clock_is_ahead_closes_the_session_before_it_releases(stripe, client, payment_page):
    """By our clock the time is over; at Stripe the page still takes money."""
    PaymentAttempt.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    assert CheckoutSession.objects.get().status == "open"
    call_command("settle_payments")
    assert CheckoutSession.objects.get().status == "expired"
    assert books() == EXPIRED
    assert stripe.tell(client, "checkout.session.expired") == [200]
    assert books() == EXPIRED


def test_row_38_a_shop_whose_clock_is_behind_is_still_given_a_session(shopper, stripe, soap, monkeypatch):
    """Four minutes behind, 35 minutes are 31 by Stripe's clock, which takes no less than 30."""
    monkeypatch.setattr(attempts, "SESSION_LIFETIME", attempts.SESSION_LIFETIME - timedelta(minutes=4))
    shopper.add(soap, 2)
    assert shopper.press_pay().status_code == 303
    assert books() == PENDING


@pytest.mark.parametrize("fault", ["error", "rate_limit", "disconnect"])
def test_nothing_is_released_on_a_guess_while_stripe_does_not_answer(payment_page, time_is_over, capsys, fault):
    time_is_over()
    misbehave(api=fault)
    call_command("settle_payments")
    assert books() == PENDING
    assert f"Order {Order.objects.get().number}: unanswered" in capsys.readouterr().err


def test_one_order_that_cannot_be_asked_about_does_not_keep_the_others_waiting(shopper, stripe, soap, time_is_over):
    for _ in range(2):
        shopper.add(soap)
        shopper.press_pay()
        shopper.client.cookies.clear()
    first, second = PaymentAttempt.objects.order_by("created_at")
    misbehave(api="error", session=first.session_id)
    time_is_over()
    call_command("settle_payments")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("open", "expired")


def test_it_says_so_when_there_is_nothing_to_do(db, settings, stripe, capsys):
    call_command("settle_payments")
    assert capsys.readouterr().out == "Nothing to settle.\n"


def test_the_worker_does_the_same(payment_page, time_is_over, run_tasks):
    time_is_over()
    settle_all.enqueue()
    run_tasks()
    assert books() == EXPIRED


def test_the_worker_does_so_every_few_minutes():
    """Well within the grace after a session's end, and before a person would call it stuck."""
    assert configured.RECURRING_TASKS[settle_all.module_path] <= timedelta(minutes=5)
