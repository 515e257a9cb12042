"""What a shopper may buy, and at what price."""

from django.db.models import Sum
from oscar.apps.partner import strategy
from oscar.apps.partner.availability import StockRequired, Unavailable
from oscar.core.loading import get_model


class Default(strategy.Default):
    """One stock record a product, stock required, no tax, and nothing that is not public.

    `basket` is set by the basket middleware. What the basket's own unpaid order holds is still free for that basket:
    a shopper who comes back from the payment page must not find that he has bought the last one from himself.
    """

    basket = None

    def availability_policy(self, product, stockrecord):
        if not product.is_public or (product.is_child and not product.parent.is_public):
            return Unavailable()
        policy = super().availability_policy(product, stockrecord)
        if isinstance(policy, StockRequired):
            return StockRequired(policy.num_available + self._held_for_basket().get(stockrecord.pk, 0))
        return policy

    def _held_for_basket(self) -> dict[int, int]:
        if self.basket is None or self.basket.pk is None:
            return {}
        if not hasattr(self, "_held"):
            lines = get_model("order", "Line").objects.filter(
                order__basket=self.basket, order__status="Pending payment", stockrecord__isnull=False
            )
            self._held = dict(lines.values_list("stockrecord").annotate(Sum("num_allocated")))
        return self._held


class Selector(strategy.Selector):
    def strategy(self, request=None, user=None, **kwargs) -> Default:
        return Default(request)
