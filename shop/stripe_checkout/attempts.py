"""A payment, from the start to where it settles.

`start` writes the attempt with the pending order. `send_to_stripe` opens the session. `settle` is the one function
that return page, webhook, sweeper and staff call; whoever calls it, and however often, the outcome is the same.

Locks are taken in one order everywhere: basket, order, attempt, stock records. None is held while Stripe is asked.
"""

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from oscar.apps.partner.exceptions import InvalidStockAdjustment
from oscar.core.loading import get_model

from shop.order import lifecycle
from shop.stripe_checkout import gateway, ledger, letters, refunds
from shop.stripe_checkout.locks import lock
from shop.stripe_checkout.minor_units import from_minor_units, to_minor_units
from shop.stripe_checkout.models import PaymentAttempt
from shop.stripe_checkout.session_request import session_request
from shop.stripe_checkout.states import SHOP, SHOPPER, Cause, move_attempt
from shop.telemetry.context import about

logger = logging.getLogger(__name__)
Order = get_model("order", "Order")
State = PaymentAttempt.State
Status = Order.Status

# Stripe takes 30 minutes to 24 hours, by its own clock; the extra minutes are for ours being ahead.
SESSION_LIFETIME = timedelta(minutes=35)


class PaymentUnavailable(Exception):
    """Stripe could not be reached or refused; the order is released and the basket as it was."""


class AttemptEnded(Exception):
    """The attempt is no longer live: it was paid, cancelled or replaced meanwhile. `attempt` says which."""

    def __init__(self, attempt: PaymentAttempt) -> None:
        super().__init__(f"Attempt {attempt.pk} is {attempt.state}.")
        self.attempt = attempt


def start(*, order: Any, email: str, fingerprint: str, origin: str) -> PaymentAttempt:
    """Write the attempt for a pending order, in the caller's transaction, with the exact request for Stripe."""
    attempt = PaymentAttempt(
        order=order,
        amount=order.total_incl_tax,
        currency=order.currency,
        fingerprint=fingerprint,
        expires_at=timezone.now() + SESSION_LIFETIME,
    )
    attempt.request = session_request(attempt, email=email, origin=origin)
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
    attempt = _opened(attempt, session)
    if attempt.state != State.OPEN:
        if not attempt.live:
            _expire(session.id)
        raise AttemptEnded(attempt)
    return attempt.session_url


@transaction.atomic
def _opened(attempt: PaymentAttempt, session: gateway.Session) -> PaymentAttempt:
    _order, attempt = lock(attempt)  # what is noted of the attempt refers to the order, and asks for its lock too
    _save_session(attempt, session, SHOPPER)
    return attempt


@transaction.atomic
def _give_up(attempt: PaymentAttempt, error: Exception) -> PaymentAttempt:
    order, attempt = lock(attempt)
    if attempt.state == State.CREATED:
        logger.error("Order %s: Stripe opened no session: %s", order.number, error, extra=about(order))
        _release(order, attempt, State.FAILED, SHOP, f"Stripe opened no session: {error}")
    return attempt


def settle(attempt: PaymentAttempt, *, cause: Cause, session_id: str | None = None) -> PaymentAttempt:
    """Make the shop's books say what Stripe says about this attempt.

    `session_id` is given by who heard of the session before we saved it. An event that is the cause is recorded in the
    same transaction, and one that was recorded before changes nothing.

    Raises ProviderUnavailable or ProviderRefused when Stripe cannot be asked: nothing is changed then.
    """
    session_id = attempt.session_id or session_id
    if session_id is None:
        raise ValueError(f"Attempt {attempt.pk} has no session to ask about.")
    session = gateway.retrieve_session(session_id)
    if session.client_reference_id != str(attempt.pk):
        raise gateway.ProviderRefused(f"Session {session.id} belongs to another attempt.", None)
    with transaction.atomic():
        order, attempt = lock(attempt)
        if cause.event is None or ledger.remember(cause.event, attempt):
            _apply(session, order, attempt, cause)
    return attempt


def cancel(attempt: PaymentAttempt, *, cause: Cause, state: str = State.EXPIRED, reason: str = "") -> PaymentAttempt:
    """Take an unpaid attempt back, session first. If it was paid in that very moment, it is settled instead.

    Raises ProviderUnavailable or ProviderRefused when Stripe cannot be asked: nothing is changed then.
    """
    while True:
        if attempt.session_id is not None and not _expire(attempt.session_id):
            return settle(attempt, cause=cause)
        attempt = end(attempt, state=state, cause=cause, reason=reason)
        if not attempt.live:
            return attempt


@transaction.atomic
def end(attempt: PaymentAttempt, *, state: str, cause: Cause, reason: str = "") -> PaymentAttempt:
    """Close a live attempt that brought no money and release its order. One that ended before stays as it is, and so
    does one whose session was opened since the caller looked: that one could still be paid.
    """
    seen = attempt.session_id
    order, attempt = lock(attempt)
    if attempt.live and attempt.session_id == seen:
        _release(order, attempt, state, cause, reason)
    return attempt


