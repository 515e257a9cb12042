"""Oscar's payment tables, which other tools read: one source an order, one transaction each time money moves."""

from decimal import Decimal
from typing import Any

from django.db.models import F
from oscar.core.loading import get_model

from shop.stripe_checkout.gateway import Refund
from shop.stripe_checkout.minor_units import from_minor_units
from shop.stripe_checkout.models import PaymentAttempt

PaymentEventType = get_model("order", "PaymentEventType")
Source = get_model("payment", "Source")
SourceType = get_model("payment", "SourceType")
Transaction = get_model("payment", "Transaction")


def record_payment(*, order: Any, attempt: PaymentAttempt) -> None:
    """Book the whole payment: allocated and debited at once, as Stripe captures it. The caller holds the locks."""
    source_type, _created = SourceType.objects.get_or_create(code="stripe", defaults={"name": "Stripe"})
    source, _created = Source.objects.get_or_create(
        order=order, source_type=source_type, defaults={"currency": attempt.currency}
    )
    Source.objects.filter(pk=source.pk).update(
        amount_allocated=F("amount_allocated") + attempt.amount,
        amount_debited=F("amount_debited") + attempt.amount,
        reference=attempt.payment_intent,
    )
    source.transactions.create(
        txn_type=Transaction.DEBIT, amount=attempt.amount, reference=attempt.payment_intent, status=attempt.state
    )
    event_type, _created = PaymentEventType.objects.get_or_create(code="paid", defaults={"name": "Paid"})
    event = order.payment_events.create(event_type=event_type, amount=attempt.amount, reference=attempt.payment_intent)
    for line in order.lines.all():
        event.line_quantities.create(line=line, quantity=line.quantity)


def record_refunds(*, order: Any, attempt: PaymentAttempt, refunds: list[Refund]) -> None:
    """One transaction a refund, by Stripe's id, with its status; the source says what went back and stays back.

    A payment that was never booked for the order (held for a person) has no source, and nothing to mirror.
    """
    source = Source.objects.filter(order=order, reference=attempt.payment_intent).first()
    if source is None:
        return
    source.amount_refunded = Decimal("0.00")
    for refund in refunds:
        amount = from_minor_units(refund.amount, refund.currency)
        source.transactions.update_or_create(
            txn_type=Transaction.REFUND, reference=refund.id, defaults={"amount": amount, "status": refund.status}
        )
        if refund.stands:
            source.amount_refunded += amount
    source.save(update_fields=["amount_refunded"])
