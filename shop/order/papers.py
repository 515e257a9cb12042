"""What goes on paper: the invoice, and the slip in a parcel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from oscar.core.loading import get_model

from shop.order.units import lines_with_units
from shop.parcels.models import Parcel
from shop.stripe_checkout.models import PaymentAttempt, Refund

Order = get_model("order", "Order")


@dataclass(frozen=True)
class Position:
    """A line of an invoice: what one unit and all of them cost, tax included, before discounts."""

    title: str
    sku: str
    quantity: int
    each: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Invoice:
    """An order that was sold, as its buyer's books need it. Money is in the order's currency."""

    order: Any
    positions: Sequence[Position]
    discounts: Sequence[str]
    """What they are called."""
    paid_at: datetime | None
    """None where there was nothing to pay."""
    paid_by: str
    reference: str
    refunds: Sequence[Refund]
    refunded: Decimal


def invoice(order: Any) -> Invoice:
    payment = order.payment_events.order_by("date_created").first()
    source = order.sources.select_related("source_type").first()
    refunds = Refund.objects.standing().filter(
        attempt__order=order, attempt__state=PaymentAttempt.State.SUCCEEDED, stripe_id__isnull=False
    )
    return Invoice(
        order=order,
        positions=[_position(line) for line in order.lines.all()],
        discounts=[name for each in order.discounts.all() if (name := each.voucher_code or each.offer_name)],
        paid_at=payment.date_created if payment else None,
        paid_by=source.source_type.name if source else "",
        reference=source.reference if source else "",
        refunds=list(refunds),
        refunded=source.amount_refunded if source else Decimal("0.00"),
    )


def _position(line: Any) -> Position:
    amount = line.line_price_before_discounts_incl_tax
    each = line.unit_price_incl_tax
    if each is None:
        each = (amount / line.quantity).quantize(Decimal("0.01"))
    return Position(line.title, line.partner_sku, line.quantity, each, amount)


@dataclass(frozen=True)
class Slip:
    """What is packed, and for whom; without prices, since it may be a present."""

    order: Any
    items: Sequence[tuple[int, str, str]]
    """How many of what, and its SKU."""
    rest: bool
    """Whether more of the order travels in other parcels."""


def slip(order: Any, parcel: Parcel | None = None) -> Slip:
    """Of this parcel; without one of what is still to be sent, or of all that was sent where nothing is."""
    lines = list(lines_with_units(order=order))
    if parcel is not None:
        moved = parcel.event.line_quantities.select_related("line").order_by("line_id")
        items = [(each.quantity, each.line.title, each.line.partner_sku) for each in moved]
    else:
        what = "to_send" if any(line.to_send for line in lines) else "sent"
        items = [(getattr(line, what), line.title, line.partner_sku) for line in lines if getattr(line, what)]
    units = sum(quantity for quantity, _title, _sku in items)
    return Slip(order=order, items=items, rest=units < sum(line.to_send + line.sent for line in lines))
