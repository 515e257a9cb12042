"""What tiles and picks show of products, fetched for all of them in one query."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import F, Q, QuerySet
from django.db.models.query import ModelIterable

from shop.one_query import fetch_together

TOLD = ("line", "size")  # of all attributes, those that tiles and picks show


class Tiles(ModelIterable):
    """Products of a queryset, each with all that its tile shows."""

    def __iter__(self) -> Iterator[Any]:
        products = list(super().__iter__())
        if products:
            furnish(products, fetch_together(*parts_of(products)))
        return iter(products)


def on_show(keys: Collection[int]) -> list[Any]:
    """The products with these keys that everybody may see, each with all that its tile shows, in one query."""
    products = rows("catalogue.Product")
    wholes = products.filter(pk__in=keys, parent__isnull=False).values("parent")
    shown, whole, *parts = fetch_together(
        products.public().filter(pk__in=keys).exclude(parent__is_public=False).select_related("product_class"),
        products.filter(pk__in=wholes).select_related("product_class"),
        *_parts(keys, wholes),
    )
    whole_by_key = {product.pk: product for product in whole}
    for product in shown:
        product.parent = whole_by_key.get(product.parent_id)
    furnish(shown, parts)
    return shown


def parts_of(products: Collection[Any]) -> list[QuerySet[Any]]:
    """What `furnish` is to be given for these products."""
    keys = {product.pk for product in products}
    return _parts(keys, {product.parent_id for product in products if product.parent_id})


def _parts(keys: Collection[int], wholes: Any) -> list[QuerySet[Any]]:
    """For products with those keys; the ones of which some are sizes have the keys `wholes`."""
    # Where the keys of wholes are known, and there are none, much is simpler.
    own_or_whole = Q(product__in=keys if wholes == set() else keys_of(Q(pk__in=keys), Q(pk__in=wholes)))
    return [
        rows("catalogue.Product").public().filter(parent__in=keys),
        rows("partner.StockRecord").filter(product__in=keys_of(Q(pk__in=keys), Q(parent__in=keys))),
        rows("catalogue.ProductImage").filter(own_or_whole),
        told_on_tiles().filter(own_or_whole),
    ]


def told_on_tiles() -> QuerySet[Any]:
    """The attributes that tiles and picks show, with all that Oscar asks of one that was fetched already."""
    told = rows("catalogue.ProductAttributeValue").filter(attribute__code__in=TOLD)
    return told.select_related("attribute").annotate(code=F("attribute__code"))


def rows(label: str) -> Any:
    """All of a model; the models of the catalogue stand on this module, and are not there yet when it is read."""
    return apps.get_model(label)._default_manager.all()


def keys_of(*conditions: Q) -> QuerySet[Any, Any]:
    """Keys of the products that fulfil one of the conditions, for `__in`.

    PostgreSQL finds each of them by an index; where an OR holds a subquery or goes over two tables, it reads all rows.
    """
    first, *others = (rows("catalogue.Product").filter(condition).order_by().values("pk") for condition in conditions)
    return first.union(*others)


def furnish(products: Collection[Any], parts: list[list[Any]]) -> None:
    """Give each product what was fetched of it, under the names where Oscar looks for what was fetched already."""
    sizes, *others = parts
    stock, pictures, told = (_by_product(rows) for rows in others)
    sizes_of = defaultdict(list)
    for size in sizes:
        remember(size, "stockrecords", sorted(stock[size.pk], key=lambda record: record.pk))
        sizes_of[size.parent_id].append(size)
    for product in products:
        remember(product, "stockrecords", sorted(stock[product.pk], key=lambda record: record.pk))
        remember(product, "images", in_order(pictures[product.pk]))
        product._prefetched_public_children = sorted(sizes_of[product.pk], key=_lowest_price)
        for size in product._prefetched_public_children:
            size.parent = product
        product._prefetched_attribute_values = told[product.pk]
        if product.is_child:
            remember(product.parent, "images", in_order(pictures[product.parent_id]))
            product.parent._prefetched_parent_attribute_values = told[product.parent_id]


def hang_pictures_of_sizes(product: Any, pictures: list[Any]) -> None:
    """Give the sizes of a product their own pictures, which stand only on its page."""
    of = _by_product(pictures)
    for size in product.get_public_children():
        remember(size, "images", in_order(of[size.pk]))


def remember(owner: Any, relation: str, rows: list[Any]) -> None:
    """Let `owner` find these rows under that relation, as if `prefetch_related` had fetched them."""
    known = getattr(owner, relation).all()
    known._result_cache = rows
    known._prefetch_done = True
    vars(owner).setdefault("_prefetched_objects_cache", {})[relation] = known


def _by_product(rows: list[Any]) -> dict[int, list[Any]]:
    found = defaultdict(list)
    for row in rows:
        found[row.product_id].append(row)
    return found


def in_order(pictures: Iterable[Any]) -> list[Any]:
    """Pictures in the order that staff gave them."""
    return sorted(pictures, key=lambda picture: (picture.display_order, picture.pk))


def _lowest_price(size: Any) -> tuple[Decimal, int]:
    """Where it stands among the sizes: the cheapest first, and last what has no price."""
    prices = [record.price for record in size.stockrecords.all() if record.price is not None]
    return min(prices, default=Decimal("Infinity")), size.pk
