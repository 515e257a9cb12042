"""What follows from an order and holds nobody up."""

from django.utils import timezone
from django_tasks import task
from oscar.apps.order.signals import order_placed
from oscar.core.loading import get_model

from shop.outbox.letters import post
from shop.outbox.tasks import AFTER_MONEY

Order = get_model("order", "Order")


@task(priority=AFTER_MONEY)
def count_sale(order_id: int) -> None:
    """Tell those who count sales (Oscar's analytics) that an order was paid."""
    order = Order.objects.select_related("user").get(pk=order_id)
    order_placed.send(sender=count_sale, order=order, user=order.user)


@task(priority=AFTER_MONEY)
def send_link(number: str, email: str) -> None:
    """Send the link to the order with this number to whoever placed it, if that is who asks.

    One letter an hour, so that nobody's mailbox can be filled by somebody who knows an order.
    """
    order = Order.objects.select_related("user").filter(number=number).first()
    if order is None or order.belongs_to_nobody:
        return
    if email.casefold() == order.email.casefold():
        hour = timezone.now().strftime("%Y-%m-%dT%H")
        post(code="ORDER_LINK", key=f"ORDER_LINK:{order.pk}:{hour}", order=order)
