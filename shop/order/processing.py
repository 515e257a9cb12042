"""What staff do to a paid order. Oscar looks for EventHandler by this module's name."""

from django.db import transaction
from oscar.apps.order import processing
from oscar.core.loading import get_model

Order = get_model("order", "Order")
ShippingEventType = get_model("order", "ShippingEventType")


class EventHandler(processing.EventHandler):
    @transaction.atomic
    def handle_shipping_event(self, order, event_type, lines, line_quantities, **kwargs):
        """Goods that leave the house leave the stock too."""
        event = super().handle_shipping_event(order, event_type, lines, line_quantities, **kwargs)
        if event_type.code == "shipped":
            self.consume_stock_allocations(order, lines, line_quantities)
        return event

    @transaction.atomic
    def handle_order_status_change(self, order, new_status, note_msg=None):
        """Shipped means all that was not sent yet is on its way now."""
        locked = Order.objects.select_for_update().get(pk=order.pk)
        order.status = locked.status
        super().handle_order_status_change(order, new_status, note_msg)
        if new_status == Order.Status.SHIPPED:
            shipped, _created = ShippingEventType.objects.get_or_create(code="shipped", defaults={"name": "Shipped"})
            waiting = [line for line in order.lines.all() if line.num_allocated]
            if waiting:
                self.handle_shipping_event(order, shipped, waiting, [line.num_allocated for line in waiting])
