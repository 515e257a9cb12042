"""For attempts about which nobody told us anything: ask Stripe, then act. Never release on a guess."""

from shop.stripe_checkout import attempts, gateway
from shop.stripe_checkout.models import PaymentAttempt

State = PaymentAttempt.State


def sweep(attempt: PaymentAttempt) -> PaymentAttempt:
    """Settle a live attempt, and release it if its time is over. Safe beside itself, the webhook and the return page.

    Raises ProviderUnavailable or ProviderRefused when Stripe does not answer for it: nothing is changed then.
    """
    if attempt.session_id is None:
        if not attempt.due:
            return attempt  # somebody is at it this moment
        session_id = _find_session(attempt)
        if session_id is None:
            return attempts.end(attempt, state=State.FAILED, reason="Stripe never had a session for it.")
        attempt = attempts.settle(attempt_id=attempt.pk, session_id=session_id)
    else:
        attempt = attempts.settle(attempt_id=attempt.pk)
    if attempt.state == State.OPEN and attempt.due:
        attempt = attempts.cancel(attempt)
    return attempt


def _find_session(attempt: PaymentAttempt) -> str | None:
    """We died between asking for the session and saving its id: the same key and parameters give the same answer.

    None when Stripe refuses: it refuses an expiry in the past only if it never saw the key before.
    """
    try:
        return gateway.create_session(parameters=attempt.request, idempotency_key=str(attempt.pk)).id
    except gateway.ProviderRefused:
        return None
