"""One page to check out on, and the pages one comes back to from Stripe."""

import logging
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from oscar.core.loading import get_model

from shop.checkout import placing
from shop.checkout.forms import CheckoutForm
from shop.checkout.quote import Quote, quote
from shop.stripe_checkout import attempts, gateway
from shop.stripe_checkout.models import PaymentAttempt
from shop.stripe_checkout.states import RETURN_PAGE, SHOPPER

logger = logging.getLogger(__name__)
Order = get_model("order", "Order")
State = PaymentAttempt.State

NOT_CHARGED = "We cannot reach the payment page just now. Nothing was charged. Please try again in a minute."


class SeeOther(HttpResponseRedirect):
    """After a POST: fetch that page with GET (RFC 9110, 15.4.4)."""

    status_code = 303


@method_decorator(never_cache, name="dispatch")
class IndexView(View):
    """The checkout: what it costs, who and where, and Pay."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.basket.is_empty:
            messages.info(request, "Your basket is empty.")
            return redirect("basket:summary")
        current = quote(request.basket)
        form = CheckoutForm(user=request.user, deliveries=current.deliveries, initial=_saved_address(request.user))
        return self._page(current, form)

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.basket.is_empty:
            return self.get(request)
        current = quote(request.basket)
        form = CheckoutForm(request.POST, user=request.user, deliveries=current.deliveries)
        if not form.is_valid():
            return self._page(current, form)
        try:
            order, attempt = placing.place(basket=request.basket, purchase=self._purchase(form))
            _remember(request, order)
            return SeeOther(attempts.send_to_stripe(attempt) if attempt else _thank_you_url(order))
        except placing.QuoteChanged as refusal:
            return self._ask_again(form, str(refusal), quote_changed=True)
        except placing.CannotPlace as refusal:
            return self._ask_again(form, str(refusal))
        except attempts.AttemptEnded as ended:
            return _where_it_stands(request, ended.attempt)
        except (attempts.PaymentUnavailable, gateway.ProviderUnavailable, gateway.ProviderRefused) as error:
            logger.error("Checkout of basket %s: no payment page: %s", request.basket.pk, error)
            return self._ask_again(form, NOT_CHARGED)

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
    attempt = PaymentAttempt.objects.filter(session_id=session_id).select_related("order").first()
    if attempt is None or not _owns(request, attempt.order):
        raise Http404("No such payment.")
    try:
        attempt = attempts.settle(attempt, cause=RETURN_PAGE)
    except (gateway.ProviderUnavailable, gateway.ProviderRefused) as error:
        logger.error("Order %s: cannot ask Stripe on return: %s", attempt.order.number, error)
    return _where_it_stands(request, attempt)


@method_decorator(never_cache, name="dispatch")
class UnpaidView(View):
    """Where Stripe's "back" leads. Looking changes nothing; the order is cancelled by pressing the button."""

    def get(self, request: HttpRequest, attempt_id: Any) -> HttpResponse:
        attempt = self._attempt(attempt_id)
        if not attempt.live:
            return _where_it_stands(request, attempt)
        return render(request, "oscar/checkout/unpaid.html", {"attempt": attempt, "order": attempt.order})

    def post(self, request: HttpRequest, attempt_id: Any) -> HttpResponse:
        attempt = self._attempt(attempt_id)
        try:
            attempt = attempts.cancel(attempt, cause=SHOPPER, reason="The shopper cancelled.")
        except (gateway.ProviderUnavailable, gateway.ProviderRefused):
            messages.error(request, "We cannot reach Stripe just now, so the order ends by itself within the hour.")
            return redirect("basket:summary")
        return _where_it_stands(request, attempt)

    def _attempt(self, attempt_id: Any) -> PaymentAttempt:
        attempt = get_object_or_404(PaymentAttempt.objects.select_related("order"), pk=attempt_id)
        if not _owns(self.request, attempt.order):
            raise Http404("No such payment.")
        return attempt


@never_cache
def thank_you(request: HttpRequest, number: str) -> HttpResponse:
    """The confirmed order, for the one who placed it."""
    orders = Order.objects.select_related("shipping_address__country").filter(status__in=Order.SOLD)
    order = get_object_or_404(orders, number=number)
    if not _owns(request, order):
        raise Http404("No such order.")
    lines = order.lines.prefetch_related("product__images", "product__parent__images")
    return render(request, "oscar/checkout/thank_you.html", {"order": order, "lines": lines})


def _where_it_stands(request: HttpRequest, attempt: PaymentAttempt) -> HttpResponse:
    """The page that fits the attempt's state."""
    if attempt.state == State.SUCCEEDED:
        return SeeOther(_thank_you_url(attempt.order))
    if attempt.state in (State.EXPIRED, State.FAILED, State.SUPERSEDED):
        messages.info(request, "Nothing was charged, and your basket is as you left it.")
        return SeeOther(reverse("basket:summary"))
    return render(request, "oscar/checkout/waiting.html", {"attempt": attempt, "order": attempt.order})


def _origin(request: HttpRequest) -> str:
    """SITE_URL, unless the shopper is at another of our hosts (ALLOWED_HOSTS): his cookies are only valid there."""
    if request.get_host() == urlsplit(settings.SITE_URL).netloc:
        return settings.SITE_URL
    return f"{request.scheme}://{request.get_host()}"


def _thank_you_url(order: Any) -> str:
    return reverse("checkout:thank-you", args=[order.number])


def _remember(request: HttpRequest, order: Any) -> None:
    """This browser placed this order: what a guest shows instead of an account."""
    placed = [pk for pk in request.session.get("orders_placed", []) if pk != order.pk]
    request.session["orders_placed"] = [*placed, order.pk][-20:]


def _owns(request: HttpRequest, order: Any) -> bool:
    if order.user_id is not None and request.user.is_authenticated and order.user_id == request.user.pk:
        return True
    return order.pk in request.session.get("orders_placed", [])


def _saved_address(user: Any) -> dict[str, Any]:
    if not user.is_authenticated:
        return {}
    address = user.addresses.order_by("-is_default_for_shipping", "-num_orders_as_shipping_address").first()
    if address is None:
        return {"first_name": user.first_name, "last_name": user.last_name}
    return {field: getattr(address, field) for field in CheckoutForm.Meta.fields if field != "country"} | {
        "country": address.country_id
    }
