"""Products that a page names one by one, each with what may take its place while it is sold out."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q
from oscar.core.loading import get_model

from shop.catalogue.models import told_on_tiles

Product = get_model("catalogue", "Product")


@dataclass(frozen=True)
class StandIn:
    """What may be bought while another product is sold out. `is_named`: somebody chose it, and not the rule."""

    product: Any
    is_named: bool


class Shelf:
    """Products on show by their keys, fetched with all that tiles and picks show of them.

    The number of queries is the same for any number of products: one for products, their sizes and what may take
    their place, one each for stock, pictures and words.
    """

    def __init__(self, keys: Iterable[int]) -> None:
        self._products = _fetch({*keys})

    def get(self, key: int | None) -> Any | None:
        """The product with that key, or None when it is not on show."""
        return self._products.get(key)

    def stand_in_for(self, product: Any, *, named: int | None = None) -> StandIn | None:
        """What may take its place while it is sold out: the product with the key `named`, else the next best."""
        if product.is_for_sale:
            return None
        chosen = self.get(named)
        if chosen is not None and chosen.is_for_sale and chosen != product:
            return StandIn(chosen, is_named=True)
        next_best = self.get(product.next_best)
        return StandIn(next_best, is_named=False) if next_best else None


def _fetch(keys: set[int]) -> dict[int | None, Any]:
    next_best = Product.objects.filter(pk__in=keys).with_next_best().values("next_best")
    wanted = Q(pk__in=keys) | Q(pk__in=next_best)
    sizes = Q(parent__in=keys) | Q(parent__in=next_best)
    family = list(
        Product.objects.public()
        .filter(wanted | sizes)
        .exclude(parent__is_public=False)
        .with_next_best()
        .order_by("lowest_price", "pk")
        .select_related("product_class", "parent__product_class")
        .prefetch_related(
            "stockrecords", "images", Prefetch("attribute_values", told_on_tiles(), "_prefetched_attribute_values")
        )
    )
    sizes_of = defaultdict(list)
    for product in family:
        if product.is_child:
            product.parent._prefetched_parent_attribute_values = []
            sizes_of[product.parent_id].append(product)
    for product in family:
        product._prefetched_public_children = sizes_of[product.pk]
    return {product.pk: product for product in family}
