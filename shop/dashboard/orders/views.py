"""Orders in the dashboard: where staff see an order's money, ship it, and give money back."""

from django.contrib import messages
from django.db import DataError
from django.db.models import Sum
from django.http import Http404
from django.shortcuts import redirect, render
from oscar.apps.dashboard.orders import views
from oscar.apps.order.exceptions import InvalidOrderStatus, InvalidShippingEvent, InvalidStatus
from oscar.apps.payment.exceptions import PaymentError
from oscar.core.loading import get_model

from shop.dashboard.orders.forms import ShippingEventForm
from shop.stripe_checkout.models import PaymentAttempt, Refund
from shop.stripe_checkout.refund_form import RefundForm, balance, give_back
from shop.stripe_checkout.troubles import troubles

Order = get_model("order", "Order")

REFUSALS = (PaymentError, InvalidOrderStatus, InvalidShippingEvent, InvalidStatus)
"""What the order's own rules answer, in words for staff."""


class StatusChangeMixin:
    def change_order_status(self, request, order):
        before, wanted = order.status, request.POST.get("new_status", "").strip()
        moved = f"Order {order.number} was {before} and is {wanted} now."
        try:
            self.get_handler(user=request.user).handle_order_status_change(order, wanted, note_msg=moved)
        except REFUSALS as error:
            messages.error(request, f"Order {order.number}: {error}")
        else:
            messages.info(request, moved)
        return redirect("dashboard:order-detail", order.number)


class OrderListView(StatusChangeMixin, views.OrderListView):
    def get(self, request, *args, **kwargs):
        if "\0" in request.GET.get("order_number", ""):  # PostgreSQL takes no NUL
            raise Http404
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        offered = sorted({status for statuses in Order.pipeline.values() for status in statuses})
        return super().get_context_data(**kwargs) | {"order_statuses": offered}

    def get_selected_ids(self, request):
        """None for what is no number of an order: the page says then that some should be selected."""
        try:
            return super().get_selected_ids(request)
        except (ValueError, OverflowError, DataError):
            return []


class OrderStatsView(views.OrderStatsView):
    def get_stats(self, filters):
        """Revenue is what was paid; the breakdown below it names the orders that were not."""
        sold = views.queryset_orders_for_user(self.request.user).filter(**filters, status__in=Order.SOLD)
        revenue = sold.aggregate(sum=Sum("total_incl_tax", default=0))["sum"]
        return super().get_stats(filters) | {"total_revenue": revenue}


class OrderDetailView(StatusChangeMixin, views.OrderDetailView):
    order_actions = ("save_note", "delete_note", "change_order_status")
    line_actions = ("create_shipping_event",)

    def get_context_data(self, **kwargs):
        payments = list(self.object.payment_attempts.prefetch_related("refunds", "holds", "order__letters"))
        return super().get_context_data(**kwargs) | {
            "payments": [(payment, balance(payment), troubles(payment)) for payment in payments],
            "refunds": Refund.objects.filter(attempt__order=self.object).prefetch_related("lines__line"),
            "ledger": self.object.ledger_entries.all(),
            "may_refund": any(payment.refundable for payment in payments),
        }

    def handle_line_action(self, request, order, action):
        chosen = request.POST.getlist("selected_line")
        known = {str(pk) for pk in order.lines.values_list("pk", flat=True)}
        if not known.issuperset(chosen) or any(f"selected_line_qty_{pk}" not in request.POST for pk in chosen):
            return self.reload_page(error="Choose lines of this order, and how many units of each.")
        return super().handle_line_action(request, order, action)

    def delete_note(self, request, order):
        if not request.POST.get("note_id", "").isdecimal():
            return self.reload_page(error="There is no such note.")
        return super().delete_note(request, order)

    def create_shipping_event(self, request, order, lines, quantities):
        form = ShippingEventForm(request.POST)
        if not form.is_valid():
            return self.reload_page(error="Choose what happened to the parcel, and keep the reference short.")
        kind, reference = form.cleaned_data["shipping_event_type"], form.cleaned_data["reference"]
        try:
            self.get_handler(user=request.user).handle_shipping_event(
                order, kind, lines, quantities, reference=reference
            )
        except REFUSALS as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "The parcel is written down.")
        return self.reload_page()


def refund(request, number):
    """Give money back for an order. Who may is said in shop.dashboard.orders.apps."""
    order = views.get_order_for_user_or_404(request.user, number)
    payment = _payment_of(order)
    form = RefundForm(request.POST or None, attempt=payment, again=request.GET.get("again"))
    if give_back(request, form):
        return redirect("dashboard:order-detail", number)
    context = {"order": order, "attempt": payment, "form": form, "balance": balance(payment)}
    return render(request, "oscar/dashboard/orders/refund.html", context)


def _payment_of(order):
    """The one that the order took, or else the last one that came and may have to go back."""
    paid = order.payment_attempts.exclude(paid_amount=None)
    payment = paid.filter(state=PaymentAttempt.State.SUCCEEDED).first() or paid.first()
    if payment is None:
        raise Http404("Nothing was paid.")
    return payment
