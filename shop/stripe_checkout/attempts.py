"""A payment, from the start to where it settles.

`start` writes the attempt with the pending order. `send_to_stripe` opens the session. `settle` is the one function
that return page, webhook, sweeper and staff call; whoever calls it, and however often, the outcome is the same.

Locks are taken in one order everywhere: basket, order, attempt, stock records. None is held while Stripe is asked.
"""

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from oscar.apps.partner.exceptions import InvalidStockAdjustment
from oscar.core.loading import get_model

from shop.order import lifecycle
from shop.stripe_checkout import gateway, ledger
from shop.stripe_checkout.minor_units import from_minor_units, to_minor_units
from shop.stripe_checkout.models import PaymentAttempt, StripeEvent

logger = logging.getLogger(__name__)
Basket = get_model("basket", "Basket")
Order = get_model("order", "Order")
State = PaymentAttempt.State

# Stripe takes 30 minutes to 24 hours, by its own clock; the extra minutes are for ours being ahead.
SESSION_LIFETIME = timedelta(minutes=35)
MOST_LINES = 100
LONGEST_NAME = 250


class PaymentUnavailable(Exception):
    """Stripe could not be reached or refused; the order is released and the basket as it was."""


class AttemptEnded(Exception):
    """The attempt is no longer live: it was paid, cancelled or replaced meanwhile. `attempt` says which."""

    def __init__(self, attempt: PaymentAttempt) -> None:
        super().__init__(f"Attempt {attempt.pk} is {attempt.state}.")
        self.attempt = attempt


def start(*, order: Any, email: str, fingerprint: str, origin: str) -> PaymentAttempt:
    """Write the attempt for a pending order, in the caller's transaction, with the exact request for Stripe.

    `origin` (scheme and host) is where Stripe sends the shopper back to: where he came from, since the cookie that
    shows him his order is valid only there.
    """
    attempt = PaymentAttempt(
        order=order,
        amount=order.total_incl_tax,
        currency=order.currency,
        fingerprint=fingerprint,
        expires_at=timezone.now() + SESSION_LIFETIME,
    )
    attempt.request = _request(attempt, email, origin)
    attempt.save(force_insert=True)
    return attempt


def send_to_stripe(attempt: PaymentAttempt) -> str:
    """Open the session and give its URL. Calling it again, also at the same moment, gives the same session.

    Raises PaymentUnavailable when Stripe cannot be reached or refuses (the order is cancelled then, its stock given
    back), AttemptEnded when the attempt ended meanwhile.
    """
    if attempt.state == State.OPEN and attempt.session_url:
        return attempt.session_url
    try:
        session = gateway.create_session(parameters=attempt.request, idempotency_key=str(attempt.pk))
    except (gateway.ProviderUnavailable, gateway.ProviderRefused) as error:
        attempt = _give_up(attempt, error)
        if attempt.state == State.OPEN:  # a second press of Pay was faster than this one
            return attempt.session_url
        raise PaymentUnavailable from error
    PaymentAttempt.objects.filter(pk=attempt.pk, state=State.CREATED).update(
        state=State.OPEN, session_id=session.id, session_url=session.url or "", updated_at=timezone.now()
    )
    attempt.refresh_from_db()
    if attempt.state != State.OPEN:
        if not attempt.session_id:
            _expire(session.id)
        raise AttemptEnded(attempt)
    return attempt.session_url


@transaction.atomic
def _give_up(attempt: PaymentAttempt, error: Exception) -> PaymentAttempt:
    order, attempt = lock(attempt)
    if attempt.state == State.CREATED:
        logger.error("Order %s: Stripe opened no session: %s", order.number, error)
        _release(order, attempt, State.FAILED, f"Stripe opened no session: {error}")
    return attempt


def settle(*, attempt_id: UUID, session_id: str | None = None, event: gateway.Event | None = None) -> PaymentAttempt:
    """Make the shop's books say what Stripe says about this attempt.

    `session_id` is given by who heard of the session before we saved it; `event` is recorded in the same transaction,
    and one that was recorded before changes nothing.

    Raises ProviderUnavailable or ProviderRefused when Stripe cannot be asked: nothing is changed then.
    """
    attempt = PaymentAttempt.objects.get(pk=attempt_id)
    session_id = attempt.session_id or session_id
    if session_id is None:
        raise ValueError(f"Attempt {attempt_id} has no session to ask about.")
    session = gateway.retrieve_session(session_id)
    if session.client_reference_id != str(attempt.pk):
        raise gateway.ProviderRefused(f"Session {session.id} belongs to another attempt.", None)
    with transaction.atomic():
        order, attempt = lock(attempt)
        if event is not None and not remember(event, attempt):
            return attempt
        _apply(session, order, attempt)
    return attempt


def cancel(attempt: PaymentAttempt, *, state: str = State.EXPIRED, reason: str = "") -> PaymentAttempt:
    """Take an unpaid attempt back, session first. If it was paid in that very moment, it is settled instead.

    Raises ProviderUnavailable or ProviderRefused when Stripe cannot be asked: nothing is changed then.
    """
    if attempt.session_id is not None and not _expire(attempt.session_id):
        return settle(attempt_id=attempt.pk)
    return end(attempt, state=state, reason=reason)


@transaction.atomic
def end(attempt: PaymentAttempt, *, state: str, reason: str = "") -> PaymentAttempt:
    """Close a live attempt that brought no money and release its order. One that ended before stays as it is."""
    order, attempt = lock(attempt)
    if attempt.live:
        _release(order, attempt, state, reason)
    return attempt


