"""Money that goes back, asked for here or made at Stripe: both books say the same. Rows are those of PAYMENTS.md."""

from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.management import call_command
from oscar.core.loading import get_model

from shop.order.processing import EventHandler
from shop.stripe_checkout import refunds
from shop.stripe_checkout.models import PaymentAttempt, Refund, StripeEvent
from shop.stripe_sandbox import disputes, payments
from shop.stripe_sandbox.temper import behave, misbehave
from tests.shop.books import PAID, Books, books

AtStripe = get_model("stripe_sandbox", "Refund")
Order = get_model("order", "Order")
User = get_model("auth", "User")

EVENT = {"id": "evt_1", "livemode": False}


def ask(attempt, amount: str | None = None, **wishes) -> Refund:
    """As a form of staff does."""
    wishes = {"refund_id": uuid4(), "by": "sam@example.com"} | wishes
    return refunds.ask(attempt=attempt, amount=amount and Decimal(amount), **wishes)


def at_stripe(attempt, cents: int | None = None) -> str:
    """As somebody does in Stripe's dashboard. Gives the refund's id."""
    asked = {"payment_intent": attempt.payment_intent} | ({"amount": cents} if cents else {})
    return payments.refund(asked=asked).pk


def paid_less(*parts: str) -> Books:
    """The books of the paid order when these amounts have gone back."""
    back = str(sum(map(Decimal, parts)))
    return replace(
        PAID,
        ledger=(*PAID.ledger, *(each for part in parts for each in ("refund: created", gone(part)))),
        source=("41.00", "41.00", back),
        transactions=(*PAID.transactions, *(f"Refund {part} succeeded" for part in parts)),
        letters=(*PAID.letters, *("REFUND_MADE" for _ in parts)),
        at_stripe=("41.00", back),
    )


def gone(amount: str) -> str:
    return f"refund: created → succeeded -{amount}"


def test_row_3_a_second_update_of_the_same_refund_is_read_again(stripe, client, admin_user, paid):
    refund = at_stripe(paid, 700)
    first = stripe.events("refund.created")[0] | {"id": "evt_first", "type": "refund.updated"}
    stripe.deliver(client, first)
    assert books() == paid_less("7.00")
    assert payments.fail_refund(refund_id=refund)
    assert stripe.tell(client, "refund.updated") == [200]
    failed = replace(
        paid_less("7.00"),
        ledger=(*paid_less("7.00").ledger, "refund: succeeded → failed +7.00"),
        source=PAID.source,
        transactions=(*PAID.transactions, "Refund 7.00 failed"),
        letters=("ORDER_PLACED", "REFUND_MADE", "STAFF_REFUND_FAILED"),
        at_stripe=PAID.at_stripe,
    )
    assert books() == failed
    assert paid.refundable == Decimal("41.00")
    assert PaymentAttempt.objects.need_a_person().get() == paid
    assert stripe.deliver(client, first | {"id": "evt_late"}).status_code == 200  # old news, told late
    assert books() == failed


@pytest.mark.parametrize("kinds", [("charge.refunded", "refund.created"), ("refund.created", "charge.refunded")])
def test_row_31_a_partial_refund_made_at_stripe_is_mirrored_once(stripe, client, paid, kinds):
    at_stripe(paid, 700)
    for kind in kinds:
        assert stripe.tell(client, kind, kind) == [200, 200]
        assert books() == paid_less("7.00")


def test_row_31_a_full_refund_made_at_stripe_is_mirrored(stripe, client, paid):
    at_stripe(paid)
    assert stripe.tell(client, "charge.refunded") == [200]
    assert books() == paid_less("41.00")
    assert not Refund.objects.exclude(asked_by="Stripe").exists()


def test_row_31_repeated_refunds_made_at_stripe_add_up_though_only_the_last_is_told_of(stripe, client, paid):
    for cents in (700, 700, 2700):
        at_stripe(paid, cents)
    assert stripe.tell(client, "charge.refunded") == [200]
    found = books()
    assert (found.source, found.at_stripe) == (("41.00", "41.00", "41.00"), ("41.00", "41.00"))
    assert sorted(found.transactions[1:]) == ["Refund 27.00 succeeded", *["Refund 7.00 succeeded"] * 2]
    assert found.letters == ("ORDER_PLACED", *["REFUND_MADE"] * 3)
    assert paid.refundable == 0


def test_a_refund_of_a_payment_that_is_not_ours_is_recorded_and_thanked_for(stripe, client):
    subject = {"id": "re_1", "payment_intent": "pi_somebody_elses"}
    event = EVENT | {"type": "refund.updated", "data": {"object": subject}}
    assert stripe.deliver(client, event).status_code == 200
    assert StripeEvent.objects.get().attempt is None


