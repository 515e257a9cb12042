"""Products that a page names one by one, each with what may take its place while it is sold out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from oscar.core.loading import get_class, get_model

from shop.catalogue.tiles import on_show

Selector = get_class("partner.strategy", "Selector")
Product = get_model("catalogue", "Product")


@dataclass(frozen=True)
class StandIn:
    """What may be bought while another product is sold out. `is_named`: somebody chose it, and not the rule."""

    product: Any
    is_named: bool


class Shelf:
    """Products on show by their keys, fetched with all that tiles and picks show of them.

    One query fetches them, however many they are; where some are sold out, one more finds what may take their place,
    and a third fetches that.
    """

    def __init__(self, keys: Iterable[int]) -> None:
        self._products = {product.pk: product for product in on_show({*keys})}
        self._strategy = Selector().strategy()
        sold_out = [key for key, product in self._products.items() if not self._is_for_sale(product)]
        self._next_best = _next_best(sold_out) if sold_out else {}
        missing = {*self._next_best.values()} - {None, *self._products}
        self._stand_ins = {product.pk: product for product in on_show(missing)} if missing else {}

    def get(self, key: int | None) -> Any | None:
        """The product with that key, or None when it is not on show."""
        return self._products.get(key)

    def stand_in_for(self, product: Any, *, named: int | None = None) -> StandIn | None:
        """What may take its place while it is sold out: the product with the key `named`, else the next best."""
        if product.pk not in self._next_best:
            return None
        chosen = self.get(named)
        if chosen is not None and chosen != product and self._is_for_sale(chosen):
            return StandIn(chosen, is_named=True)
        key = self._next_best[product.pk]
        next_best = self._products.get(key) or self._stand_ins.get(key)
        return StandIn(next_best, is_named=False) if next_best else None

    def _is_for_sale(self, product: Any) -> bool:
        """Whether anybody can buy it: the same that its tile says."""
        info = self._strategy.fetch_for_parent if product.is_parent else self._strategy.fetch_for_product
        return info(product).availability.is_available_to_buy


def _next_best(sold_out: list[int]) -> dict[int, int | None]:
    return dict(Product.objects.filter(pk__in=sold_out).with_next_best().values_list("pk", "next_best"))
