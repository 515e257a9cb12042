"""Oscar's wish lists, mended: people can be taken off a list, and nothing is changed by a link."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from oscar.apps.customer.wishlists import views
from oscar.core.loading import get_model

from shop.customer.changes import ChangesByPost
from shop.customer.wishlists.forms import LineFormset, WishListForm

Product = get_model("catalogue", "Product")
WishList = get_model("wishlists", "WishList")


class WishListDetailView(views.WishListDetailView):
    form_class = LineFormset

    def form_valid(self, form: Any) -> HttpResponse:
        """Only the lines that are on the list count: a form can be made to name more."""
        form.forms = form.initial_forms
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        """Says so when the form names lines that are no longer on the list, or never were."""
        if form.management_form.is_valid() and all(line.instance.pk for line in form.forms):
            return super().form_invalid(form)
        news = gettext("Your list has changed since you opened the page. This is how it is now.")
        messages.warning(self.request, news)
        return redirect(self.object)


class SharingMixin:
    """For the views with the form of a list and of the people who may see it."""

    def process_wishlist_forms(self, wishlist_form: Any, shared_emails_formset: Any) -> Any:
        """Save the list and its people; those who are ticked leave it, which Oscar forgets to do."""
        wishlist = wishlist_form.save()
        shared_emails_formset.instance = wishlist
        shared_emails_formset.save()
        if wishlist.shared_emails.exists():
            if wishlist.visibility == WishList.PRIVATE:
                news = gettext("Only you can see this list, not yet the people you share it with.")
                messages.warning(self.request, news)
            elif wishlist.visibility == WishList.PUBLIC:
                news = gettext("Anybody with the link can see this list, not only those you named.")
                messages.warning(self.request, news)
        return wishlist


class WishListCreateView(SharingMixin, views.WishListCreateView):
    form_class = WishListForm

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if "product_pk" in kwargs:
            get_object_or_404(Product, pk=kwargs["product_pk"])
        return super().dispatch(request, *args, **kwargs)


class WishListUpdateView(SharingMixin, views.WishListUpdateView):
    form_class = WishListForm


class WishListAddProduct(views.WishListAddProduct):
    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        # Before Oscar's own, which starts a list for whoever has none.
        if request.method != "POST":
            return redirect(get_object_or_404(Product, pk=kwargs["product_pk"]))
        return super().dispatch(request, *args, **kwargs)


class WishListRemoveProduct(views.WishListRemoveProduct):
    def get_object(self, queryset: Any = None) -> Any:
        if "product_pk" in self.kwargs:
            get_object_or_404(Product, pk=self.kwargs["product_pk"])
        return super().get_object(queryset)


class WishListMoveProductToAnotherWishList(ChangesByPost, views.WishListMoveProductToAnotherWishList):
    def way_back(self) -> Any:
        return self.wishlist
