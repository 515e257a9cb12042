"""Lists of products: all of them, those of a category, those that a search finds.

They carry the names under which Oscar looks for its views. Oscar's own ask Haystack, which needs an index or finds
nothing; these ask the database.
"""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.generic import ListView, TemplateView
from oscar.core.loading import get_class, get_model

from shop.search import lookup
from shop.search.counting import InDatabase, InMemory
from shop.search.filters import ProductFilters
from shop.search.finding import MOST_PRODUCTS, Search
from shop.search.models import MissedSearch
from shop.search.suggestions import suggestions
from shop.shared_pages.versions import versions
from shop.shared_pages.visitors import RequestOfEverybody
from shop.staff import second_factor
from shop.throttle import Throttle

Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")
SearchForm = get_class("search.forms", "SearchForm")


class CatalogueView(ListView):
    context_object_name = "products"
    paginate_by = settings.OSCAR_PRODUCTS_PER_PAGE
    template_name = "oscar/catalogue/browse.html"

    def get_filters(self) -> ProductFilters:
        products = Product.objects.browsable().recommended_first()
        return ProductFilters(self.request, InDatabase(products, name="all products"), default_sort=_("Recommended"))

    def get_queryset(self) -> QuerySet:
        self.filters = self.get_filters()
        return self.filters.products.for_tiles()

    def get_paginator(self, *args: Any, **kwargs: Any) -> Paginator:
        paginator = super().get_paginator(*args, **kwargs)
        paginator.count = self.filters.count  # counted already, with everything else
        return paginator

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(filters=self.filters, **kwargs)


class ProductCategoryView(CatalogueView):
    template_name = "oscar/catalogue/category.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        *_above, self.category = Category.objects.down_to(kwargs["pk"]) or [None]
        if self.category is None:
            raise Http404
        is_open = self.category.is_public and self.category.ancestors_are_public
        if not is_open and not second_factor.shows_staff(request.user):
            raise Http404
        if request.path != self.category.get_absolute_url():
            return redirect(self.category, permanent=True)
        return super().get(request, *args, **kwargs)

    def get_filters(self) -> ProductFilters:
        products = Product.objects.browsable().in_category(self.category).recommended_first()
        counted = InDatabase(products, name=f"category {self.category.pk}")
        return ProductFilters(self.request, counted, default_sort=_("Recommended"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(category=self.category, **kwargs)


class FacetedSearchView(CatalogueView):
    """Only pages that are made anew count as searches; those that are kept cost nothing."""

    template_name = "oscar/search/results.html"
    throttle = Throttle("search", most=1000)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.throttle.check(request)
        return super().get(request, *args, **kwargs)

    def get_filters(self) -> ProductFilters:
        self.form = SearchForm(self.request.GET)
        self.query = self.form.cleaned_data["q"] if self.form.is_valid() else ""
        filters = self._search(Search(self.query))
        self.meant = None if self.total or not self.query else self.search.as_we_spell_it()
        if self.meant:
            filters = self._search(self.meant)
        return filters

    def _search(self, search: Search) -> ProductFilters:
        """Look for it, and know how much there is."""
        filters = ProductFilters(
            self.request,
            InMemory(search.products, name=f"search for {' '.join(search.words)}"),
            default_sort=_("Best match"),
            kept={"q": self.query} if self.query else {},
        )
        self.search = search
        self.total = filters.listed_count + sum(kind.count for kind in search.kinds)
        return filters

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(form=self.form, query=self.query, search=self.search, **kwargs)
        context["total"] = self.total
        context["meant"] = self.meant if self.total else None
        context["is_cut_off"] = self.filters.listed_count >= MOST_PRODUCTS
        if not self.total and not self._is_for_everybody:
            self._record_miss()
            context["samples"] = lookup.visible(Product, versions.keep("samples", _samples)).for_tiles()
        return context

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Each time that nothing is found is to be recorded: such a page is made for each who asks."""
        if self.total:
            return super().render_to_response(context, **kwargs)
        response = HttpResponse() if self._is_for_everybody else super().render_to_response(context, **kwargs)
        patch_cache_control(response, private=True)
        return response

    @property
    def _is_for_everybody(self) -> bool:
        return isinstance(self.request, RequestOfEverybody)

    def _record_miss(self) -> None:
        """Tell staff what nobody finds; what they try themselves, they know."""
        if not self.request.user.is_staff:
            MissedSearch.objects.record(self.query)


def _samples() -> list[int]:
    """Keys of what is shown where nothing was found: the same to everybody."""
    on_show = Product.objects.browsable().recommended_first()
    return list(on_show.first_of_each_category().values_list("pk", flat=True)[:4])


@method_decorator(cache_control(private=True, max_age=60), name="dispatch")
class SuggestionsView(TemplateView):
    """A piece of a page: what js/suggestions.js shows below the field of a search."""

    template_name = "oscar/search/suggestions.html"
    throttle = Throttle("suggestions", most=5000)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.throttle.check(request)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = SearchForm(self.request.GET)
        typed = form.cleaned_data["q"] if form.is_valid() else ""
        return super().get_context_data(suggestions=suggestions(typed), **kwargs)
