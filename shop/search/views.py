"""Lists of products: all of them, those of a category, those that a search finds.

They carry the names under which Oscar looks for its views. Oscar's own ask Haystack, which needs an index or finds
nothing; these ask the database.
"""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import ListView
from oscar.core.loading import get_class, get_model

Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")
SearchForm = get_class("search.forms", "SearchForm")


class CatalogueView(ListView):
    context_object_name = "products"
    paginate_by = settings.OSCAR_PRODUCTS_PER_PAGE
    template_name = "oscar/catalogue/browse.html"

    def get_queryset(self) -> QuerySet:
        return Product.objects.browsable().for_tiles()


class ProductCategoryView(CatalogueView):
    template_name = "oscar/catalogue/category.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.category = get_object_or_404(Category, pk=kwargs["pk"])
        if not (self.category.is_public and self.category.ancestors_are_public) and not request.user.is_staff:
            raise Http404
        if request.path != self.category.get_absolute_url():
            return redirect(self.category, permanent=True)
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().filter(categories__in=self.category.get_descendants_and_self()).distinct()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(category=self.category, **kwargs)


class FacetedSearchView(CatalogueView):
    template_name = "oscar/search/results.html"

    def get_queryset(self) -> QuerySet:
        self.form = SearchForm(self.request.GET)
        self.query = self.form.cleaned_data["q"] if self.form.is_valid() else ""
        products = super().get_queryset()
        return products.matching(self.query) if self.query else products.none()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(form=self.form, query=self.query, **kwargs)
