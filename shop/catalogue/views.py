from typing import Any

from django.db.models import QuerySet
from django.views.generic import ListView
from oscar.apps.catalogue import views
from oscar.apps.catalogue.views import CatalogueView, ProductCategoryView  # noqa: F401  (Oscar looks for them here)
from oscar.core.loading import get_model

Product = get_model("catalogue", "Product")


class HomeView(ListView):
    context_object_name = "products"
    template_name = "home.html"

    def get_queryset(self) -> QuerySet:
        return Product.objects.browsable().for_tiles().first_of_each_category()[:4]


class ProductDetailView(views.ProductDetailView):
    enforce_parent = True  # a size is chosen on its product's page; it has none of its own

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(category=self.object.get_categories().first(), **kwargs)