def remember(event: gateway.Event, attempt: PaymentAttempt | None) -> bool:
    """Record an event in the caller's transaction. False when it was recorded before."""
    _recorded, new = StripeEvent.objects.get_or_create(
        event_id=event.id, defaults={"type": event.type, "payload": event.payload, "attempt": attempt}
    )
    return new


def lock(attempt: PaymentAttempt) -> tuple[Any, PaymentAttempt]:
    """The order and the attempt as they are now, nobody else's until the caller's transaction ends."""
    basket_id = Order.objects.values_list("basket_id", flat=True).get(pk=attempt.order_id)
    if basket_id:
        Basket.objects.select_for_update().filter(pk=basket_id).first()
    order = Order.objects.select_for_update(of=("self",)).get(pk=attempt.order_id)
    return order, PaymentAttempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)


def _apply(session: gateway.Session, order: Any, attempt: PaymentAttempt) -> None:
    """Both are locked; what they say now counts, not what they said before."""
    if attempt.session_id is None:
        attempt.session_id, attempt.session_url = session.id, session.url or ""
        attempt.state = State.OPEN if attempt.state == State.CREATED else attempt.state
        attempt.save()
    if session.paid:
        _take_payment(session, order, attempt)
    elif session.status == "complete" and attempt.live:
        attempt.state = State.PROCESSING
        attempt.save()
    elif session.status == "expired" and attempt.live:
        _release(order, attempt, State.EXPIRED)


def _take_payment(session: gateway.Session, order: Any, attempt: PaymentAttempt) -> None:
    if attempt.state in (State.SUCCEEDED, State.MISMATCHED):
        return
    attempt.payment_intent = session.payment_intent or ""
    expected = (to_minor_units(attempt.amount, attempt.currency), attempt.currency)
    if (session.amount_total, session.currency) != expected:
        paid = f"{from_minor_units(session.amount_total, session.currency)} {session.currency}"
        _hold(attempt, f"Stripe took {paid}; the order says {attempt.amount} {attempt.currency}.")
        return
    if order.status not in (Order.Status.PENDING_PAYMENT, Order.Status.CANCELLED):
        _hold(attempt, "The order was paid before by another attempt; refund this payment.")
        return
    if order.status == Order.Status.CANCELLED:
        try:
            lifecycle.take_stock_again(order=order)
        except InvalidStockAdjustment as error:
            _hold(attempt, f"Paid after the stock was released, and it is gone; refund this payment. {error}")
            return
    _close(attempt, State.SUCCEEDED)
    ledger.record_payment(order=order, attempt=attempt)
    lifecycle.mark_paid(order=order)


def _release(order: Any, attempt: PaymentAttempt, state: str, reason: str = "") -> None:
    _close(attempt, state, reason)
    if order.status == Order.Status.PENDING_PAYMENT:
        lifecycle.cancel(order=order)


def _hold(attempt: PaymentAttempt, reason: str) -> None:
    _close(attempt, State.MISMATCHED, reason)
    logger.error("Order %s: %s", attempt.order.number, reason)


def _close(attempt: PaymentAttempt, state: str, reason: str = "") -> None:
    attempt.state, attempt.reason = state, reason
    attempt.save()


def _expire(session_id: str) -> bool:
    """Whether it was open until now. If not, it was paid or has ended before."""
    try:
        gateway.expire_session(session_id)
    except gateway.ProviderRefused:
        return False
    return True


def _request(attempt: PaymentAttempt, email: str, origin: str) -> dict[str, Any]:
    """The parameters of docs.stripe.com/api/checkout/sessions/create."""
    references = {"attempt": str(attempt.pk), "order": attempt.order.number}
    return {
        "mode": "payment",
        "line_items": _line_items(attempt),
        "customer_email": email,
        "client_reference_id": str(attempt.pk),
        "metadata": references,
        "payment_intent_data": {"description": f"Order {attempt.order.number}", "metadata": references},
        # The braces are Stripe's: it puts the session's id there.
        "success_url": f"{origin}/checkout/return/?session_id={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{origin}/checkout/unpaid/{attempt.pk}/",
        "expires_at": int(attempt.expires_at.timestamp()),
    }


def _line_items(attempt: PaymentAttempt) -> list[dict[str, Any]]:
    """The order's lines as the shopper knows them, if they add up to its total to the cent; else one summed line."""
    order, currency = attempt.order, attempt.currency
    try:
        items = [
            _line_item(line.title, line.quantity, to_minor_units(line.line_price_incl_tax, currency), currency)
            for line in order.lines.all()
        ]
        if order.shipping_incl_tax:
            delivery = to_minor_units(order.shipping_incl_tax, currency)
            items.append(_line_item(f"Delivery: {order.shipping_method}", 1, delivery, currency))
    except ValueError:  # a line of fractions of a cent
        items = []
    total = to_minor_units(attempt.amount, currency)
    whole = sum(item["quantity"] * item["price_data"]["unit_amount"] for item in items) == total
    if not whole or len(items) > MOST_LINES:
        return [_line_item(f"Order {order.number}", 1, total, currency)]
    return items


def _line_item(name: str, quantity: int, total: int, currency: str) -> dict[str, Any]:
    """`total` in minor units for the whole line. Where it cannot be split evenly, the quantity moves into the name."""
    if total % quantity:
        name, quantity, unit = f"{quantity} × {name}", 1, total
    else:
        unit = total // quantity
    return {
        "quantity": quantity,
        "price_data": {
            "currency": currency.lower(),
            "unit_amount": unit,
            "product_data": {"name": name[:LONGEST_NAME]},
        },
    }
