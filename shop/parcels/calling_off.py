"""Whoever placed a paid order calls it off before anything of it left. All that was paid goes back by itself.

Stock, money and parcels all move under the lock on the order: it is called off or it leaves, never both.
"""

from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from shop.order import lifecycle
from shop.order.units import SENT, lines_with_units
from shop.parcels import letters
from shop.parcels.models import CallOff
from shop.stripe_checkout import refunds
from shop.stripe_checkout.locks import lock
from shop.stripe_checkout.models import PaymentAttempt

Order = get_model("order", "Order")
BY = "customer"


class TooLate(Exception):
    """It cannot be called off; the message tells the customer why, and what he can do instead."""


def why_not(order: Any) -> str:
    """Why this order cannot be called off now; nothing where it can be.

    Reads the order's shipping events, payments with their refunds and holds, and call_off: fetch them beforehand.
    """
    if getattr(order, "call_off", None):
        return _("You have cancelled this order already. There is nothing more to do.")
    if any(event.event_type.code == SENT for event in order.shipping_events.all()) or order.status in (
        Order.Status.SHIPPED,
        Order.Status.COMPLETE,
    ):
        return _(
            "Some of it has left already, so it can no longer be cancelled. You can send back what you do not want."
        )
    if order.status != Order.Status.PAID:
        return _("Only an order that is paid and not sent yet can be cancelled here.")
    payments = order.payment_attempts.all()
    if any(hold.closed_at is None for payment in payments for hold in payment.holds.all()):
        return _(
            "Your bank or our payment service is looking into the payment, and nothing can be paid back until that is "
            "over. Nothing is sent meanwhile. Write to us, and we sort it out together."
        )
    payment = next((each for each in payments if each.state == PaymentAttempt.State.SUCCEEDED), None)
    if payment is not None and not payment.refundable:
        return _("All of it was refunded already, and nothing is sent. There is nothing to cancel.")
    return ""


def what_goes_back(order: Any) -> Decimal:
    """How much of the order's currency goes back when it is called off; nothing for one that was free."""
    payments = order.payment_attempts.all()
    return sum((each.refundable for each in payments if each.state == PaymentAttempt.State.SUCCEEDED), Decimal("0.00"))


def call_off(order: Any) -> CallOff:
    """Give back all that was paid and not given back yet, and keep what was bought from leaving, ever.

    Doing it twice is doing it once. Raises TooLate.
    """
    with transaction.atomic():
        order, payment = _lock(order)
        earlier = CallOff.objects.filter(order=order).first()
        if earlier is not None:
            return earlier
        if reason := why_not(order):
            raise TooLate(reason)
        amount = payment.refundable if payment else Decimal("0.00")
        lines = [line for line in lines_with_units(order=order) if line.to_send]
        lifecycle.write_off(order=order, keep={line.pk: line.to_send for line in lines})
        done = CallOff.objects.create(order=order)
        if payment is None:  # it was free
            for line in sorted(lines, key=lambda line: line.stockrecord_id or 0):
                lifecycle.restock(line=line, quantity=line.to_send)
        else:
            _give_back(order, payment, lines, amount)
        letters.called_off(order, amount=amount)
    return done


def _lock(order: Any) -> tuple[Any, PaymentAttempt | None]:
    payment = PaymentAttempt.objects.filter(order=order, state=PaymentAttempt.State.SUCCEEDED).first()
    if payment is not None:
        return lock(payment)
    return Order.objects.select_for_update().get(pk=order.pk), None


def _give_back(order: Any, payment: PaymentAttempt, lines: list[Any], amount: Decimal) -> None:
    delivered_for = order.shipping_incl_tax and not payment.refunds.standing().filter(delivery=True).exists()
    try:
        refunds.ask(
            attempt=payment,
            refund_id=uuid5(NAMESPACE_URL, f"order {order.pk} called off"),
            by=BY,
            amount=amount,
            returned=[refunds.Returned(line, line.to_send, restock=True) for line in lines],
            delivery=bool(delivered_for),
            reason="The customer cancelled the order.",
            customer_told=True,
        )
    except refunds.RefundRefused as error:
        raise TooLate(_("We cannot pay it back by ourselves just now. Write to us, and a person does it.")) from error
