"""Orders in the dashboard: where staff see an order's money, ship it, and give money back."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Sum, prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from oscar.apps.dashboard.orders import views
from oscar.apps.order.exceptions import InvalidOrderStatus, InvalidShippingEvent, InvalidStatus
from oscar.apps.payment.exceptions import PaymentError
from oscar.core.loading import get_model

from shop.dashboard.spreadsheets import download
from shop.order import papers
from shop.order.processing import EventHandler, NotNow
from shop.order.units import lines_with_units
from shop.parcels.forms import ParcelForm
from shop.parcels.models import CallOff, Parcel
from shop.parcels.tracking import READS, shipments
from shop.stripe_checkout.models import PaymentAttempt, Refund
from shop.stripe_checkout.refund_form import RefundForm, balance, give_back
from shop.stripe_checkout.troubles import troubles

Order = get_model("order", "Order")

REFUSALS = (PaymentError, InvalidOrderStatus, InvalidShippingEvent, InvalidStatus)
"""What the order's own rules answer, in words for staff."""


MAY_MOVE_ON = "order.change_order"
MAY_EXPORT = "staff.export_data"


def _may(user, permission):
    """Partners, who are no staff, see their own orders only, and do with those as before."""
    return user.has_perm(permission) or not user.is_staff


def _only_with(permission, request):
    if not _may(request.user, permission):
        raise PermissionDenied


class StatusChangeMixin:
    def change_order_status(self, request, order):
        _only_with(MAY_MOVE_ON, request)
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
        if self.is_csv_download():
            _only_with(MAY_EXPORT, request)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        offered = sorted({status for statuses in Order.pipeline.values() for status in statuses})
        return super().get_context_data(**kwargs) | {"order_statuses": offered}

    def download_selected_orders(self, request, orders):
        _only_with(MAY_EXPORT, request)
        rows = [self.get_row_values(order) for order in orders]
        columns = self.CSV_COLUMNS
        return download("orders.csv", [columns.values(), *([row.get(name, "") for name in columns] for row in rows)])


class OrderStatsView(views.OrderStatsView):
    def get_stats(self, filters):
        """Revenue is what was paid; the breakdown below it names the orders that were not."""
        sold = views.queryset_orders_for_user(self.request.user).filter(**filters, status__in=Order.SOLD)
        revenue = sold.aggregate(sum=Sum("total_incl_tax", default=0))["sum"]
        return super().get_stats(filters) | {"total_revenue": revenue}


class OrderDetailView(StatusChangeMixin, views.OrderDetailView):
    order_actions = ("save_note", "delete_note", "change_order_status", "send_parcel", "note_arrival")
    line_actions = ()

    def get_order_lines(self):
        return lines_with_units(order=self.object).select_related("product", "partner")

    def get_context_data(self, **kwargs):
        payments = list(self.object.payment_attempts.prefetch_related("refunds", "holds", "order__letters"))
        prefetch_related_objects([self.object], *READS)
        context = super().get_context_data(**kwargs)
        lines = context["lines"] = list(context["lines"])
        may_move_on = _may(self.request.user, MAY_MOVE_ON)
        return context | {
            "payments": [(payment, balance(payment), troubles(payment)) for payment in payments],
            "refunds": Refund.objects.filter(attempt__order=self.object).prefetch_related("lines__line"),
            "ledger": self.object.ledger_entries.all(),
            "letters": self.object.letters.order_by("created_at"),
            "may_refund": any(payment.refundable for payment in payments),
            "shipments": shipments(self.object),
            "is_sold": self.object.status in Order.SOLD,
            "under_way": may_move_on and any(line.under_way for line in lines),
            "call_off": CallOff.objects.filter(order=self.object).first(),
            "parcel_form": kwargs.get("parcel_form") or (self._parcel_form(lines) if may_move_on else None),
        }

    def get_order_status_form(self):
        """Empty: a form that was refused beside it leaves it as it is."""
        return views.OrderStatusForm(order=self.object)

    def get_order_note_form(self):
        if self.request.POST.get("order_action", "save_note") != "save_note":
            return views.OrderNoteForm(order=self.object, user=self.request.user)
        return super().get_order_note_form()

    def _parcel_form(self, lines):
        """Nothing where nothing may leave: the page says why, or there is nothing to say."""
        try:
            EventHandler(self.request.user).check_may_leave(self.object)
        except NotNow:
            return None
        form = ParcelForm(lines=lines)
        return form if form.lines else None

    def delete_note(self, request, order):
        if not request.POST.get("note_id", "").isdecimal():
            return self.reload_page(error="There is no such note.")
        return super().delete_note(request, order)

    def send_parcel(self, request, order):
        _only_with(MAY_MOVE_ON, request)
        form = ParcelForm(request.POST, lines=list(lines_with_units(order=order)))
        if Parcel.objects.filter(pk=_uuid(request.POST.get("parcel_id")), event__order=order).exists():
            messages.info(request, "This parcel is on its way already; it was sent once.")
            return self.reload_page()
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(parcel_form=form))
        try:
            self.get_handler(user=request.user).send(order, form.parcel(), form.units())
        except REFUSALS as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "The parcel is on its way, and the customer is told.")
        return self.reload_page()

    def note_arrival(self, request, order):
        """Of one parcel, or of all that is under way."""
        _only_with(MAY_MOVE_ON, request)
        which = request.POST.get("parcel")
        parcel_id = _uuid(which)
        if which and parcel_id is None:
            return self.reload_page(error="There is no such parcel.")
        try:
            self.get_handler(user=request.user).arrive(order, parcel_id)
        except REFUSALS as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "It is written down as delivered, and the customer is told.")
        return self.reload_page()


def _uuid(text):
    try:
        return UUID(text)
    except (TypeError, ValueError):
        return None


def refund(request, number):
    """Give money back for an order. Who may is said in shop.dashboard.orders.apps."""
    order = views.get_order_for_user_or_404(request.user, number)
    payment = _payment_of(order)
    form = RefundForm(request.POST or None, attempt=payment, again=request.GET.get("again"))
    if give_back(request, form):
        return redirect("dashboard:order-detail", number)
    context = {"order": order, "attempt": payment, "form": form, "balance": balance(payment)}
    return render(request, "oscar/dashboard/orders/refund.html", context)


def invoice(request, number):
    order = views.get_order_for_user_or_404(request.user, number)
    if order.status not in Order.SOLD:
        raise Http404("Nothing was sold.")
    return render(request, "papers/invoice.html", {"invoice": papers.invoice(order), "order_url": _page_of(order)})


def slip(request, number):
    """What is still to be packed; with `?parcel=` what is in that parcel."""
    order = views.get_order_for_user_or_404(request.user, number)
    parcel = None
    if "parcel" in request.GET:
        parcel = get_object_or_404(Parcel, pk=_uuid(request.GET["parcel"]), event__order=order)
    return render(request, "papers/slip.html", {"slip": papers.slip(order, parcel), "order_url": _page_of(order)})


def _page_of(order):
    return reverse("dashboard:order-detail", args=[order.number])


def _payment_of(order):
    """The one that the order took, or else the last one that came and may have to go back."""
    paid = order.payment_attempts.exclude(paid_amount=None)
    payment = paid.filter(state=PaymentAttempt.State.SUCCEEDED).first() or paid.first()
    if payment is None:
        raise Http404("Nothing was paid.")
    return payment
