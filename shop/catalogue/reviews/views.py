"""Oscar's pages of reviews, open only for what was approved and for the author's own."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from oscar.apps.catalogue.reviews import views
from oscar.core.loading import get_model

Product = get_model("catalogue", "Product")


class CreateProductReview(views.CreateProductReview):
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
        return super().get_queryset()
