"""Oscar's basket views, mended where a shopper could break them, and answering scripts with a piece of a page."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BaseModelFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from oscar.apps.basket import views
from oscar.apps.basket.views import VoucherRemoveView  # noqa: F401  (Oscar looks for it here)
from oscar.core.loading import get_model
from oscar.core.utils import is_ajax, redirect_to_referrer

from shop.basket.codes import CodeRefused, use_code
from shop.basket.forms import BasketVoucherForm
from shop.throttle import Throttle, too_many

Product = get_model("catalogue", "Product")


class BasketView(views.BasketView):
    voucher_form: BasketVoucherForm | None = None

    def show(self, request: HttpRequest) -> HttpResponse:
        """The basket as it is, in answer to a form that is not its own."""
        self.setup(request)
        self.object_list = self.get_queryset()
        formset = self.get_formset()(queryset=self.object_list, strategy=request.strategy)
        return self.render_to_response(self.get_context_data(formset=formset))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if self.request.basket.is_empty:
            context["samples"] = Product.objects.browsable().for_tiles().first_of_each_category()[:4]
        return context

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Says so when the form names lines that are no longer in this basket, or never were."""
        formset = self.construct_formset()
        if not formset.management_form.is_valid() or any(form.instance.pk is None for form in formset.forms):
            messages.warning(request, _("Your basket has changed since you opened the page. This is how it is now."))
        return super().post(request, *args, **kwargs) if formset.forms_with_instances else redirect("basket:summary")

    def get_upsell_messages(self, basket: Any) -> list[dict[str, Any]]:
        """What more would bring which offer. Oscar fetches the offers for it once more."""
        applied = basket.offer_applications.offers
        missed = [offer for offer in basket.offers_at_hand if offer.pk not in applied]
        return [
            {"message": offer.get_upsell_message(basket), "offer": offer}
            for offer in missed
            if offer.is_condition_partially_satisfied(basket)
        ]

    def get_basket_voucher_form(self) -> BasketVoucherForm:
        return self.voucher_form or super().get_basket_voucher_form()

    def move_line_to_saved_basket(self, line: Any) -> None:
        # Oscar has words for this, and shows them to its own script alone.
        super().move_line_to_saved_basket(line)
        title = line.product.get_title()
        messages.success(self.request, _("%(title)s is saved for later.") % {"title": title})


class BasketAddView(views.BasketAddView):
    def get_success_message(self, form: Any) -> str:
        # The panel has a way to the basket of its own.
        context = {
            "product": form.product,
            "quantity": form.cleaned_data["quantity"],
            "linked": not is_ajax(self.request),
        }
        return render_to_string("oscar/basket/messages/addition.html", context)

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        return mini_basket(self.request, added=form.product) if is_ajax(self.request) else answer

    def form_invalid(self, form: Any) -> HttpResponse:
        """Says what is wrong on the page that the shopper came from, and keeps nothing of the form."""
        for errors in form.errors.values():
            for error in errors:
                messages.error(self.request, f"{self.product.get_title()}: {error}")
        return (
            mini_basket(self.request)
            if is_ajax(self.request)
            else redirect_to_referrer(self.request, "basket:summary")
        )


@method_decorator(never_cache, name="dispatch")
class MiniBasketView(View):
    """What the header's panel and count say: for its script, when a page comes back from the browser's memory."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return mini_basket(request)


def mini_basket(request: HttpRequest, *, added: Product | None = None) -> HttpResponse:
    """The panel of the basket: what has just been added to it, what went wrong, its lines and its sum.

    It says all that would stand on the next page, so that nothing of it comes up there again. Plain information is
    left out: after a change of the basket that is its sum, which has a place of its own.
    """
    news = [message for message in messages.get_messages(request) if message.level != messages.INFO]
    return render(
        request,
        "oscar/basket/partials/mini_basket.html",
        {"basket": request.basket, "added": added, "news": news},
    )


class VoucherAddView(views.VoucherAddView):
    """Only so many wrong codes an hour, so that nobody finds one by trying."""

    throttle = Throttle("voucher", most=20)

    def form_valid(self, form: BasketVoucherForm) -> HttpResponse:
        if self.throttle.too_many_from(self.request):
            says = _("You have tried many codes within an hour. Wait a while, then try again.")
            return too_many(self, form, says, field="code")
        try:
            voucher = use_code(form.cleaned_data["code"], request=self.request)
        except CodeRefused as refusal:
            form.add_error("code", str(refusal))
            return self.form_invalid(form)
        self.throttle.forgive(self.request)
        self.add_signal.send(sender=self, basket=self.request.basket, voucher=voucher)
        messages.success(self.request, _("Voucher '%(code)s' added to basket") % {"code": voucher.code})
        return redirect("basket:summary")

    def form_invalid(self, form: BasketVoucherForm) -> HttpResponse:
        """Says what is wrong beside the field."""
        return BasketView(voucher_form=form).show(self.request)


class SavedView(views.SavedView):
    def get_queryset(self) -> QuerySet:
        return super().get_queryset() or self.model.objects.none()

    def formset_invalid(self, formset: BaseModelFormSet) -> HttpResponse:
        errors = [error for form in formset.forms for errors in form.errors.values() for error in errors]
        changed = _("Your list has changed since you opened the page. This is how it is now.")
        for error in errors or [changed]:
            messages.error(self.request, error)
        return redirect_to_referrer(self.request, "basket:summary")
