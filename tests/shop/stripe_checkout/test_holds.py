"""Disputes and reviews: nothing is shipped while one is open; then it goes on, or is booked. Rows of PAYMENTS.md."""

from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone
from django.utils.formats import date_format
from oscar.core.loading import get_model

from shop.order.processing import EventHandler, NotNow
from shop.outbox.models import Letter
from shop.stripe_checkout import refunds
from shop.stripe_checkout.models import Hold, PaymentAttempt, StripeEvent
from shop.stripe_sandbox import disputes, payments, reviews
from tests.shop.books import PAID, books

Order = get_model("order", "Order")


def ship() -> None:
    EventHandler().handle_order_status_change(Order.objects.get(), "Shipped")


def assert_shipping_is_held(kind: str) -> None:
    before = books()
    with pytest.raises(NotNow, match=f"Shipping is held: {kind}"):
        ship()
    assert books() == before
    assert PaymentAttempt.objects.need_a_person().exists()


@pytest.fixture
def disputed(stripe, client, admin_user, paid):
    """The bank asks for all of it, and the shop knows."""
    dispute = disputes.open_dispute(payment_intent=paid.payment_intent)
    assert stripe.tell(client, "charge.dispute.created", "charge.dispute.funds_withdrawn") == [200, 200]
    return dispute


def test_row_34_a_dispute_that_is_opened_holds_the_shipping(disputed):
    assert books() == replace(
        PAID,
        ledger=(*PAID.ledger, "dispute: needs_response"),
        letters=("ORDER_PLACED", "STAFF_DISPUTE_OPENED"),
    )
    assert Hold.objects.get().due_by is not None
    assert_shipping_is_held("dispute")


def test_staff_are_told_by_what_day_a_dispute_wants_an_answer(disputed):
    day = date_format(timezone.localtime(Hold.objects.get().due_by))
    assert Letter.objects.get(code="STAFF_DISPUTE_OPENED").context["due_by"] == day


def test_row_34_a_dispute_that_is_won_lets_it_go(stripe, client, disputed):
    disputes.submit_evidence(dispute_id=disputed.pk)
    assert stripe.tell(client, "charge.dispute.updated") == [200]
    assert_shipping_is_held("dispute")
    disputes.close(dispute_id=disputed.pk, won=True)
    assert stripe.tell(client, "charge.dispute.closed", "charge.dispute.funds_reinstated") == [200, 200]
    won = replace(
        PAID,
        ledger=(
            *PAID.ledger,
            "dispute: needs_response",
            "dispute: needs_response → under_review",
            "dispute: under_review → won",
        ),
        letters=("ORDER_PLACED", "STAFF_DISPUTE_CLOSED", "STAFF_DISPUTE_OPENED"),
    )
    assert books() == won
    assert not PaymentAttempt.objects.need_a_person().exists()
    assert stripe.tell(client, "charge.dispute.created") == [200]
    assert stripe.deliver(client, stripe.events("charge.dispute.created")[0] | {"id": "evt_late"}).status_code == 200
    assert books() == won
    ship()
    assert Order.objects.get().status == "Shipped"


def test_row_34_money_that_never_went_back_is_not_counted_beside_a_lost_dispute(stripe, client, paid):
    """A refund failed at Stripe, and nobody told us; then the bank took back all of it."""
    refund = refunds.ask(attempt=paid, refund_id=uuid4(), by="staff", amount=Decimal("3.00"))
    assert payments.fail_refund(refund_id=refund.stripe_id)
    dispute = disputes.open_dispute(payment_intent=paid.payment_intent)
    disputes.close(dispute_id=dispute.pk, won=False)
    assert stripe.tell(client, "charge.dispute.closed") == [200]
    assert books().source == ("41.00", "41.00", "41.00")


