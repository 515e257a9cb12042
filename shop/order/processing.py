"""What staff do to a paid order. Oscar looks for EventHandler by this module's name."""

from typing import Any

from django.db import transaction
from oscar.apps.order import processing
from oscar.apps.partner.exceptions import InvalidStockAdjustment
from oscar.apps.payment.exceptions import PaymentError
from oscar.core.loading import get_model

from shop.order import lifecycle
from shop.order.units import ARRIVED, SENT, lines_with_units
from shop.parcels import letters
from shop.parcels.models import CallOff, Parcel
from shop.stripe_checkout.models import Hold, PaymentAttempt
from shop.stripe_checkout.states import ORDER_MOVES, Cause, move_order

Order = get_model("order", "Order")
ShippingEventType = get_model("order", "ShippingEventType")
Status = Order.Status

NAMES = {SENT: "Shipped", ARRIVED: "Delivered"}


class NotNow(PaymentError):
    """The order must not move so; the message tells staff why. A PaymentError, since Oscar's pages show those."""


def event_type(code: str) -> Any:
    """Oscar's type of shipping event, which a shop may have renamed."""
    kind, _created = ShippingEventType.objects.get_or_create(code=code, defaults={"name": NAMES[code]})
    return kind


class EventHandler(processing.EventHandler):
    @transaction.atomic
    def handle_shipping_event(self, order, event_type, lines, line_quantities, *, parcel=None, **kwargs):
        """Units leave the house, or arrive: the customer is told, and the order moves on when those were the last.

        `parcel` says how they travel (a Parcel that is not saved yet); or it is the one that arrives.
        Raises NotNow.
        """
        locked = Order.objects.select_for_update().get(pk=order.pk)
        event = self._happen(locked, event_type, dict(zip(lines, line_quantities, strict=True)), parcel, **kwargs)
        order.status = locked.status
        return event

    def handle_payment_event(self, order, event_type, amount, lines=None, line_quantities=None, **kwargs):
        """Money moves at Stripe, and the books follow. Raises NotNow, always."""
        raise NotNow("Payments cannot be written down by hand. To give money back, use Refund.")

    @transaction.atomic
    def handle_order_status_change(self, order, new_status, note_msg=None):
        """Paid → Shipped → Complete. Shipped means that all that was not sent yet is on its way now, Complete that all
        of it has arrived. Raises NotNow.
        """
        locked = Order.objects.select_for_update().get(pk=order.pk)
        if new_status not in ORDER_MOVES[locked.status] or new_status not in locked.available_statuses():
            raise NotNow(f"The order is {locked.status} and cannot become {new_status}.")
        if new_status == Status.SHIPPED:
            self._send_the_rest(locked)
        else:
            self._take_as_arrived(locked)
        order.status = locked.status
        if note_msg:
            self.create_note(order, note_msg)

    @transaction.atomic
    def send(self, order, parcel: Parcel, units: dict[Any, int]) -> None:
        """Send these units of lines in this parcel, which is not saved yet; sending it twice is sending it once.

        Raises NotNow.
        """
        locked = Order.objects.select_for_update().get(pk=order.pk)
        earlier = Parcel.objects.select_related("event").filter(pk=parcel.pk).first()
        if earlier is None:
            self._happen(locked, event_type(SENT), units, parcel)
        elif earlier.event.order_id != order.pk:
            raise NotNow("This form belongs to another order. Open the page again.")

    @transaction.atomic
    def arrive(self, order, parcel_id: Any = None) -> None:
        """This parcel of the order has arrived, or all that is under way. Raises NotNow."""
        locked = Order.objects.select_for_update().get(pk=order.pk)
        if parcel_id is None:
            units, parcel = {line: line.under_way for line in _lines(locked) if line.under_way}, None
        else:
            parcel = Parcel.objects.filter(event__order=order, pk=parcel_id, arrival=None).first()
            moved = parcel.event.line_quantities.select_related("line") if parcel else ()
            units = {each.line: each.quantity for each in moved}
        if not units:
            raise NotNow("Nothing of it is under way: it is written down already that it arrived.")
        self._happen(locked, event_type(ARRIVED), units, parcel)

    @transaction.atomic
    def move_on(self, order) -> None:
        """Move the order to where its units are: they may have got there by a refund of those that were left."""
        locked = Order.objects.select_for_update().get(pk=order.pk)
        self._move_on(locked)
        order.status = locked.status

    def _send_the_rest(self, order) -> None:
        self.check_may_leave(order)
        lines = _lines(order)
        leaving = {line: line.to_send for line in lines if line.to_send}
        if leaving:
            self._happen(order, event_type(SENT), leaving)
        elif any(line.sent for line in lines):
            self._move_on(order)
        else:
            raise NotNow("All of it was given back; there is nothing to ship.")

    def _take_as_arrived(self, order) -> None:
        arriving = {line: line.under_way for line in _lines(order) if line.under_way}
        if arriving:
            self._happen(order, event_type(ARRIVED), arriving)
        if order.status != Status.COMPLETE:
            self._move(order, Status.COMPLETE)

    def _happen(self, order, event_type, units: dict[Any, int], parcel: Parcel | None = None, **kwargs):
        """Write down what happened to units of lines of a locked order, and what follows from it."""
        if event_type.code != ARRIVED:
            self.check_may_leave(order)
        self._check_units(order, event_type, units)
        event = self.create_shipping_event(order, event_type, [*units], [*units.values()], **kwargs)
        if event_type.code == SENT:
            self._take_off_the_shelf(order, units)
            parcel = parcel or Parcel()
            parcel.event = event
            parcel.save(force_insert=True)
            letters.sent(parcel, rest=[line for line in _lines(order) if line.to_send])
        elif event_type.code == ARRIVED:
            arrived = Parcel.objects.filter(event__order=order, arrival=None)
            if parcel is not None:
                arrived.filter(pk=parcel.pk).update(arrival=event)
            elif not any(line.under_way for line in _lines(order)):  # else nobody knows which of them it was
                arrived.update(arrival=event)
            letters.arrived(event)
        self._move_on(order)
        return event

    def check_may_leave(self, order) -> None:
        """Raises NotNow where nothing of the order may leave the house now."""
        if CallOff.objects.filter(order=order).exists():
            raise NotNow("The customer cancelled this order, and the money goes back; nothing is sent for it.")
        if order.status not in (Status.PAID, Status.SHIPPED):
            raise NotNow(f"The order is {order.status}; only a paid order is shipped.")
        hold = Hold.objects.open().filter(attempt__order=order).first()
        if hold is not None:
            raise NotNow(f"Shipping is held: {hold.get_kind_display().lower()} {hold.stripe_id} is open at Stripe.")

    def _check_units(self, order, event_type, units: dict[Any, int]) -> None:
        """Nothing leaves twice, or after its money went back, and nothing arrives that did not leave."""
        known = {line.pk: line for line in _lines(order)}
        for line, quantity in units.items():
            there = known.get(line.pk)
            if there is None or quantity < 1:
                raise NotNow("Choose units of lines of this order.")
            if event_type.code == SENT and quantity > there.to_send:
                raise NotNow(f"Of {line.title}, {there.to_send} can still be sent, not {quantity}.")
            if event_type.code == ARRIVED and quantity > there.under_way:
                raise NotNow(f"Of {line.title}, {there.under_way} can still arrive, not {quantity}.")

    def _take_off_the_shelf(self, order, units: dict[Any, int]) -> None:
        # In the order in which placing takes them (shop.partner.models): nobody waits for anybody in a circle.
        leaving = sorted(units.items(), key=lambda each: each[0].stockrecord_id or 0)
        try:
            self.consume_stock_allocations(order, *zip(*leaving, strict=True))
        except InvalidStockAdjustment as error:
            raise NotNow("More than is set aside for this order cannot be sent.") from error

    def _move_on(self, order) -> None:
        """Shipped, once a parcel left and no unit is left to send; Complete, once all that was sent has arrived."""
        lines = _lines(order)
        if not any(line.sent for line in lines) or any(line.to_send for line in lines):
            return
        if order.status == Status.PAID:
            self._write_off(order)
            self._move(order, Status.SHIPPED)
        if order.status == Status.SHIPPED and not any(line.under_way for line in lines):
            self._move(order, Status.COMPLETE)

    def _write_off(self, order) -> None:
        try:
            lifecycle.write_off(order=order)
        except InvalidStockAdjustment as error:
            raise NotNow("More is set aside for this order than is in stock. Count the shelf first.") from error

    def _move(self, order, status: str) -> None:
        move_order(order, status, cause=Cause(self.user.email if self.user else "staff"))


def _lines(order) -> list[Any]:
    """With their units, of which none is left to send once all the money went back, for whatever lines that was."""
    lines = list(lines_with_units(order=order))
    payment = order.payment_attempts.filter(state=PaymentAttempt.State.SUCCEEDED).first()
    if payment is not None and not payment.refundable:
        for line in lines:
            line.to_send = 0
    return lines
