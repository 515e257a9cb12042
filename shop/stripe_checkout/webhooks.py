"""Stripe's events: verify, record, act by type. Whatever is not ours is recorded and answered with thanks."""

import logging
from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shop.stripe_checkout import attempts, gateway, holds, ledger, refunds
from shop.stripe_checkout.models import PaymentAttempt, StripeEvent
from shop.stripe_checkout.states import Cause
from shop.throttle import Throttle

logger = logging.getLogger(__name__)

REFUSALS = Throttle("webhook refused", most=600)
"""Events that cannot be trusted. While Stripe delivers, as many of its own may be under way at once."""


@csrf_exempt  # the signature is the proof
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """200 when the event is dealt with, 400 when it cannot be trusted, 503 when Stripe should try again.

    429 for a sender of whom many could not be trusted within the hour: nothing of it is read.
    """
    if REFUSALS.too_many_from(request):
        return HttpResponse("Too many.", status=429, headers={"Retry-After": "3600"}, content_type="text/plain")
    try:
        event = gateway.read_event(request.body, request.headers.get("Stripe-Signature", ""))
    except gateway.UntrustedEvent as error:
        mistaken = isinstance(error, gateway.WrongMode)
        logger.log(logging.ERROR if mistaken else logging.WARNING, "Webhook refused: %s", error)
        return HttpResponse(str(error), status=400, content_type="text/plain")
    REFUSALS.forgive(request)
    try:
        receive(event)
    except gateway.ProviderUnavailable as error:
        logger.warning("Webhook %s %s put off: %s", event.type, event.id, error)
        return HttpResponse("Please try again.", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


def receive(event: gateway.Event) -> None:
    """Record the event and act on it, in one transaction; an event that is recorded already changes nothing.

    Raises ProviderUnavailable when Stripe cannot be asked what it is about: nothing is recorded then.
    """
    if StripeEvent.objects.filter(event_id=event.id).exists():
        return
    handle = HANDLERS.get(event.type, _record)
    try:
        handle(event)
    except gateway.ProviderRefused as error:  # asking again would give the same answer
        logger.error("Event %s %s: %s", event.type, event.id, error)
        _record(event)


def _settle_session(event: gateway.Event) -> None:
    attempt = _by_reference(event.subject.get("client_reference_id"))
    if attempt is None or not isinstance(event.subject.get("id"), str):
        _record(event)
    else:
        attempts.settle(attempt, session_id=event.subject["id"], cause=_cause(event))


def _mirror_refunds(event: gateway.Event) -> None:
    attempt = _settled(event)
    if attempt is None:
        _record(event)
    else:
        refunds.mirror(attempt, cause=_cause(event))


def _mirror_disputes(event: gateway.Event) -> None:
    attempt = _settled(event)
    if attempt is None:
        _record(event)
    else:
        holds.mirror_disputes(attempt, cause=_cause(event))


def _mirror_review(event: gateway.Event) -> None:
    attempt = _settled(event)
    if attempt is None or not isinstance(event.subject.get("id"), str):
        _record(event)
    else:
        holds.mirror_review(attempt, review_id=event.subject["id"], cause=_cause(event))


def _record(event: gateway.Event) -> None:
    with transaction.atomic():
        ledger.remember(event, None)


def _cause(event: gateway.Event) -> Cause:
    return Cause("Stripe", event)


def _settled(event: gateway.Event) -> PaymentAttempt | None:
    """The attempt whose money the event is about. If we had not heard yet that it was paid, it is settled now: what
    follows from a payment may be told before the payment.
    """
    intent = event.subject.get("payment_intent")
    if not isinstance(intent, str) or not intent:
        return None
    attempt = PaymentAttempt.objects.select_related("order").filter(payment_intent=intent).first()
    if attempt is not None:
        return attempt
    attempt = _by_reference(gateway.retrieve_payment(intent).reference)
    session = gateway.find_session(intent) if attempt else None
    if attempt is None or session is None:
        return None
    attempt = attempts.settle(attempt, session_id=session.id, cause=Cause(f"Stripe: {event.type}"))
    return attempt if attempt.payment_intent == intent else None


def _by_reference(reference: object) -> PaymentAttempt | None:
    """By our own id, which is known before the session's id is saved. No more of it is read than `settle` asks for."""
    known = PaymentAttempt.objects.select_related("order").only("session_id", "order__basket_id")
    try:
        return known.filter(pk=UUID(reference)).first() if isinstance(reference, str) else None
    except ValueError:
        return None


HANDLERS: dict[str, Callable[[gateway.Event], None]] = {
    "checkout.session.completed": _settle_session,
    "checkout.session.async_payment_succeeded": _settle_session,
    "checkout.session.async_payment_failed": _settle_session,
    "checkout.session.expired": _settle_session,
    "charge.refunded": _mirror_refunds,
    "charge.refund.updated": _mirror_refunds,
    "refund.created": _mirror_refunds,
    "refund.updated": _mirror_refunds,
    "refund.failed": _mirror_refunds,
    "charge.dispute.created": _mirror_disputes,
    "charge.dispute.updated": _mirror_disputes,
    "charge.dispute.closed": _mirror_disputes,
    "charge.dispute.funds_withdrawn": _mirror_disputes,
    "charge.dispute.funds_reinstated": _mirror_disputes,
    "review.opened": _mirror_review,
    "review.closed": _mirror_review,
}
