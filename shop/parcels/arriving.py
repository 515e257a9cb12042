"""When a parcel should be there."""

from datetime import date
from typing import Any

from shop.promises.business_days import later
from shop.shipping.methods import Express, Standard

BUSINESS_DAYS = {method.code: method.business_days for method in (Standard, Express)}


def expected(order: Any, sent_on: date) -> tuple[date, date] | None:
    """The first and the last day on which what left on that day should arrive; None for a way that the shop does not
    know. Public holidays are not known to it either.
    """
    days = BUSINESS_DAYS.get(order.shipping_code)
    return (later(sent_on, days[0]), later(sent_on, days[1])) if days else None
