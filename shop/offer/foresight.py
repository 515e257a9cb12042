"""All that offers ask the database about the lines of a basket, asked at once.

Oscar's offers ask about each line, and again each time that they are applied: whether its product is in the range of
the condition, whether in that of the benefit, how often the shopper has used the offer. Here the same is asked for all
lines and all offers in two queries, and told to them. What ranges hold is kept until something changes.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import CharField, F, IntegerField, QuerySet, Sum, Value
from django.db.models.functions import Cast
from oscar.core.loading import get_model

from shop.shared_pages.versions import versions

OrderDiscount = get_model("order", "OrderDiscount")
ProductCategory = get_model("catalogue", "ProductCategory")
Range = get_model("offer", "Range")

INCLUDED, EXCLUDED, OF_CLASS, IN_CATEGORY, NOT_IN_CATEGORY, SHELF = range(6)


def foresee(offers: Sequence[Any], basket: Any) -> None:
    """Tell the offers what they will ask about this basket. They are to have their ranges read already."""
    parts = [part for offer in offers for part in (offer.condition, offer.benefit)]
    ranges = [part.range for part in parts if part.range is not None and not part.range.proxy_class]
    products = [line.product for line in basket.all_lines()]
    if ranges and products:
        held = _kept_holdings({each.pk: each for each in ranges}, {product.pk: product for product in products})
        for each in ranges:
            each.told = {product.pk: product.pk in held[each.pk] for product in products}
    if basket.owner_id and (limited := [offer for offer in offers if offer.max_user_applications]):
        uses = _uses(limited, basket.owner_id)
        for offer in limited:
            offer.told_uses = {basket.owner_id: uses.get(offer.pk, 0)}


def _kept_holdings(ranges: dict[int, Any], products: dict[int, Any]) -> dict[int, set[int]]:
    key = ("held", *sorted(ranges), "of", *sorted(products))
    return versions.keep(key, lambda: holdings(ranges.values(), products.values()))


def holdings(ranges: Collection[Any], products: Collection[Any]) -> dict[int, set[int]]:
    """The keys of those products that each range holds, by its key: as Oscar's Range.product_queryset has them.

    One query, however many there are of either. Not for ranges with a class of their own, which know for themselves.
    """
    linked: dict[tuple[int, int], set[str]] = defaultdict(set)
    for kind, owner, value in _links(ranges, products):
        linked[kind, owner].add(value)
    return {each.pk: {product.pk for product in products if _holds(each, product, linked)} for each in ranges}


def _holds(each: Any, product: Any, linked: dict[tuple[int, int], set[str]]) -> bool:
    family = {str(key) for key in (product.pk, product.parent_id) if key}
    shelves = {path for key in (product.pk, product.parent_id) for path in linked[SHELF, key]}
    excluded = linked[EXCLUDED, each.pk]
    if each.includes_all_products:  # what leaves a product out of these does not leave its sizes out
        return str(product.pk) not in excluded and not _below(linked[NOT_IN_CATEGORY, each.pk], shelves)
    if family & excluded:
        return False
    return bool(
        family & linked[INCLUDED, each.pk]
        or _classes(product) & linked[OF_CLASS, each.pk]
        or _below(linked[IN_CATEGORY, each.pk], shelves)
    )


def _below(categories: set[str], shelves: set[str]) -> bool:
    """Whether one of the shelves is one of the categories or below it; of all, the paths in the tree."""
    return any(shelf.startswith(category) for shelf in shelves for category in categories)


def _classes(product: Any) -> set[str]:
    own = {product.product_class_id, product.parent.product_class_id if product.parent_id else None}
    return {str(key) for key in own if key}


def _links(ranges: Collection[Any], products: Collection[Any]) -> QuerySet[Any, tuple[int, int, str]]:
    """What ranges and products are linked to: the kind of each link, the key of its owner, the other end as text."""
    asked = [each.pk for each in ranges]
    family = {key for product in products for key in (product.pk, product.parent_id) if key}
    included, excluded, of_class, in_category, not_in_category = (
        field.through.objects.filter(range__in=asked)
        for field in (
            Range.included_products,
            Range.excluded_products,
            Range.classes,
            Range.included_categories,
            Range.excluded_categories,
        )
    )
    links = [
        _link(INCLUDED, included.filter(product__in=family), "range_id", "product_id"),
        _link(EXCLUDED, excluded.filter(product__in=family), "range_id", "product_id"),
        _link(OF_CLASS, of_class, "range_id", "productclass_id"),
        _link(IN_CATEGORY, in_category, "range_id", "category__path"),
        _link(NOT_IN_CATEGORY, not_in_category, "range_id", "category__path"),
        _link(SHELF, ProductCategory.objects.filter(product__in=family), "product_id", "category__path"),
    ]
    return links[0].union(*links[1:], all=True)


def _link(kind: int, rows: QuerySet[Any], owner: str, value: str) -> QuerySet[Any, tuple[int, int, str]]:
    named = rows.order_by().annotate(
        kind=Value(kind, IntegerField()), owner=F(owner), value=Cast(value, CharField(max_length=255))
    )
    return named.values_list("kind", "owner", "value")


def _uses(offers: Sequence[Any], user: int) -> dict[int, int]:
    """How often this user has used each of these offers, by its key."""
    discounts = OrderDiscount.objects.filter(offer_id__in=[offer.pk for offer in offers], order__user=user)
    return dict(discounts.order_by().values_list("offer_id").annotate(Sum("frequency")))
