"""What a shopper may buy, and at what price."""

from decimal import Decimal

from django.db.models import Sum
from oscar.apps.partner import strategy
from oscar.apps.partner.availability import StockRequired, Unavailable
from oscar.apps.partner.prices import FixedPrice
from oscar.core.loading import get_model

Order = get_model("order", "Order")
OrderLine = get_model("order", "Line")


class Default(strategy.Default):
    """One stock record a product, stock required, no tax, and nothing that is not public or has no price.

    `basket` is set by the basket middleware. What the basket's own unpaid order holds is still free for that basket:
    a shopper who comes back from the payment page must not find that he has bought the last one from himself.
    """

    basket = None

    def fetch_for_line(self, line, stockrecord=None):
        """What lost its price since stands in the basket at the price it had, so that the basket can be summed up."""
        info = self.fetch_for_product(line.product, line.stockrecord)
        if info.price.exists:
            return info
        return info._replace(price=FixedPrice(line.price_currency, line.price_excl_tax, tax=Decimal("0.00")))

    def parent_pricing_policy(self, product, children_stock):
        priced = [(size, record) for size, record in children_stock if record and record.price is not None]
        return super().parent_pricing_policy(product, priced)

    def availability_policy(self, product, stockrecord):
        if not product.is_public or (product.is_child and not product.parent.is_public):
            return Unavailable()
        if stockrecord and stockrecord.price is None:
            return Unavailable()
        policy = super().availability_policy(product, stockrecord)
        if isinstance(policy, StockRequired):
            return StockRequired(policy.num_available + self._held_for_basket().get(stockrecord.pk, 0))
        return policy

    def _held_for_basket(self) -> dict[int, int]:
        if self.basket is None or self.basket.pk is None:
            return {}
        if not hasattr(self, "_held"):
            lines = OrderLine.objects.filter(
                order__basket=self.basket, order__status=Order.Status.PENDING_PAYMENT, stockrecord__isnull=False
            )
            self._held = dict(lines.values_list("stockrecord").annotate(Sum("num_allocated")))
        return self._held


class Selector(strategy.Selector):
    def strategy(self, request=None, user=None, **kwargs) -> Default:
        return Default(request)
