"""Our books against Stripe's own lists: every payment and every refund must stand in both, and say the same."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils import timezone
from oscar.core.loading import get_model

from shop.outbox.letters import post_to_staff
from shop.stripe_checkout import gateway, refunds
from shop.stripe_checkout.minor_units import from_minor_units
from shop.stripe_checkout.models import LedgerEntry, PaymentAttempt, Refund

Order = get_model("order", "Order")
Source = get_model("payment", "Source")

PERIOD = timedelta(days=3)
ON_ITS_WAY = timedelta(minutes=15)
"""What happened since then may be known to one side only, and nothing is wrong yet."""


def reconcile() -> list[str]:
    """The differences of the last days, which staff are told of in one letter a day. Raises ProviderUnavailable."""
    now = timezone.now()
    found = list(differences(since=now - PERIOD, until=now - ON_ITS_WAY))
    if found:
        key = f"STAFF_RECONCILIATION:{timezone.localdate().isoformat()}"
        post_to_staff(code="STAFF_RECONCILIATION", key=key, context={"differences": found})
    return found


def differences(*, since: datetime, until: datetime) -> Iterator[str]:
    """Each difference as a sentence that names the order and Stripe's ids.

    Only payments that carry the id of one of our attempts are ours; the account may serve other shops too.

    Raises ProviderUnavailable or ProviderRefused when Stripe cannot be asked.
    """
    payments = [payment for payment in gateway.list_payments(since=since) if payment.reference is not None]
    theirs = gateway.list_refunds(since=since)
    paid = {p.id: p for p in payments if p.status == "succeeded" and p.created <= until}
    booked = _booked(since, until)
    for payment in paid.values():
        yield from _compare_payment(payment)
    for attempt in booked:
        if attempt.payment_intent not in {p.id for p in payments}:
            yield f"Order {attempt.order.number}: we booked {attempt.payment_intent}, which Stripe does not list."
        yield from _compare_with_ourselves(attempt)
    for refund in theirs:
        if refund.created <= until:
            yield from _compare_refund(refund)
    yield from _refunds_unknown_to_stripe(since, until, {refund.id for refund in theirs})


def _booked(since: datetime, until: datetime) -> list[PaymentAttempt]:
    took_money = PaymentAttempt.objects.filter(
        state__in=("succeeded", "mismatched"), created_at__gte=since, created_at__lte=until
    )
    return list(took_money.select_related("order").prefetch_related("refunds", "holds").order_by("created_at"))


def _compare_payment(payment: gateway.Payment) -> Iterator[str]:
    amount = from_minor_units(payment.amount_received, payment.currency)
    taken = f"Stripe took {amount} {payment.currency} ({payment.id})"
    attempt = _attempt(payment.reference)
    if attempt is None:
        yield f"{taken} for attempt {payment.reference}, which we do not know."
    elif attempt.payment_intent != payment.id:
        yield f"Order {attempt.order.number}: {taken}, which we have not booked."
    elif (attempt.paid_amount, attempt.paid_currency) != (amount, payment.currency):
        yield f"Order {attempt.order.number}: {taken}, we booked {attempt.paid_amount} {attempt.paid_currency}."


def _compare_refund(theirs: gateway.Refund) -> Iterator[str]:
    amount = from_minor_units(theirs.amount, theirs.currency)
    attempt = PaymentAttempt.objects.filter(payment_intent=theirs.payment_intent or "-").first()
    if attempt is None:
        return  # of a payment that is not ours, or that is named above
    ours = attempt.refunds.filter(stripe_id=theirs.id).first()
    state = refunds.STATES.get(theirs.status, Refund.State.PENDING)
    if ours is None:
        gone = f"Stripe gave {amount} {theirs.currency} back ({theirs.id})"
        yield f"Order {attempt.order.number}: {gone}, which we have not booked."
    elif (ours.amount, ours.state) != (amount, state):
        yield (
            f"Order {attempt.order.number}: refund {theirs.id} is {amount} and {theirs.status} at Stripe, "
            f"{ours.amount} and {ours.state} with us."
        )


def _refunds_unknown_to_stripe(since: datetime, until: datetime, listed: set[str]) -> Iterator[str]:
    ours = Refund.objects.filter(created_at__gte=since, created_at__lte=until).exclude(stripe_id__in=listed)
    for refund in ours.select_related("attempt__order"):
        number = refund.attempt.order.number
        if refund.state == Refund.State.CREATED:
            yield f"Order {number}: {refund.amount} {refund.currency} should go back, and Stripe has not answered yet."
        elif refund.stripe_id and not _listed(refund):
            yield f"Order {number}: we booked refund {refund.stripe_id}, which Stripe does not list."


def _listed(refund: Refund) -> bool:
    """One that was made at Stripe before the period, and mirrored within it, is not in the list of the period."""
    return any(theirs.id == refund.stripe_id for theirs in gateway.list_refunds(refund.attempt.payment_intent))


def _compare_with_ourselves(attempt: PaymentAttempt) -> Iterator[str]:
    """The order, Oscar's payment source and the ledger must tell the same story."""
    order, taken = attempt.order, attempt.paid_amount or Decimal("0.00")
    back = taken - attempt.refundable
    # Summed up here: SQLite would add floats.
    ledger = sum(LedgerEntry.objects.filter(attempt=attempt).values_list("amount", flat=True), Decimal("0.00"))
    waiting = sum((r.amount for r in attempt.refunds.all() if r.state == Refund.State.CREATED), Decimal("0.00"))
    left = taken - back + waiting
    if ledger != left:
        yield f"Order {order.number}: the ledger holds {ledger} of {attempt.payment_intent}, not {left}."
    if attempt.state != PaymentAttempt.State.SUCCEEDED:
        return
    if order.status not in Order.SOLD:
        yield f"Order {order.number} is {order.status}, though its payment {attempt.payment_intent} succeeded."
    source = Source.objects.filter(order=order, reference=attempt.payment_intent).first()
    said = (source.amount_debited, source.amount_refunded) if source else None
    if said != (taken, back - waiting):
        yield f"Order {order.number}: its payment source does not say {taken} taken and {back - waiting} back."


def _attempt(reference: str | None) -> PaymentAttempt | None:
    try:
        return PaymentAttempt.objects.select_related("order").filter(pk=UUID(reference or "")).first()
    except ValueError:
        return None
