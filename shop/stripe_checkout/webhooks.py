"""Stripe's events: verify, record, act by type. Whatever is not ours is recorded and answered with thanks."""

import logging
from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shop.stripe_checkout import attempts, gateway
from shop.stripe_checkout.models import PaymentAttempt, StripeEvent
from shop.stripe_checkout.refunds import mirror_refunds

logger = logging.getLogger(__name__)


@csrf_exempt  # the signature is the proof
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """200 when the event is dealt with, 400 when it cannot be trusted, 503 when Stripe should try again."""
    try:
        event = gateway.read_event(request.body, request.headers.get("Stripe-Signature", ""))
    except gateway.UntrustedEvent as error:
        logger.warning("Webhook refused: %s", error)
        return HttpResponse(str(error), status=400, content_type="text/plain")
    try:
        receive(event)
    except gateway.ProviderUnavailable as error:
        logger.warning("Webhook %s %s put off: %s", event.type, event.id, error)
        return HttpResponse("Please try again.", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


def receive(event: gateway.Event) -> None:
    """Record the event and act on it, in one transaction; an event that is recorded already changes nothing.

    Raises ProviderUnavailable when Stripe cannot be asked what became of the session: nothing is recorded then.
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
    attempt = _find_attempt(event)
    if attempt is None:
        _record(event)
    else:
        attempts.settle(attempt_id=attempt.pk, session_id=event.subject["id"], event=event)


def _mirror_refunds(event: gateway.Event) -> None:
    intent = event.subject.get("payment_intent")
    attempt = PaymentAttempt.objects.filter(payment_intent=intent).first() if intent else None
    if attempt is None:
        _record(event)
    else:
        mirror_refunds(attempt, event=event)


def _record(event: gateway.Event) -> None:
    with transaction.atomic():
        attempts.remember(event, None)


def _find_attempt(event: gateway.Event) -> PaymentAttempt | None:
    """By our own reference: it is known before the session's id is saved."""
    reference = event.subject.get("client_reference_id")
    if not isinstance(reference, str) or not isinstance(event.subject.get("id"), str):
        return None
    try:
        return PaymentAttempt.objects.filter(pk=UUID(reference)).first()
    except ValueError:
        return None


HANDLERS: dict[str, Callable[[gateway.Event], None]] = {
    "checkout.session.completed": _settle_session,
    "checkout.session.async_payment_succeeded": _settle_session,
    "checkout.session.async_payment_failed": _settle_session,
    "checkout.session.expired": _settle_session,
    "charge.refunded": _mirror_refunds,
    "refund.created": _mirror_refunds,
    "refund.updated": _mirror_refunds,
    "refund.failed": _mirror_refunds,
}
