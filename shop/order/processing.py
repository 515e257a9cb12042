"""What staff do to a paid order. Oscar looks for EventHandler by this module's name."""

from django.db import transaction
from oscar.apps.order import processing
from oscar.apps.partner.exceptions import InvalidStockAdjustment
from oscar.apps.payment.exceptions import PaymentError
from oscar.core.loading import get_model

from shop.stripe_checkout.models import Hold
from shop.stripe_checkout.states import ORDER_MOVES, Cause, move_order

Order = get_model("order", "Order")
ShippingEventType = get_model("order", "ShippingEventType")
Status = Order.Status


class NotNow(PaymentError):
    """The order must not move so; the message tells staff why. A PaymentError, since Oscar's pages show those."""


class EventHandler(processing.EventHandler):
    @transaction.atomic
    def handle_shipping_event(self, order, event_type, lines, line_quantities, **kwargs):
        """Goods that leave the house leave the stock too. Raises NotNow."""
        self._check_may_leave(Order.objects.select_for_update().get(pk=order.pk))
        event = super().handle_shipping_event(order, event_type, lines, line_quantities, **kwargs)
        if event_type.code == "shipped":
            # In the order in which placing takes them (shop.partner.models): nobody waits for anybody in a circle.
            leaving = sorted(zip(lines, line_quantities, strict=True), key=lambda each: each[0].stockrecord_id or 0)
            try:
                self.consume_stock_allocations(order, *zip(*leaving, strict=True))
            except InvalidStockAdjustment as error:
                raise NotNow("More than is set aside for this order cannot be sent.") from error
        return event

    def handle_payment_event(self, order, event_type, amount, lines=None, line_quantities=None, **kwargs):
        """Money moves at Stripe, and the books follow. Raises NotNow, always."""
        raise NotNow("Payments cannot be written down by hand. To give money back, use Refund.")

    @transaction.atomic
    def handle_order_status_change(self, order, new_status, note_msg=None):
        """Paid → Shipped → Complete; Shipped means all that was not sent yet is on its way now. Raises NotNow."""
        locked = Order.objects.select_for_update().get(pk=order.pk)
        if new_status not in ORDER_MOVES[locked.status] or new_status not in locked.available_statuses():
            raise NotNow(f"The order is {locked.status} and cannot become {new_status}.")
        if new_status == Status.SHIPPED:
            self._ship(locked)
        move_order(locked, new_status, cause=Cause(self.user.email if self.user else "staff"))
        order.status = locked.status
        if note_msg:
            self.create_note(order, note_msg)

    def _ship(self, order) -> None:
        self._check_may_leave(order)
        lines = list(order.lines.all())
        waiting = [line for line in lines if line.num_allocated]
        if waiting:
            shipped, _created = ShippingEventType.objects.get_or_create(code="shipped", defaults={"name": "Shipped"})
            self.handle_shipping_event(order, shipped, waiting, [line.num_allocated for line in waiting])
        elif all(line.allocation_cancelled for line in lines):
            raise NotNow("All of it was given back and is on sale again; there is nothing to ship.")

    def _check_may_leave(self, order) -> None:
        if order.status not in (Status.PAID, Status.SHIPPED):
            raise NotNow(f"The order is {order.status}; only a paid order is shipped.")
        hold = Hold.objects.open().filter(attempt__order=order).first()
        if hold is not None:
            raise NotNow(f"Shipping is held: {hold.get_kind_display().lower()} {hold.stripe_id} is open at Stripe.")
