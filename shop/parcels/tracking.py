"""The parcels of an order, as customers and staff see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from shop.order.units import ARRIVED, SENT
from shop.parcels.arriving import expected
from shop.parcels.models import Parcel

READS = ("shipping_events__event_type", "shipping_events__line_quantities__line", "shipping_events__parcel__arrival")
"""What `shipments` reads of an order, to be fetched beforehand."""


@dataclass(frozen=True)
class Shipment:
    """Units that left together, or that arrived of what is no parcel of ours."""

    items: Sequence[tuple[int, str]]
    """How many of what."""
    sent_at: datetime | None
    arrived_at: datetime | None
    between: tuple[date, date] | None
    """The days on which it should arrive."""
    parcel: Parcel | None
    note: str = ""

    @property
    def carrier(self) -> str:
        return self.parcel.carrier_name if self.parcel else ""

    @property
    def number(self) -> str:
        return self.parcel.number if self.parcel else ""

    @property
    def link(self) -> str:
        return self.parcel.tracking_link if self.parcel else ""


def shipments(order: Any) -> list[Shipment]:
    """In the order in which they left. Fetch READS beforehand: then it asks the database for nothing."""
    events = sorted(order.shipping_events.all(), key=lambda event: (event.date_created, event.pk))
    parcels = {event.pk: getattr(event, "parcel", None) for event in events}
    told = {parcel.arrival_id for parcel in parcels.values() if parcel}
    return [
        _shipment(order, event, parcels[event.pk])
        for event in events
        if event.event_type.code == SENT or (event.event_type.code == ARRIVED and event.pk not in told)
    ]


def _shipment(order: Any, event: Any, parcel: Parcel | None) -> Shipment:
    left = event.event_type.code == SENT
    arrival = parcel.arrival if parcel else None
    return Shipment(
        items=[(moved.quantity, moved.line.title) for moved in event.line_quantities.all()],
        sent_at=event.date_created if left else None,
        arrived_at=(arrival.date_created if arrival else None) if left else event.date_created,
        between=expected(order, timezone.localdate(event.date_created)) if left else None,
        parcel=parcel,
        note=event.notes,
    )
