"""Oscar's account views, mended where a link could change something or a wrong address was an error of ours; and the
page on which a guest sees an order.
"""

from typing import Any

from django.core.signing import BadSignature, SignatureExpired
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View
from oscar.apps.customer import views
from oscar.core.loading import get_model

from shop.background.queue import enqueue
from shop.checkout import ownership
from shop.customer.changes import ChangesByPost
from shop.customer.forms import AnonymousOrderForm, UserAddressForm
from shop.order import links
from shop.order.sheet import orders, sheet
from shop.order.tasks import send_link
from shop.throttle import Throttle, ThrottledFormView

OrderLine = get_model("order", "Line")


class LogoutView(ChangesByPost, views.LogoutView):
    def way_back(self) -> str:
        return "customer:summary"


class OrderDetailView(views.OrderDetailView):
    def get_object(self, queryset: Any = None) -> Any:
        return get_object_or_404(orders(), user=self.request.user, number=self.kwargs["order_number"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(sheet=sheet(self.object, can_pay=True), **kwargs)


class OrderLineView(views.OrderLineView):
    def get_object(self, queryset: Any = None) -> Any:
        return get_object_or_404(
            OrderLine,
            order__user=self.request.user,
            order__number=self.kwargs["order_number"],
            pk=self.kwargs["line_id"],
        )


class AddressCreateView(views.AddressCreateView):
    form_class = UserAddressForm


class AddressUpdateView(views.AddressUpdateView):
    form_class = UserAddressForm


class AddressChangeStatusView(ChangesByPost, views.AddressChangeStatusView):
    def way_back(self) -> str:
        return "customer:address-list"


@method_decorator(never_cache, name="dispatch")
class AnonymousOrderDetailView(View):
    """A guest's order, in the browser that placed it or for a signed link (shop.order.links). Nothing on it changes
    anything, and its address, which may be such a link, is told to no other site.
    """

    def get(self, request: HttpRequest, order_number: str, hash: str = "") -> HttpResponse:
        response = self._page(orders().filter(user=None, number=order_number).first(), hash)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

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
        return render(
            self.request, "oscar/customer/anon_order.html", {"order": order, "sheet": sheet(order, can_pay=is_owner)}
        )

    def _no_order(self, status: int, *, is_old: bool) -> HttpResponse:
        return render(self.request, "oscar/customer/anon_order_closed.html", {"is_old": is_old}, status=status)


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
