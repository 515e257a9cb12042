"""What the worker does about returns."""

from django.utils import timezone
from django_tasks import task
from oscar.core.loading import get_model

from shop.outbox.letters import post
from shop.outbox.tasks import AFTER_MONEY
from shop.returns import paying_back
from shop.returns.models import Return
from shop.stripe_checkout.models import Refund

Order = get_model("order", "Order")


@task()
def follow_refunds() -> None:
    """Move on those whose refund Stripe took later than it was asked, as after a night in which it was down."""
    waiting = Return.objects.open().exclude(state=Return.State.REQUESTED).select_related("order")
    by_refund = {case.refund_id: case for case in waiting}
    for refund in Refund.objects.filter(pk__in=by_refund):
        if paying_back.has_gone(refund):
            paying_back.follow(by_refund[refund.pk])


@task(priority=AFTER_MONEY)
def send_link(number: str, email: str) -> None:
    """Send the way to return something of the order with this number, if whoever asks placed it.

    One letter an hour, so that nobody's mailbox can be filled by somebody who knows an order.
    """
    order = Order.objects.select_related("user").filter(number=number).first()
    if order is not None and order.email and email.casefold() == order.email.casefold():
        hour = timezone.now().strftime("%Y-%m-%dT%H")
        post(code="RETURN_LINK", key=f"RETURN_LINK:{order.pk}:{hour}", order=order)
