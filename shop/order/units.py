"""How many units of an order's lines were refunded, left the house and arrived, and how many are still to be sent; and
how many belong to a return.
"""

from typing import Any

from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest
from oscar.core.loading import get_model

from shop.returns.models import Return, ReturnLine
from shop.stripe_checkout.models import Refund, RefundLine

Line = get_model("order", "Line")
ShippingEventQuantity = get_model("order", "ShippingEventQuantity")

SENT, ARRIVED = "shipped", "delivered"
"""Codes of Oscar's shipping events."""


def lines_with_units(**which: Any) -> QuerySet[Any]:
    """Order lines with `sent`, `arrived`, `refunded`, `to_send` and `under_way`, in one query.

    A refund by hand does not say of which units it is, so it is taken for one of those not sent yet, while there are
    any: as restocking does (shop.order.lifecycle.restock). Nobody is sent what he was given his money back for. A
    refund for a return is for what was sent.
    """
    refunds = RefundLine.objects.filter(line=OuterRef("pk"), refund__state__in=Refund.STANDING)
    lines = Line.objects.filter(**which).annotate(
        sent=_moved(SENT),
        arrived=_moved(ARRIVED),
        refunded=_units(refunds.values("line")),
        refunded_unsent=_units(refunds.filter(of_sent=False).values("line")),
    )
    return lines.annotate(
        to_send=Greatest(F("quantity") - F("sent") - F("refunded_unsent"), 0, output_field=IntegerField()),
        under_way=Greatest(F("sent") - F("arrived"), 0, output_field=IntegerField()),
    ).order_by("pk")


def in_open_returns(**which: Any) -> QuerySet[Any]:
    """Lines of returns and claims that are not over: their goods and their money go back through these, and no other
    way at the same time.
    """
    return ReturnLine.objects.filter(case__state__in=Return.OPEN, **which)


def _moved(code: str) -> Coalesce:
    events = ShippingEventQuantity.objects.filter(line=OuterRef("pk"), event__event_type__code=code)
    return _units(events.values("line"))


def _units(rows: QuerySet[Any]) -> Coalesce:
    total = rows.order_by().annotate(total=Sum("quantity")).values("total")
    return Coalesce(Subquery(total, output_field=IntegerField()), 0)
