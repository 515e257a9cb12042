"""Oscar's basket, read with fewer queries."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet, Sum
from django.db.models.query import ModelIterable
from oscar.apps.basket.abstract_models import AbstractBasket
from oscar.core.loading import get_model

from shop.catalogue.tiles import in_order, remember
from shop.one_query import fetch_together


class Lines(ModelIterable):
    """Lines of a queryset, each with its attributes and with the pictures that show it, in one query more."""

    def __iter__(self) -> Iterator[Any]:
        lines = list(super().__iter__())
        if lines:
            _fetch_with(lines)
        return iter(lines)


def _fetch_with(lines: list[Any]) -> None:
    things = {line.product for line in lines} | {line.product.parent for line in lines if line.product.is_child}
    attributes, pictures = fetch_together(
        get_model("basket", "LineAttribute").objects.filter(line__in=lines).select_related("option"),
        get_model("catalogue", "ProductImage").objects.filter(product__in=things),
    )
    for line in lines:
        remember(line, "attributes", [each for each in attributes if each.line_id == line.pk])
    for line in lines:
        for thing in (line.product, line.product.parent):
            if thing is not None:
                remember(thing, "images", in_order(each for each in pictures if each.product_id == thing.pk))


class Basket(AbstractBasket):
    """Oscar's basket. `offers_at_hand` are those that were looked at when it was priced, applied or not."""

    offers_at_hand: Sequence[Any] = ()

    def all_lines(self) -> QuerySet:
        """The lines with what pricing, stock and an order need of them; Oscar asks for those line by line."""
        if self.id is not None and self._lines is None:
            self._lines = (
                super()
                .all_lines()
                .select_related("product__product_class", "product__parent__product_class", "stockrecord__partner")
                .prefetch_related(None)
            )
            self._lines._iterable_class = Lines
        return super().all_lines()

    def count_items(self) -> int:
        """As `num_items`, without the lines, where they are not loaded yet."""
        if self.id is None or self._lines is not None:
            return self.num_items
        return self.lines.aggregate(sum=Sum("quantity"))["sum"] or 0

    @property
    def num_lines(self) -> int:
        if self._lines is None and "lines" in getattr(self, "_prefetched_objects_cache", ()):
            return len(self.lines.all())
        return len(self.all_lines())  # they are asked for anyway wherever there is one


from oscar.apps.basket.models import *  # noqa: E402, F403  (Oscar registers the models that are not ours)
