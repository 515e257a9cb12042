import re
from typing import Any

from django.db.models import QuerySet
from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from django.views.generic import ListView, TemplateView
from oscar.apps.catalogue import views
from oscar.apps.catalogue.views import CatalogueView, ProductCategoryView  # noqa: F401  (Oscar looks for them here)
from oscar.core.loading import get_model

from shop.catalogue.page import fetch_page

Product = get_model("catalogue", "Product")

LONGEST_SHELF = 4  # products, one row on a desk
SMALL_NUMBER = re.compile(r"[0-9]{1,9}")  # what a database takes for a key


class HomeView(ListView):
    context_object_name = "products"
    template_name = "home.html"

    def get_queryset(self) -> QuerySet:
        return Product.objects.browsable().for_tiles().first_of_each_category()[:4]


class ProductDetailView(views.ProductDetailView):
    enforce_parent = True  # a size is chosen on its product's page; it has none of its own
    queryset = Product.objects.select_related("product_class", "parent")
    template_name = "oscar/catalogue/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        fetch_page(self.object)
        category = next(iter(self.object.get_categories()), None)
        trail = [*category.way, category] if category else []
        return super().get_context_data(category=category, trail=trail, **kwargs)


# A shopper who looks back and forth between products asks once; a price is at most a minute old.
@method_decorator(cache_control(private=True, max_age=60), name="dispatch")
class ShelfView(TemplateView):
    """A piece of a page: tiles of the products whose numbers the address names, in that order.

    js/recently-viewed.js asks for it. What is not on show, or is no number, is left out.
    """

    template_name = "oscar/catalogue/shelf.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        named = self.request.GET.get("ids", "").split(",", LONGEST_SHELF)[:LONGEST_SHELF]
        ids = dict.fromkeys(int(number) for number in named if SMALL_NUMBER.fullmatch(number))
        found = {product.pk: product for product in Product.objects.browsable().for_tiles().filter(pk__in=ids)}
        return super().get_context_data(products=[found[pk] for pk in ids if pk in found], **kwargs)
