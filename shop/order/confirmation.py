"""The one e-mail that says an order is confirmed."""

from django_tasks import task
from oscar.core.loading import get_class, get_model

CommunicationEventType = get_model("communication", "CommunicationEventType")
Order = get_model("order", "Order")
OrderDispatcher = get_class("order.utils", "OrderDispatcher")


@task()
def send_confirmation(order_id: int) -> None:
    """Send the confirmation of a paid order, as HTML and text, and note on the order that it was sent."""
    order = Order.objects.select_related("shipping_address__country", "user").get(pk=order_id)
    code = OrderDispatcher.ORDER_PLACED_EVENT_CODE
    CommunicationEventType.objects.get_or_create(code=code, defaults={"name": "Order confirmed"})
    OrderDispatcher().send_order_placed_email_for_user(order, {"order": order, "lines": order.lines.all()})
