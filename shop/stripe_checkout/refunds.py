"""Money that goes back. Whoever gave it back, and wherever, the shop's books follow Stripe's."""

from django.db import transaction

from shop.stripe_checkout import attempts, gateway, ledger
from shop.stripe_checkout.models import PaymentAttempt


def mirror_refunds(attempt: PaymentAttempt, *, event: gateway.Event | None = None) -> None:
    """Make the books say what Stripe says about all refunds of this payment, as they are now.

    It reads the whole state each time: a refund that was told of before may have gone through, or failed, since.
    `event` is recorded in the same transaction, and one that was recorded before changes nothing.

    Raises ProviderUnavailable or ProviderRefused when Stripe cannot be asked: nothing is changed then.
    """
    refunds = gateway.list_refunds(attempt.payment_intent)
    with transaction.atomic():
        order, attempt = attempts.lock(attempt)
        if event is not None and not attempts.remember(event, attempt):
            return
        ledger.record_refunds(order=order, attempt=attempt, refunds=refunds)
