"""The pages on which a guest sees an order, in the browser that placed it or for a signed link (shop.order.links)."""

from typing import Any

from django.core.signing import BadSignature, SignatureExpired
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View
from oscar.core.loading import get_model

from shop.background.queue import enqueue
from shop.checkout import ownership
from shop.customer.forms import AnonymousOrderForm
from shop.customer.views import CancelOrderView
from shop.order import links
from shop.order.papers import invoice
from shop.order.sheet import orders, sheet
from shop.order.tasks import send_link
from shop.throttle import Throttle, ThrottledFormView

Order = get_model("order", "Order")


class AnonymousCancelOrderView(CancelOrderView):
    """In the browser in which the order was placed alone: a link that was sent shows, and changes nothing."""

    def find(self, number: str) -> Any:
        order = orders().filter(user=None, number=number).first()
        if order is None or not ownership.owns(self.request, order):
            raise Http404("No such order.")
        return order


@method_decorator(never_cache, name="dispatch")
class AnonymousOrderDetailView(View):
    """The order. Nothing on it changes anything."""

    def get(self, request: HttpRequest, order_number: str, hash: str = "") -> HttpResponse:
        return self._page(self.shown().filter(user=None, number=order_number).first(), hash)

    def shown(self) -> Any:
        """Orders that have such a page."""
        return orders()

    def page(self, order: Any, *, is_owner: bool, signature: str) -> HttpResponse:
        context = {"order": order, "sheet": sheet(order, can_pay=is_owner, signature=signature)}
        return render(self.request, "oscar/customer/anon_order.html", context)

    def _page(self, order: Any, signature: str) -> HttpResponse:
        """The order; or how to get a new link, in the same words whether or not there is such an order."""
        is_owner = order is not None and ownership.owns(self.request, order)
        if not is_owner:
            try:
                if order is None:
                    raise BadSignature
                links.check(order, signature)
            except SignatureExpired:
                return self._no_order(410, is_old=True)
            except BadSignature:
                return self._no_order(404, is_old=False)
        return self.page(order, is_owner=is_owner, signature="" if is_owner else signature)

    def _no_order(self, status: int, *, is_old: bool) -> HttpResponse:
        return render(self.request, "oscar/customer/anon_order_closed.html", {"is_old": is_old}, status=status)


class AnonymousInvoiceView(AnonymousOrderDetailView):
    """The invoice, for those to whom the order itself is shown."""

    def shown(self) -> Any:
        return orders().filter(status__in=Order.SOLD)

    def page(self, order: Any, *, is_owner: bool, signature: str) -> HttpResponse:
        order_url = reverse("customer:anon-order", args=[order.number, *filter(None, [signature])])
        return render(self.request, "papers/invoice.html", {"invoice": invoice(order), "order_url": order_url})


class AnonymousOrderFormView(ThrottledFormView):
    """Where is my order? Sends a link to whoever placed it, and never says whether there is such an order."""

    form_class = AnonymousOrderForm
    template_name = "oscar/customer/anon_order_form.html"
    success_url = reverse_lazy("customer:anon-order-sent")
    throttle = Throttle("order link", most=10)
    too_many = _("You have asked for links several times within an hour. Please wait a while, then try again.")

    def carry_out(self, *, order_number: str, email: str) -> None:
        # The worker looks for the order: an answer that came later for one that exists would tell that it does.
        enqueue(send_link, number=order_number, email=email)


class AnonymousOrderSentView(TemplateView):
    template_name = "oscar/customer/anon_order_sent.html"
    extra_context = {"again": reverse_lazy("customer:anon-order-form")}