def test_row_32_pending_then_failed_can_be_given_back_again_and_staff_are_told(
    shopper, stripe, client, admin_user, payment_page
):
    shopper.client.get(stripe.path_back(stripe.pay(payment_page, card="4000 0000 0000 7726")))
    attempt = PaymentAttempt.objects.get()
    refund = ask(attempt, "41.00")
    assert refund.state == "pending"
    assert books().source == ("41.00", "41.00", "41.00")
    with pytest.raises(refunds.RefundRefused):
        ask(attempt, "0.01")
    assert payments.fail_refund(refund_id=refund.stripe_id)
    assert stripe.tell(client, "refund.failed", "refund.updated") == [200, 200]
    found = books()
    assert (found.order, found.source, found.at_stripe) == ("Paid", PAID.source, PAID.at_stripe)
    assert found.transactions == ("Debit 41.00 succeeded", "Refund 41.00 failed")
    assert found.letters == ("ORDER_PLACED", "REFUND_MADE", "STAFF_REFUND_FAILED")
    assert found.ledger[len(PAID.ledger) :] == (
        "refund: created",
        "refund: created → pending -41.00",
        "refund: pending → failed +41.00",
    )
    assert PaymentAttempt.objects.need_a_person().get() == attempt
    assert ask(attempt, "41.00").state == "pending"


def test_row_32_pending_then_through_is_followed_by_the_sweeper_alone(shopper, stripe, payment_page):
    shopper.client.get(stripe.path_back(stripe.pay(payment_page, card="4000 0000 0000 7726")))
    refund = ask(PaymentAttempt.objects.get(), "7.00")
    assert payments.complete_refund(refund_id=refund.stripe_id)
    get_model("stripe_sandbox", "Event").objects.all().delete()
    call_command("settle_payments")
    assert books().transactions[-1] == "Refund 7.00 succeeded"
    assert books().ledger[-2:] == ("refund: created → pending -7.00", "refund: pending → succeeded")


def test_row_33_the_same_form_twice_is_one_refund(paid):
    form = uuid4()
    assert ask(paid, "7.00", refund_id=form) == ask(paid, "7.00", refund_id=form)
    assert books() == paid_less("7.00")
    assert AtStripe.objects.count() == 1


def test_row_33_refunds_together_over_what_was_paid_are_refused(paid):
    ask(paid, "20.00")
    ask(paid, "20.00")
    with pytest.raises(refunds.RefundRefused, match=r"At most 1\.00 USD can still be given back, not 1\.01\."):
        ask(paid, "1.01")
    assert books() == paid_less("20.00", "20.00")
    assert ask(paid, "1.00").state == "succeeded"


def test_all_of_it_given_back_in_amounts_that_no_float_can_hold_leaves_nothing_to_do(paid):
    PaymentAttempt.objects.update(state="mismatched")
    for amount in ("0.01", "33.12", "7.87"):
        ask(paid, amount)
    assert not PaymentAttempt.objects.need_a_person().exists()


def test_row_33_what_was_given_back_at_stripe_unheard_of_is_not_given_back_twice(paid, admin_user):
    """Our books allow it, Stripe's do not: its word counts, and a person looks."""
    at_stripe(paid, 4000)
    refund = ask(paid, "7.00")
    assert (refund.state, books().at_stripe) == ("failed", ("41.00", "40.00"))
    assert books().source == ("41.00", "41.00", "40.00")
    assert books().letters == ("ORDER_PLACED", "REFUND_MADE", "STAFF_REFUND_FAILED")
    assert PaymentAttempt.objects.need_a_person().get() == paid


@pytest.mark.parametrize("fault", ["error", "error_after_work", "disconnect", "disconnect_after_work", "rate_limit"])
def test_a_refund_that_stripe_does_not_answer_is_asked_for_later_and_goes_back_once(paid, fault):
    """Three times: the SDK itself tries twice again."""
    misbehave(api=fault, endpoint="create_refund", times=3)
    refund = ask(paid, "7.00")
    assert refund.state == "created"
    behave()
    call_command("settle_payments")
    call_command("settle_payments")
    assert books() == paid_less("7.00")
    assert AtStripe.objects.count() == 1


def test_money_back_by_line_is_what_the_line_cost_and_can_go_on_sale_again(paid):
    line = Order.objects.get().lines.get()
    one = refunds.Returned(line=line, quantity=1, restock=True)
    ask(paid, returned=[one], delivery=True)
    assert books() == replace(paid_less("23.00"), stock=(5, 1))  # 18.00 and the delivery, 5.00
    ask(paid, returned=[replace(one, restock=False)])
    assert books() == replace(paid_less("23.00", "18.00"), stock=(5, 1))


def test_what_was_shipped_stands_on_the_shelf_again(paid):
    order = Order.objects.get()
    EventHandler().handle_order_status_change(order, "Shipped")
    assert books().stock == (3, 0)
    ask(paid, returned=[refunds.Returned(line=order.lines.get(), quantity=2, restock=True)])
    assert books().stock == (5, 0)


def test_a_refund_while_the_bank_disputes_the_payment_is_refused_by_stripe_and_staff_are_told(paid, admin_user):
    disputes.open_dispute(payment_intent=paid.payment_intent)
    refund = ask(paid, "41.00")
    assert refund.state == "failed"
    assert "charged back" in refund.failure
    assert books() == replace(
        PAID,
        ledger=(*PAID.ledger, "refund: created", "refund: created → failed"),
        letters=("ORDER_PLACED", "STAFF_REFUND_FAILED"),
    )
