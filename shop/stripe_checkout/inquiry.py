"""What staff do when they want to know now."""

from shop.stripe_checkout import attempts, holds, refunds, sweeper
from shop.stripe_checkout.models import Hold, PaymentAttempt
from shop.stripe_checkout.states import Cause


def ask_stripe(attempt: PaymentAttempt, *, by: str) -> PaymentAttempt:
    """Follow what Stripe says of a payment, its refunds, its disputes and its reviews, as they are now.

    Raises ProviderUnavailable or ProviderRefused when Stripe cannot be asked: what was not heard of is not changed.
    """
    cause = Cause(by)
    if attempt.session_id:
        attempt = attempts.settle(attempt, cause=cause)
    if attempt.live:
        attempt = sweeper.sweep(attempt, cause=cause)
    if attempt.payment_intent:
        refunds.mirror(attempt, cause=cause)
        holds.mirror_disputes(attempt, cause=cause)
        for review in attempt.holds.open().filter(kind=Hold.Kind.REVIEW):
            holds.mirror_review(attempt, review_id=review.stripe_id, cause=cause)
    for refund in attempt.refunds.unsent():
        refunds.send(refund)
    return attempt
