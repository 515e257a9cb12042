"""What follows from an order and holds nobody up."""

import logging

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django_tasks import task
from oscar.apps.order.signals import order_placed
from oscar.apps.payment.exceptions import PaymentError
from oscar.core.loading import get_model

from shop.order.units import SENT, lines_with_units
from shop.outbox.letters import post
from shop.outbox.tasks import AFTER_MONEY
from shop.telemetry.context import about

logger = logging.getLogger(__name__)
Order = get_model("order", "Order")
ShippingEvent = get_model("order", "ShippingEvent")


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


@task(priority=AFTER_MONEY)
def move_on() -> None:
    """Ship the orders of which a part has left and the rest was refunded, wherever that happened."""
    from shop.order.processing import EventHandler  # it stands on this module

    waiting = lines_with_units(order=OuterRef("pk")).filter(to_send__gt=0)
    left = Exists(ShippingEvent.objects.filter(order=OuterRef("pk"), event_type__code=SENT))
    for order in Order.objects.filter(left, ~Exists(waiting), status=Order.Status.PAID).order_by("pk"):
        try:
            EventHandler().move_on(order)
        except PaymentError as error:
            logger.error("Order %s is all sent and not shipped: %s", order.number, error, extra=about(order))