def test_row_34_a_dispute_that_is_lost_is_booked(stripe, client, disputed, paid):
    disputes.close(dispute_id=disputed.pk, won=False)
    assert stripe.tell(client, "charge.dispute.closed", "charge.dispute.closed") == [200, 200]
    assert books() == replace(
        PAID,
        ledger=(*PAID.ledger, "dispute: needs_response", "dispute: needs_response → lost -41.00"),
        source=("41.00", "41.00", "41.00"),
        transactions=(*PAID.transactions, "Dispute 41.00 lost"),
        letters=("ORDER_PLACED", "STAFF_DISPUTE_CLOSED", "STAFF_DISPUTE_OPENED"),
    )
    assert paid.refundable == 0


def test_row_34_a_dispute_told_of_before_the_payment_settles_it_on_the_way(stripe, client, admin_user, payment_page):
    stripe.pay(payment_page, card="4000 0000 0000 0259")  # disputed at once
    kinds = ("charge.dispute.created", "checkout.session.completed", "payment_intent.succeeded")
    assert stripe.tell(client, *kinds) == [200, 200, 200]
    assert books() == replace(
        PAID,
        ledger=(*PAID.ledger, "dispute: needs_response"),
        letters=("ORDER_PLACED", "STAFF_DISPUTE_OPENED"),
    )
    assert_shipping_is_held("dispute")


def test_row_34_an_inquiry_holds_and_ends_with_nobody_losing(stripe, client, admin_user, paid):
    dispute = disputes.open_dispute(payment_intent=paid.payment_intent, inquiry=True)
    stripe.tell(client, "charge.dispute.created")
    assert_shipping_is_held("dispute")
    disputes.close(dispute_id=dispute.pk, won=False)
    assert stripe.tell(client, "charge.dispute.closed") == [200]
    assert (books().source, books().letters) == (
        PAID.source,
        ("ORDER_PLACED", "STAFF_DISPUTE_CLOSED", "STAFF_DISPUTE_OPENED"),
    )
    ship()


def test_row_34_a_review_that_is_opened_holds_and_an_approval_lets_it_go(stripe, client, admin_user, paid):
    review = reviews.open_review(payment_intent=paid.payment_intent)
    assert stripe.tell(client, "review.opened") == [200]
    assert books() == replace(
        PAID, ledger=(*PAID.ledger, "review: open"), letters=("ORDER_PLACED", "STAFF_REVIEW_OPENED")
    )
    assert_shipping_is_held("review")
    reviews.approve(review_id=review.pk)
    assert stripe.tell(client, "review.closed") == [200]
    assert books() == replace(
        PAID,
        ledger=(*PAID.ledger, "review: open", "review: open → closed"),
        letters=("ORDER_PLACED", "STAFF_REVIEW_CLOSED", "STAFF_REVIEW_OPENED"),
    )
    ship()


def test_row_34_a_review_that_ends_in_a_refund_is_booked(stripe, client, admin_user, paid):
    reviews.open_review(payment_intent=paid.payment_intent)
    stripe.tell(client, "review.opened")
    payments.refund(asked={"payment_intent": paid.payment_intent, "reason": "fraudulent"})
    assert stripe.tell(client, "review.closed", "charge.refunded") == [200, 200]
    found = books()
    assert (found.source, found.at_stripe) == (("41.00", "41.00", "41.00"), ("41.00", "41.00"))
    assert found.ledger[len(PAID.ledger) :] == (
        "review: open",
        "review: open → closed",
        "refund: created",
        "refund: created → succeeded -41.00",
    )
    assert not Hold.objects.open().exists()


@pytest.mark.parametrize("kind", ["charge.dispute.created", "charge.dispute.closed", "review.opened", "review.closed"])
def test_what_is_about_a_payment_that_is_not_ours_is_recorded_and_thanked_for(stripe, client, kind):
    subject = {"id": "x_1", "payment_intent": "pi_somebody_elses"}
    event = {"id": "evt_1", "livemode": False, "type": kind, "data": {"object": subject}}
    assert stripe.deliver(client, event).status_code == 200
    assert (StripeEvent.objects.get().attempt, Hold.objects.count()) == (None, 0)
