"""What customers are told of their parcels, each thing once: the key says which."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from oscar.templatetags.currency_filters import currency

from shop.outbox.letters import post
from shop.parcels.arriving import expected
from shop.parcels.models import Parcel


def sent(parcel: Parcel, *, rest: Iterable[Any]) -> None:
    """It left. `rest` are the order's lines of which units are still `to_send`."""
    event = parcel.event
    days = expected(event.order, timezone.localdate(event.date_created))
    context = {
        "items": _items(event),
        "carrier": parcel.carrier_name,
        "number": parcel.number,
        "tracking_link": parcel.tracking_link,
        "between": [date_format(day) for day in days] if days else [],
        "rest": [{"title": line.title, "quantity": line.to_send} for line in rest],
    }
    post(code="ORDER_SHIPPED", key=f"ORDER_SHIPPED:{event.pk}", order=event.order, context=context)


def arrived(event: Any) -> None:
    """Units arrived, by this shipping event."""
    post(
        code="ORDER_DELIVERED",
        key=f"ORDER_DELIVERED:{event.pk}",
        order=event.order,
        context={"items": _items(event)},
    )


def called_off(order: Any, *, amount: Any) -> None:
    """The order was called off; `amount` of its currency goes back, nothing of an order that was free."""
    money = currency(amount, order.currency) if amount else ""
    post(code="ORDER_CALLED_OFF", key=f"ORDER_CALLED_OFF:{order.pk}", order=order, context={"amount": money})


def _items(event: Any) -> list[dict[str, Any]]:
    moved = event.line_quantities.select_related("line").order_by("line_id")
    return [{"title": each.line.title, "quantity": each.quantity} for each in moved]
