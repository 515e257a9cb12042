"""What a basket's cookie alone tells: how many things it holds, and all that its page shows of it."""

from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import Exists, OuterRef, QuerySet, Sum
from oscar.core.loading import get_class, get_model

Applicator = get_class("offer.applicator", "Applicator")
Basket = get_model("basket", "Basket")
Order = get_model("order", "Order")

OF_A_LINE = (
    "pk",
    "product",
    "quantity",
    "price_currency",
    "price_excl_tax",
    "price_incl_tax",
    "date_updated",
    "stockrecord",
    "stockrecord__num_in_stock",
    "stockrecord__num_allocated",
)


def count_items_of(cookie: str) -> int | None:
    """How many items the basket of that cookie holds, in one query. Nothing when there is no such open basket."""
    found = _baskets(cookie).annotate(items=Sum("lines__quantity"))
    for items in found.values_list("items", flat=True):
        return items or 0
    return None


def shown_of(cookie: str) -> tuple[Any, ...] | None:
    """All that the basket's page shows of that cookie's basket and of no other, in one query: lines, and their stock.

    The rest is what pages for everybody show too (`SHARED_PAGES["SHOW"]`). Nothing where more than that counts: there
    is a voucher, or an offer ends once it was used so often.
    """
    if Applicator().counts_uses():
        return None
    lines = _baskets(cookie).filter(vouchers=None, lines__isnull=False).order_by("lines__pk")
    return tuple(lines.values_list(*(f"lines__{each}" for each in OF_A_LINE))) or None


def _baskets(cookie: str) -> QuerySet[Any]:
    """The open basket of that cookie, or none.

    None while an order of it waits to be paid, too: what that order holds is still for sale to its owner, and to
    nobody else (shop/partner/strategy.py).
    """
    try:
        number = Signer().unsign(cookie)
    except BadSignature:
        return Basket.objects.none()
    unpaid = Order.objects.filter(basket=OuterRef("pk"), status=Order.Status.PENDING_PAYMENT)
    return Basket.open.filter(~Exists(unpaid), pk=number, owner=None)