def _apply(session: gateway.Session, order: Any, attempt: PaymentAttempt, cause: Cause) -> None:
    """Both are locked; what they say now counts, not what they said before."""
    _save_session(attempt, session, cause)
    if session.paid:
        _take_payment(session, order, attempt, cause)
    elif session.failed and attempt.live:
        _release(order, attempt, State.FAILED, cause, "The bank refused the payment.")
    elif session.status == "complete" and attempt.live and attempt.state != State.PROCESSING:
        move_attempt(attempt, State.PROCESSING, cause=cause)
    elif session.status == "expired" and attempt.live:
        _release(order, attempt, State.EXPIRED, cause)


def _save_session(attempt: PaymentAttempt, session: gateway.Session, cause: Cause) -> None:
    if attempt.session_id is None:
        attempt.session_id, attempt.session_url = session.id, session.url or ""
        if attempt.state == State.CREATED:
            move_attempt(attempt, State.OPEN, cause=cause)
        else:
            attempt.save(update_fields=["session_id", "session_url", "updated_at"])


def _take_payment(session: gateway.Session, order: Any, attempt: PaymentAttempt, cause: Cause) -> None:
    if attempt.state in (State.SUCCEEDED, State.MISMATCHED):
        return
    attempt.payment_intent = session.payment_intent or ""
    attempt.paid_amount = from_minor_units(session.amount_total, session.currency)
    attempt.paid_currency = session.currency
    expected = (to_minor_units(attempt.amount, attempt.currency), attempt.currency)
    if _paid_already(order, attempt):
        _give_back(attempt, cause, "The order was paid before, so this payment goes back.")
    elif (session.amount_total, session.currency) != expected:
        _hold(attempt, cause)
    elif order.belongs_to_nobody:
        _give_back(
            attempt, cause, "The customer had his data erased meanwhile, so the payment goes back.", customer_told=True
        )
    elif order.status == Status.CANCELLED and not _reinstated(order):
        letters.sold_out(order=order, attempt=attempt)
        _give_back(attempt, cause, "Paid when the goods had sold out, so the money goes back.", customer_told=True)
    else:
        prefetch_related_objects([order], "lines")  # all that follows reads them
        move_attempt(attempt, State.SUCCEEDED, cause=cause)
        ledger.book_payment(order=order, attempt=attempt)
        lifecycle.mark_paid(order=order, cause=cause)


def _paid_already(order: Any, attempt: PaymentAttempt) -> bool:
    """By another attempt; or another order from the same basket took this one's place and is paid or being paid."""
    if order.status not in (Status.PENDING_PAYMENT, Status.CANCELLED):
        return True
    if attempt.live or order.basket_id is None:
        return False
    in_its_place = Order.objects.filter(basket_id=order.basket_id, pk__gt=order.pk).exclude(status=Status.CANCELLED)
    return in_its_place.exists()


def _reinstated(order: Any) -> bool:
    try:
        lifecycle.reinstate(order=order)
    except InvalidStockAdjustment as error:
        logger.warning("Order %s: paid late, and sold out: %s", order.number, error, extra=about(order))
        return False
    return True


def _release(order: Any, attempt: PaymentAttempt, state: str, cause: Cause, reason: str = "") -> None:
    move_attempt(attempt, state, cause=cause, reason=reason)
    if order.status == Status.PENDING_PAYMENT:
        lifecycle.cancel(order=order, cause=cause)


def _hold(attempt: PaymentAttempt, cause: Cause) -> None:
    """Money came that is not what the order says: nothing is sent, and a person decides."""
    paid = f"{attempt.paid_amount} {attempt.paid_currency}"
    reason = f"Stripe took {paid}; the order says {attempt.amount} {attempt.currency}."
    move_attempt(attempt, State.MISMATCHED, cause=cause, reason=reason)
    logger.error("Order %s: %s", attempt.order.number, reason, extra=about(attempt.order))
    letters.payment_held(attempt)


def _give_back(attempt: PaymentAttempt, cause: Cause, reason: str, *, customer_told: bool = False) -> None:
    """Money came that the order cannot take. All of it goes back, as soon as the caller's transaction is committed."""
    move_attempt(attempt, State.MISMATCHED, cause=cause, reason=reason)
    logger.warning("Order %s: %s", attempt.order.number, reason, extra=about(attempt.order))
    refunds.write(attempt=attempt, amount=attempt.refundable, by=SHOP.by, reason=reason, customer_told=customer_told)


def _expire(session_id: str) -> bool:
    """Whether it was open until now. If not, it was paid or has ended before."""
    try:
        gateway.expire_session(session_id)
    except gateway.ProviderRefused:
        return False
    return True
