"""Products, named in full wherever they stand, and read in few queries."""

from typing import Self

from django.db.models import Exists, Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from oscar.apps.catalogue import managers
from oscar.apps.catalogue.abstract_models import AbstractProduct
from oscar.core.loading import get_model

MOST_WORDS = 10  # of a search; each is a condition of its own, and a database allows only so many


class ProductQuerySet(managers.ProductQuerySet):
    def for_tiles(self) -> Self:
        """Fetch all that a tile shows, so that the number of queries does not grow with the number of tiles."""
        sizes = self.model.objects.public().cheapest_first().prefetch_related("stockrecords")
        return (
            self.select_related("product_class")
            .prefetch_related("stockrecords", "images", Prefetch("children", sizes, "_prefetched_public_children"))
            .prefetch_attribute_values()
        )

    def first_of_each_category(self) -> Self:
        """The first product of each category on the first level."""
        categories = get_model("catalogue", "Category").objects.browsable().filter(depth=1)
        products = self.filter(categories__path__startswith=OuterRef("path")).values("pk")
        return self.filter(pk__in=categories.annotate(first=Subquery(products[:1])).values("first"))

    def cheapest_first(self) -> Self:
        return self.alias(lowest_price=Min("stockrecords__price")).order_by("lowest_price", "pk")

    def matching(self, query: str) -> Self:
        """Products that hold every word of `query` in their title, description or attributes."""
        products = self
        for word in dict.fromkeys(query.split()[:MOST_WORDS]):
            values = get_model("catalogue", "ProductAttributeValue").objects.filter(product=OuterRef("pk"))
            products = products.filter(
                Q(title__icontains=word)
                | Q(description__icontains=word)
                | Exists(values.filter(Q(value_text__icontains=word) | Q(value_multi_option__option__icontains=word)))
            )
        return products


class Product(AbstractProduct):
    objects = ProductQuerySet.as_manager()

    def get_title(self) -> str:
        """The whole name. A size alone ("20 g") says nothing in a basket, an order or a letter."""
        if self.is_child and self.title:
            return f"{self.parent.title}, {self.title}"
        return super().get_title()

    @property
    def sorted_recommended_products(self) -> ProductQuerySet:
        """What goes well with it and is on show, the highest ranking first."""
        recommended = type(self).objects.browsable().filter(productrecommendation__primary=self)
        return recommended.order_by("-productrecommendation__ranking", "pk").for_tiles()

    def get_public_children(self) -> QuerySet | list["Product"]:
        """The sizes on offer, cheapest first: Oscar takes a parent's price from the first, and we say "From" to it."""
        children = super().get_public_children()
        return children if isinstance(children, list) else children.cheapest_first()


from oscar.apps.catalogue.models import *  # noqa: E402, F403  (Oscar registers the models that are not ours)
