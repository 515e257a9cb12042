"""How many products ranges hold, counted for all of them in one query."""

from collections.abc import Collection
from typing import Any

from django.db.models import CharField, Count, Exists, ExpressionWrapper, F, OuterRef, Q
from oscar.core.loading import get_model

Product = get_model("catalogue", "Product")
ProductCategory = get_model("catalogue", "ProductCategory")
Range = get_model("offer", "Range")


def numbers_of_products(ranges: Collection[Any]) -> dict[int, int | None]:
    """What Oscar's Range.num_products says of each, by its key: None for one that holds everything."""
    numbers = {each.pk: each.num_products() for each in ranges if each.proxy_class}
    listed = [each for each in ranges if not each.proxy_class and not each.includes_all_products]
    counts = {f"range_{each.pk}": Count("pk", filter=_held(each)) for each in listed}
    found = Product.objects.aggregate(**counts) if counts else {}
    return {each.pk: numbers.get(each.pk, found.get(f"range_{each.pk}")) for each in ranges}


def _held(each: Any) -> Q:
    chosen, left_out, classes, categories = (
        field.through.objects.filter(range=each.pk)
        for field in (Range.included_products, Range.excluded_products, Range.classes, Range.included_categories)
    )
    shelf = ExpressionWrapper(OuterRef("category__path"), CharField())
    above = categories.annotate(shelf=shelf).filter(shelf__startswith=F("category__path"))
    shelved = ProductCategory.objects.filter(Exists(above))
    of_class = classes.values("productclass")
    held = _family(chosen) | _family(shelved) | Q(product_class__in=of_class) | Q(parent__product_class__in=of_class)
    return held & ~_family(left_out)


def _family(links: Any) -> Q:
    """The products to which these lead, and their sizes."""
    return Q(pk__in=links.values("product")) | Q(parent__in=links.values("product"))
