"""One page to check out on, and the pages one comes back to from Stripe."""

import logging
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache
from oscar.core.loading import get_model
from oscar.templatetags.currency_filters import currency

from shop.checkout import ownership, placing
from shop.checkout.forms import CheckoutForm
from shop.checkout.quote import Quote, quote
from shop.order.sheet import orders, sheet
from shop.stripe_checkout import attempts, gateway
from shop.stripe_checkout.models import PaymentAttempt
from shop.stripe_checkout.states import RETURN_PAGE, SHOPPER
from shop.telemetry.context import about

logger = logging.getLogger(__name__)
Order = get_model("order", "Order")
State = PaymentAttempt.State

# His cookies are gone, he was signed out meanwhile, or he has paid in another window: from here all three look alike.
NO_BASKET = _(
    "Nothing was charged just now: this basket is no longer open here. If you were signed in, sign in again, and it "
    "is as you left it. If you have paid in another window, the receipt is in your email."
)
NOT_CHARGED = _("We cannot reach the payment page just now. Nothing was charged. Please try again in a minute.")


class SeeOther(HttpResponseRedirect):
    """After a POST: fetch that page with GET (RFC 9110, 15.4.4)."""

    status_code = 303


@method_decorator(never_cache, name="dispatch")
class IndexView(View):
    """The checkout: what it costs, who and where, and Pay."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.basket.is_empty:
            return redirect("basket:summary")
        current = quote(request.basket)
        form = CheckoutForm(user=request.user, deliveries=current.deliveries, initial=_saved_address(request.user))
        return self._page(current, form)

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.basket.is_empty:
            messages.warning(request, str(NO_BASKET))
            return redirect("basket:summary")
        current = quote(request.basket)
        form = CheckoutForm(request.POST, user=request.user, deliveries=current.deliveries)
        if not form.is_valid():
            return self._page(current, form)
        order = None
        try:
            order, attempt = placing.place(basket=request.basket, purchase=self._purchase(form))
            response = SeeOther(attempts.send_to_stripe(attempt) if attempt else _thank_you_url(order))
        except placing.QuoteChanged as refusal:
            response = self._ask_again(form, str(refusal), quote_changed=True)
        except placing.CannotPlace as refusal:
            response = self._ask_again(form, str(refusal))
        except placing.BasketGone:
            messages.warning(request, str(NO_BASKET))
            response = redirect("basket:summary")
        except attempts.AttemptEnded as ended:
            response = _where_it_stands(request, ended.attempt)
        except (attempts.PaymentUnavailable, gateway.ProviderUnavailable, gateway.ProviderRefused) as error:
            logger.error("Checkout of basket %s: no payment page: %s", request.basket.pk, error)
            response = self._ask_again(form, str(NOT_CHARGED))
        if order is not None:
            ownership.remember(response, order)
        return response

    def _purchase(self, form: CheckoutForm) -> placing.Purchase:
        user = self.request.user
        return placing.Purchase(
            user=user,
            email=user.email if user.is_authenticated else form.cleaned_data["email"],
            address=form.save(commit=False),
            method_code=form.cleaned_data["shipping_method"],
            seen=self.request.POST.get("seen", ""),
            origin=_origin(self.request),
        )

    def _ask_again(self, form: CheckoutForm, problem: str, *, quote_changed: bool = False) -> HttpResponse:
        """The same page with what the shopper typed, and prices as they are now."""
        basket = self.request.basket
        basket.refresh_from_db()
        basket._lines = None
        basket.reset_offer_applications()
        placing.Applicator().apply(basket, self.request.user, self.request)
        return self._page(quote(basket), form, problem=problem, quote_changed=quote_changed)

    def _page(
        self, current: Quote, form: CheckoutForm, *, problem: str = "", quote_changed: bool = False
    ) -> HttpResponse:
        context = {
            "quote": current,
            "form": form,
            "delivery": current.delivery(form.chosen_method),
            "charges": _charges_in_words(current),
            "problem": problem or (placing.sold_out(current.missing) if current.missing else ""),
            "quote_changed": quote_changed,
        }
        return render(self.request, "oscar/checkout/checkout.html", context)


@never_cache
def payment_return(request: HttpRequest) -> HttpResponse:
    """Back from Stripe's page. Settles what Stripe says, then shows the order to the one who placed it.

    Somebody else's session id, or a made-up one, shows nothing and changes nothing.
    """
    session_id = request.GET.get("session_id", "").replace("\0", "")  # PostgreSQL takes no NUL, not even to look for
    attempt = get_object_or_404(PaymentAttempt.objects.select_related("order"), session_id=session_id)
    if sign_in := _sign_in_or_404(request, attempt.order):
        return sign_in
    try:
        attempt = attempts.settle(attempt, cause=RETURN_PAGE)
    except (gateway.ProviderUnavailable, gateway.ProviderRefused) as error:
        logger.error(
            "Order %s: cannot ask Stripe on return: %s", attempt.order.number, error, extra=about(attempt.order)
        )
    return _where_it_stands(request, attempt)


@method_decorator(never_cache, name="dispatch")
class UnpaidView(View):
    """Where Stripe's "back" leads. Looking changes nothing; the order is cancelled by pressing the button."""

    def dispatch(self, request: HttpRequest, attempt_id: Any) -> HttpResponse:
        self.attempt = get_object_or_404(PaymentAttempt.objects.select_related("order"), pk=attempt_id)
        return _sign_in_or_404(request, self.attempt.order) or super().dispatch(request)

    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.attempt.live:
            return _where_it_stands(request, self.attempt)
        context = {"attempt": self.attempt, "order": self.attempt.order}
        return render(request, "oscar/checkout/unpaid.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            attempt = attempts.cancel(self.attempt, cause=SHOPPER, reason="The shopper cancelled.")
        except (gateway.ProviderUnavailable, gateway.ProviderRefused):
            news = gettext("We cannot reach Stripe just now, so the order ends by itself within the hour.")
            messages.error(request, news)
            return redirect("basket:summary")
        return _where_it_stands(request, attempt)


@never_cache
def thank_you(request: HttpRequest, number: str) -> HttpResponse:
    """The confirmed order, for the one who placed it."""
    order = get_object_or_404(orders(), status__in=Order.SOLD, number=number)
    if not ownership.owns(request, order):
        raise Http404("No such order.")
    return render(request, "oscar/checkout/thank_you.html", {"order": order, "sheet": sheet(order, can_pay=True)})


def _sign_in_or_404(request: HttpRequest, order: Any) -> HttpResponse | None:
    """Nothing for the owner; one whose sign-in ended while he paid signs in again, and comes back here.

    Only for addresses that nobody can guess: an order number would tell that the order exists.
    """
    if ownership.owns(request, order):
        return None
    if order.user_id is not None and request.user.is_anonymous:
        return redirect_to_login(request.get_full_path())
    raise Http404("No such order.")


def _where_it_stands(request: HttpRequest, attempt: PaymentAttempt) -> HttpResponse:
    """The page that fits the attempt's state."""
    if attempt.state == State.SUCCEEDED:
        return SeeOther(_thank_you_url(attempt.order))
    if attempt.state in (State.EXPIRED, State.FAILED, State.SUPERSEDED):
        messages.info(request, gettext("Nothing was charged, and your basket is as you left it."))
        return SeeOther(reverse("basket:summary"))
    return render(request, "oscar/checkout/waiting.html", {"attempt": attempt, "order": attempt.order})


def _origin(request: HttpRequest) -> str:
    """SITE_URL, unless the shopper is at another of our hosts (ALLOWED_HOSTS): his cookies are only valid there."""
    if request.get_host() == urlsplit(settings.SITE_URL).netloc:
        return settings.SITE_URL
    return f"{request.scheme}://{request.get_host()}"


def _charges_in_words(current: Quote) -> str:
    """What the order would cost with each delivery: "$20.00 with standard or $29.00 with express"."""
    ways = [
        gettext("%(total)s with %(method)s")
        % {
            "total": currency(delivery.total.incl_tax, delivery.total.currency),
            "method": str(delivery.method.name).lower(),
        }
        for delivery in current.deliveries
    ]
    return get_text_list(ways, gettext("or"))


def _thank_you_url(order: Any) -> str:
    return reverse("checkout:thank-you", args=[order.number])


def _saved_address(user: Any) -> dict[str, Any]:
    if not user.is_authenticated:
        return {}
    address = user.addresses.order_by("-is_default_for_shipping", "-num_orders_as_shipping_address").first()
    if address is None:
        return {"first_name": user.first_name, "last_name": user.last_name}
    return {field: getattr(address, field) for field in CheckoutForm.Meta.fields if field != "country"} | {
        "country": address.country_id
    }
