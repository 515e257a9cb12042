"""Refunds made at Stripe show in the shop's books. Rows are those of PAYMENTS.md."""

from decimal import Decimal

import pytest
import requests
from django.conf import settings
from oscar.core.loading import get_model

from shop.stripe_checkout.models import PaymentAttempt, StripeEvent
from shop.stripe_sandbox import payments
from tests.factories import make_product

Source = get_model("payment", "Source")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def paid_attempt(shopper, stripe):
    """An order of 23.00, paid with the test card whose refunds can fail later."""
    shopper.add(make_product(price="18.00"))
    back = stripe.pay(shopper.press_pay().url, card="4000 0000 0000 5126").headers["Location"]
    shopper.client.get("/" + back.split("/", 3)[3])
    return PaymentAttempt.objects.get(state="succeeded")


def refund_at_stripe(stripe, attempt, amount: int) -> str:
    """As somebody would in Stripe's dashboard; `amount` in cents. Gives the refund's id."""
    answer = requests.post(
        f"{stripe.address}/stripe-sandbox/v1/refunds",
        data={"payment_intent": attempt.payment_intent, "amount": amount},
        auth=(settings.STRIPE_SECRET_KEY, ""),
        timeout=20,
    )
    answer.raise_for_status()
    return answer.json()["id"]


def books() -> tuple[Decimal, list[tuple[Decimal, str]]]:
    """What the source says went back, and each refund's amount and status."""
    source = Source.objects.get()
    refunds = source.transactions.filter(txn_type="Refund").order_by("id")
    return source.amount_refunded, [(refund.amount, refund.status) for refund in refunds]


def test_a_refund_made_at_stripe_is_booked_once(stripe, client, paid_attempt):
    refund_at_stripe(stripe, paid_attempt, 700)
    for kind in ("charge.refunded", "refund.created"):
        assert stripe.deliver(client, stripe.events(kind)[0]).status_code == 200
    assert books() == (Decimal("7.00"), [(Decimal("7.00"), "succeeded")])
    assert paid_attempt.order.status == "Paid"


def test_row_3_a_second_update_of_the_same_refund_is_read_again(stripe, client, paid_attempt):
    refund = refund_at_stripe(stripe, paid_attempt, 700)
    first = stripe.events("refund.created")[0] | {"id": "evt_first", "type": "refund.updated"}
    stripe.deliver(client, first)
    assert books() == (Decimal("7.00"), [(Decimal("7.00"), "succeeded")])
    assert payments.fail_refund(refund_id=refund)
    assert stripe.deliver(client, stripe.events("refund.updated")[-1]).status_code == 200
    assert books() == (Decimal("0.00"), [(Decimal("7.00"), "failed")])


def test_refunds_add_up(stripe, client, paid_attempt):
    refund_at_stripe(stripe, paid_attempt, 700)
    refund_at_stripe(stripe, paid_attempt, 1600)
    stripe.deliver(client, stripe.events("charge.refunded")[-1])
    assert books()[0] == Source.objects.get().amount_debited == Decimal("23.00")


def test_a_refund_of_a_payment_that_is_not_ours_is_recorded_and_thanked_for(stripe, client):
    event = {
        "id": "evt_1",
        "type": "refund.updated",
        "livemode": False,
        "data": {"object": {"id": "re_1", "payment_intent": "pi_somebody_elses"}},
    }
    assert stripe.deliver(client, event).status_code == 200
    assert StripeEvent.objects.get().attempt is None
