"""Oscar's basket views, mended where a shopper could break them."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BaseModelFormSet
from django.http import HttpResponse
from django.shortcuts import redirect
from oscar.apps.basket import views
from oscar.apps.basket.views import VoucherAddView, VoucherRemoveView  # noqa: F401  (Oscar looks for them here)
from oscar.core.utils import redirect_to_referrer


class BasketView(views.BasketView):
    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Says so when the form names lines that are no longer in this basket, or never were."""
        formset = self.construct_formset()
        if not formset.management_form.is_valid() or any(form.instance.pk is None for form in formset.forms):
            messages.warning(request, "Your basket has changed since you opened the page. This is how it is now.")
        return super().post(request, *args, **kwargs) if formset.forms_with_instances else redirect("basket:summary")

    def move_line_to_saved_basket(self, line: Any) -> None:
        # Oscar has words for this, and shows them to its own script alone.
        super().move_line_to_saved_basket(line)
        messages.success(self.request, f"{line.product.get_title()} is saved for later.")


class BasketAddView(views.BasketAddView):
    def form_invalid(self, form: Any) -> HttpResponse:
        """Says what is wrong on the page that the shopper came from, and keeps nothing of the form."""
        for errors in form.errors.values():
            for error in errors:
                messages.error(self.request, f"{self.product.get_title()}: {error}")
        return redirect_to_referrer(self.request, "basket:summary")


class SavedView(views.SavedView):
    def get_queryset(self) -> QuerySet:
        return super().get_queryset() or self.model.objects.none()

    def formset_invalid(self, formset: BaseModelFormSet) -> HttpResponse:
        errors = [error for form in formset.forms for errors in form.errors.values() for error in errors]
        for error in errors or ["Your list has changed since you opened the page. This is how it is now."]:
            messages.error(self.request, error)
        return redirect_to_referrer(self.request, "basket:summary")
