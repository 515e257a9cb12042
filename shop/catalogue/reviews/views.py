"""Oscar's pages of reviews, open only for what was approved and for the author's own."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.generic import View
from oscar.apps.catalogue.reviews import views
from oscar.core.loading import get_model

from shop.catalogue.reviews import asking
from shop.parcels.models import NoReviewLetters

Product = get_model("catalogue", "Product")


class CreateProductReview(views.CreateProductReview):
    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Who is not signed in signs in first, and comes back: letters lead here."""
        if request.user.is_anonymous:
            return redirect_to_login(request.get_full_path())
        return super().dispatch(request, *args, **kwargs)

    def get_success_url(self) -> str:
        messages.success(self.request, gettext("Thank you. A person reads your review before it shows here."))
        return self.product.get_absolute_url()


class ProductReviewDetail(views.ProductReviewDetail):
    def get_queryset(self) -> QuerySet:
        product = get_object_or_404(Product, pk=self.kwargs["product_pk"])
        return product.reviews.visible_to(self.request.user)


class AddVoteView(views.AddVoteView):
    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        product = get_object_or_404(Product, pk=kwargs["product_pk"])
        get_object_or_404(product.reviews.visible_to(request.user), pk=kwargs["pk"])
        return super().post(request, *args, **kwargs)


class ProductReviewList(views.ProductReviewList):
    def get_queryset(self) -> QuerySet:
        get_object_or_404(Product, pk=self.kwargs["product_pk"])
        return super().get_queryset().select_related("product", "user")


@method_decorator(never_cache, name="dispatch")
class NoLettersView(View):
    """Where whoever got a letter that asks for reviews says that it was the last one. Looking changes nothing."""

    def dispatch(self, request: HttpRequest, token: str) -> HttpResponse:
        self.user = asking.whose(token)
        if self.user is None:
            raise Http404("Nobody was given this link.")
        return super().dispatch(request)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(is_done=NoReviewLetters.objects.filter(user=self.user).exists())

    def post(self, request: HttpRequest) -> HttpResponse:
        NoReviewLetters.objects.get_or_create(user=self.user)
        return self._page(is_done=True)

    def _page(self, *, is_done: bool) -> HttpResponse:
        response = render(self.request, "oscar/catalogue/reviews/no_letters.html", {"is_done": is_done})
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
