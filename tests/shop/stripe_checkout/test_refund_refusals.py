"""What staff may not give back: refused with a reason, and nothing changes."""

from decimal import Decimal
from uuid import uuid4

import pytest
from oscar.core.loading import get_model

from shop.stripe_checkout import refunds
from shop.stripe_checkout.models import LedgerEntry, PaymentAttempt, Refund
from shop.stripe_checkout.refunds import Returned
from tests.conftest import Shopper
from tests.factories import make_product
from tests.shop.books import PAID, PENDING, books

AtStripe = get_model("stripe_sandbox", "Refund")
Order = get_model("order", "Order")


def refused(attempt, **wishes) -> str:
    """Why it was refused; fails when it was not, or when anything has changed all the same."""
    before = LedgerEntry.objects.count()
    with pytest.raises(refunds.RefundRefused) as refusal:
        refunds.ask(**{"attempt": attempt, "refund_id": uuid4(), "by": "sam@example.com"} | wishes)
    assert LedgerEntry.objects.count() == before
    assert not Refund.objects.exists()
    assert not AtStripe.objects.exists()
    return str(refusal.value)


def test_what_is_no_amount_of_money(paid):
    for amount in ("1.001", "0.001", "NaN", "sNaN", "Infinity", "-Infinity", "1E+30", "1E-30"):
        assert "is not an amount of money in USD" in refused(paid, amount=Decimal(amount)), amount
    for amount in ("0", "0.00", "-0.00", "-0.01", "-41.00"):
        assert refused(paid, amount=Decimal(amount)) == "The amount must be more than nothing.", amount
    for amount in ("41.01", "1000000.00", "1E+9"):
        assert "At most 41.00 USD can still be given back" in refused(paid, amount=Decimal(amount)), amount
    assert books() == PAID


def test_another_currency(paid):
    for currency in ("EUR", "JPY", "usd", "XXX"):
        assert "The customer paid in USD" in refused(paid, amount=Decimal("7.00"), currency=currency), currency


def test_lines_that_are_not_the_orders_or_not_so_many(paid, stripe):
    other = Shopper("other@example.com")
    other.add(make_product())
    other.press_pay()
    foreign = Order.objects.latest("pk").lines.get()
    assert refused(paid, returned=[Returned(foreign, 1, False)]) == "This line belongs to another order."
    own = paid.order.lines.get()
    for quantity in (0, -1, 3, 10**9):
        message = refused(paid, returned=[Returned(own, quantity, True)])
        assert message == f"Of Plain Soap, 2 can be given back, not {quantity}."
    assert refused(paid, returned=[]) == "The amount must be more than nothing."
    assert books(paid.order) == PAID


def test_the_same_line_named_twice_in_one_form(paid):
    line = paid.order.lines.get()
    refused(paid, returned=[Returned(line, 2, True), Returned(line, 2, True)])


def test_an_order_that_is_not_paid(payment_page):
    attempt = PaymentAttempt.objects.get()
    assert refused(attempt, amount=Decimal("1.00")) == "Nothing was paid, so there is nothing to give back."
    assert books() == PENDING


def test_a_form_of_another_payment(stripe, paid):
    form = uuid4()
    refunds.ask(attempt=paid, refund_id=form, by="sam@example.com", amount=Decimal("1.00"))
    other = Shopper("other@example.com")
    other.add(make_product())
    other.client.get(stripe.path_back(stripe.pay(other.press_pay().url)))
    another = PaymentAttempt.objects.exclude(pk=paid.pk).get()
    with pytest.raises(refunds.RefundRefused, match="belongs to another payment"):
        refunds.ask(attempt=another, refund_id=form, by="sam@example.com", amount=Decimal("1.00"))
    assert (Refund.objects.count(), AtStripe.objects.count()) == (1, 1)


def test_the_delivery_charge_goes_back_once(paid):
    refunds.ask(attempt=paid, refund_id=uuid4(), by="sam@example.com", delivery=True)
    with pytest.raises(refunds.RefundRefused, match="given back before"):
        refunds.ask(attempt=paid, refund_id=uuid4(), by="sam@example.com", delivery=True)
    assert [refund.amount for refund in Refund.objects.all()] == [Decimal("5.00")]
