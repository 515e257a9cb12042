"""Oscar's pages of reviews, open only for what was approved and for the author's own."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.signing import BadSignature, SignatureExpired
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.generic import CreateView, View
from oscar.apps.catalogue.reviews import views
from oscar.core.loading import get_model

from shop.catalogue.reviews import asking, links
from shop.catalogue.reviews.forms import GuestReviewForm
from shop.parcels.models import GuestReview, NoReviewLetters

Order = get_model("order", "Order")
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


@method_decorator(never_cache, name="dispatch")
class GuestReviewView(views.CreateProductReview):
    """Where a guest reviews what he bought, by the link that was sent to him. Looking changes nothing."""

    form_class = GuestReviewForm

    def dispatch(self, request: HttpRequest, number: str, product_pk: int, key: str) -> HttpResponse:
        return self._closed_unless_bought(number, product_pk, key) or self._once(request)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": None, "order": self.order}

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        Order.objects.select_for_update().get(pk=self.order.pk)  # the form sent twice at once is one review
        if asking.was_reviewed(self.order, self.product):
            return self._thank()
        response = super().form_valid(form)
        GuestReview.objects.create(review=self.object, order=self.order, product=self.product)
        return response

    def _closed_unless_bought(self, number: str, product_pk: int, key: str) -> HttpResponse | None:
        sold = Order.objects.filter(status__in=Order.SOLD, call_off=None).select_related("shipping_address")
        self.order = sold.filter(number=number).first()
        self.product = Product.objects.filter(pk=product_pk, is_public=True).first()
        try:
            links.check(self.order, product_pk, key)
        except SignatureExpired:
            return self._closed(410, is_old=True)
        except BadSignature:
            return self._closed(404)
        return None if self.product else self._closed(404)

    def _closed(self, status: int, *, is_old: bool = False) -> HttpResponse:
        context = {"is_old": is_old, "days": links.LIFETIME.days}
        return render(self.request, "oscar/catalogue/reviews/link_closed.html", context, status=status)

    def _once(self, request: HttpRequest) -> HttpResponse:
        if asking.was_reviewed(self.order, self.product):
            return self._thank()
        # Not Oscar's own, which asks for an account.
        return CreateView.dispatch(self, request)

    def _thank(self) -> HttpResponse:
        messages.info(self.request, gettext("You have reviewed this already. Thank you."))
        return redirect(self.product.get_absolute_url())


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
        self.reader = asking.whose(token)
        if self.reader is None:
            raise Http404("Nobody was given this link.")
        return super().dispatch(request)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(is_done=NoReviewLetters.objects.filter(**self.reader).exists())

    def post(self, request: HttpRequest) -> HttpResponse:
        NoReviewLetters.objects.get_or_create(**self.reader)
        return self._page(is_done=True)

    def _page(self, *, is_done: bool) -> HttpResponse:
        return render(self.request, "oscar/catalogue/reviews/no_letters.html", {"is_done": is_done})
