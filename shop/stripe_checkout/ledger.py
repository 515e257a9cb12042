"""Oscar's payment tables, which other tools read, and the record of Stripe's events.

An order has one source: that of the payment which the order took, or, if it took none, of the one that came and went
back. A second payment of a paid order is never the order's: it stands with its attempt.
"""

from decimal import Decimal
from typing import Any

from oscar.core.loading import get_model

from shop.stripe_checkout.gateway import Event
from shop.stripe_checkout.models import PaymentAttempt, Refund, StripeEvent

PaymentEventType = get_model("order", "PaymentEventType")
Source = get_model("payment", "Source")
SourceType = get_model("payment", "SourceType")
Transaction = get_model("payment", "Transaction")

DISPUTE = "Dispute"
"""The type of a transaction by which a bank took the money back; Oscar has no name for it."""


def remember(event: Event, attempt: PaymentAttempt | None) -> bool:
    """Record an event in the caller's transaction. False when it was recorded before.

    Two that come at once are told apart by the lock on their attempt, and where there is none by the database.
    """
    if StripeEvent.objects.filter(event_id=event.id).exists():
        return False
    StripeEvent.objects.bulk_create(
        [StripeEvent(event_id=event.id, type=event.type, payload=event.payload, attempt=attempt)],
        ignore_conflicts=True,
    )
    return True


def book_payment(*, order: Any, attempt: PaymentAttempt) -> Any:
    """Book the whole payment: allocated and debited at once, as Stripe captures it. The caller holds the locks."""
    source_type, _created = SourceType.objects.get_or_create(code="stripe", defaults={"name": "Stripe"})
    source = Source.objects.create(
        order=order,
        source_type=source_type,
        currency=attempt.paid_currency,
        amount_allocated=attempt.paid_amount,
        amount_debited=attempt.paid_amount,
        reference=attempt.payment_intent,
    )
    source.transactions.create(
        txn_type=Transaction.DEBIT, amount=attempt.paid_amount, reference=attempt.payment_intent, status=attempt.state
    )
    event_type, _created = PaymentEventType.objects.get_or_create(code="paid", defaults={"name": "Paid"})
    event = order.payment_events.create(
        event_type=event_type, amount=attempt.paid_amount, reference=attempt.payment_intent
    )
    lines = [event.line_quantities.model(event=event, line=line, quantity=line.quantity) for line in order.lines.all()]
    event.line_quantities.bulk_create(lines)
    return source


def book_money_back(*, order: Any, attempt: PaymentAttempt) -> None:
    """One transaction for each refund and each lost dispute, by Stripe's id; the source says what went back in all."""
    source = Source.objects.filter(order=order).first()
    if source is None:
        source = book_payment(order=order, attempt=attempt)
    elif source.reference != attempt.payment_intent:
        return
    back = Decimal("0.00")
    for refund in attempt.refunds.exclude(stripe_id=None):
        _book(source, Transaction.REFUND, str(refund.stripe_id), refund.amount, refund.state)
        back += refund.amount if refund.state in Refund.STANDING else 0
    for hold in attempt.holds.lost():
        _book(source, DISPUTE, hold.stripe_id, hold.amount, hold.status)
        back += hold.amount
    if back != source.amount_refunded:
        source.amount_refunded = back
        source.save(update_fields=["amount_refunded"])


def _book(source: Any, kind: str, reference: str, amount: Decimal, status: str) -> None:
    source.transactions.update_or_create(
        txn_type=kind, reference=reference, defaults={"amount": amount, "status": status}
    )
