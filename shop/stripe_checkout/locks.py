"""The order in which locks are taken, everywhere: basket, order, attempt, then vouchers, offers and stock records.

Whoever takes several of them takes them in this order, so that nobody waits for anybody in a circle.
"""

from typing import Any

from oscar.core.loading import get_model

from shop.stripe_checkout.models import PaymentAttempt

Basket = get_model("basket", "Basket")


def lock(attempt: PaymentAttempt) -> tuple[Any, PaymentAttempt]:
    """The order and the attempt as they are now, nobody else's until the caller's transaction ends."""
    basket_id = attempt.order.basket_id
    basket = Basket.objects.select_for_update().filter(pk=basket_id).first() if basket_id else None
    attempts = PaymentAttempt.objects.select_for_update(of=("order", "self")).select_related("order").defer("request")
    attempt = attempts.get(pk=attempt.pk)
    attempt.order.basket = basket
    return attempt.order, attempt
