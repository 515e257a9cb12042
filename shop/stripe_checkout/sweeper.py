"""For what nobody told us: ask Stripe, then act. Never release on a guess.

Everything here is safe beside itself, the webhook and the return page.
"""

import logging
from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from shop.stripe_checkout import attempts, gateway, refunds, webhooks
from shop.stripe_checkout.models import PaymentAttempt, Refund, StripeEvent
from shop.stripe_checkout.states import SWEEPER, Cause
from shop.telemetry.context import about

logger = logging.getLogger(__name__)
State = PaymentAttempt.State

# Stripe itself repeats an event for three days.
LOOK_BACK = timedelta(days=3)
CLOCKS_DIFFER = timedelta(minutes=10)


def sweep_all() -> Iterator[tuple[str, str]]:
    """Take in the events that did not reach us, settle or release every live attempt, and see to every refund that is
    not decided. Gives what was looked at and what became of it, for people to read.
    """
    yield from _catch_up()
    for attempt in PaymentAttempt.objects.live().select_related("order").order_by("created_at"):
        try:
            outcome = sweep(attempt).state
        except (gateway.ProviderUnavailable, gateway.ProviderRefused) as error:
            logger.warning(
                "Order %s: Stripe does not answer: %s", attempt.order.number, error, extra=about(attempt.order)
            )
            outcome = "unanswered"
        yield f"Order {attempt.order.number}", outcome
    undecided = Refund.objects.filter(state__in=(Refund.State.CREATED, Refund.State.PENDING))
    for refund in undecided.select_related("attempt__order"):
        try:
            outcome = f"refund {sweep_refund(refund).state}"
        except (gateway.ProviderUnavailable, gateway.ProviderRefused) as error:
            order = refund.attempt.order
            logger.warning("Order %s: Stripe does not answer: %s", order.number, error, extra=about(order))
            outcome = "unanswered"
        yield f"Order {refund.attempt.order.number}", outcome


def sweep(attempt: PaymentAttempt, *, cause: Cause = SWEEPER) -> PaymentAttempt:
    """Settle a live attempt, and release it if its time is over.

    Raises ProviderUnavailable or ProviderRefused when Stripe does not answer for it: nothing is changed then.
    """
    if attempt.session_id is None:
        if not attempt.due:
            return attempt  # somebody is at it this moment
        session_id = _find_session(attempt)
        if session_id is None:
            return attempts.end(attempt, state=State.FAILED, cause=cause, reason="Stripe never had a session for it.")
        attempt = attempts.settle(attempt, session_id=session_id, cause=cause)
    else:
        attempt = attempts.settle(attempt, cause=cause)
    if attempt.state == State.OPEN and attempt.due:
        attempt = attempts.cancel(attempt, cause=cause)
    return attempt


def sweep_refund(refund: Refund) -> Refund:
    """Follow what Stripe says of a refund; if Stripe has never heard of it, ask for it again.

    Raises ProviderUnavailable or ProviderRefused when Stripe does not answer: nothing is changed then.
    """
    refunds.mirror(refund.attempt, cause=SWEEPER)
    refund.refresh_from_db()
    return refunds.send(refund)


def _catch_up() -> Iterator[tuple[str, str]]:
    try:
        missed = gateway.list_missed_events(webhooks.HANDLERS, since=timezone.now() - LOOK_BACK)
        known = set(
            StripeEvent.objects.filter(event_id__in=[event.id for event in missed]).values_list("event_id", flat=True)
        )
        for event in missed:
            if event.id not in known:
                webhooks.receive(event)
                yield f"Event {event.type}", "taken in late"
    except (gateway.ProviderUnavailable, gateway.ProviderRefused) as error:
        logger.warning("Stripe does not say which events we missed: %s", error)


def _find_session(attempt: PaymentAttempt) -> str | None:
    """We died between asking for the session and saving its id, or an answer was lost: Stripe knows if it made one.

    Asking for it once more with the same key is no way: Stripe forgets keys after a day, and repeats its own faults.
    """
    since, until = attempt.created_at - CLOCKS_DIFFER, attempt.created_at + attempts.SESSION_LIFETIME + CLOCKS_DIFFER
    made = gateway.find_session_of(str(attempt.pk), since=since, until=until)
    return made.id if made else None
