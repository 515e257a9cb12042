"""All that the page of a product shows of it and of what goes well with it, fetched in one query."""

from collections import defaultdict
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from oscar.core.loading import get_model

from shop.catalogue.models import show_the_way
from shop.catalogue.tiles import TOLD, furnish, hang_pictures_of_sizes, keys_of, remember
from shop.one_query import fetch_together

Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")
ProductAttributeValue = get_model("catalogue", "ProductAttributeValue")
ProductCategory = get_model("catalogue", "ProductCategory")
ProductImage = get_model("catalogue", "ProductImage")
StockRecord = get_model("partner", "StockRecord")

MOST_RECOMMENDED = 4  # one row on a desk


def fetch_page(product: Any) -> None:
    """Let this product know all of it. No size has a page."""
    recommended = Product.objects.browsable().recommended_with(product)
    first = recommended.order_by("-ranking", "pk").values("pk")[:MOST_RECOMMENDED]
    shown = keys_of(Q(pk=product.pk), Q(pk__in=first))
    sizes_too = keys_of(Q(pk__in=shown), Q(parent__in=shown))
    shelves = ProductCategory.objects.filter(product=product)
    values = ProductAttributeValue.objects.filter(product__in=shown).exclude(
        ~Q(product=product), ~Q(attribute__code__in=TOLD)
    )
    options = ProductAttributeValue.value_multi_option.through.objects.filter(productattributevalue__product=product)
    others, categories, chosen, pictures, sizes, stock, told = fetch_together(
        recommended.filter(pk__in=first).select_related("product_class"),
        Category.objects.annotate(is_own=Exists(shelves.filter(category=OuterRef("pk")))).filter(
            Exists(shelves.filter(category__path__startswith=OuterRef("path")))
        ),
        options.select_related("attributeoption"),
        ProductImage.objects.filter(product__in=sizes_too),
        Product.objects.public().filter(parent__in=shown),
        StockRecord.objects.filter(product__in=sizes_too),
        values.select_related("attribute", "value_option").annotate(code=F("attribute__code")),
    )
    furnish([product, *others], [sizes, stock, pictures, told])
    hang_pictures_of_sizes(product, pictures)
    _choose(product._prefetched_attribute_values, chosen)
    _put_on_shelves(product, categories)
    product.sorted_recommended_products = sorted(others, key=lambda each: (-each.ranking, each.pk))


def _choose(values: list[Any], chosen: list[Any]) -> None:
    """Let attributes of several options know which were chosen."""
    options = defaultdict(list)
    for each in sorted(chosen, key=lambda each: each.pk):
        options[each.productattributevalue_id].append(each.attributeoption)
    for value in values:
        remember(value, "value_multi_option", options[value.pk])


def _put_on_shelves(product: Any, categories: list[Any]) -> None:
    categories.sort(key=lambda category: category.path)
    show_the_way(categories)
    product._prefetched_browsable_categories = [
        category for category in categories if category.is_own and category.is_public and category.ancestors_are_public
    ]
