"""What the header of a page says of a basket, from its cookie alone."""

from django.core.signing import BadSignature, Signer
from django.db.models import Exists, OuterRef, Sum
from oscar.core.loading import get_model

Basket = get_model("basket", "Basket")
Order = get_model("order", "Order")


def count_items_of(cookie: str) -> int | None:
    """How many items the basket of that cookie holds, in one query.

    Nothing when there is no such open basket; nor while an order of it waits to be paid: what that order holds is
    still for sale to its owner, and to nobody else (shop/partner/strategy.py).
    """
    try:
        number = Signer().unsign(cookie)
    except BadSignature:
        return None
    unpaid = Order.objects.filter(basket=OuterRef("pk"), status=Order.Status.PENDING_PAYMENT)
    found = Basket.open.filter(~Exists(unpaid), pk=number, owner=None).annotate(items=Sum("lines__quantity"))
    for items in found.values_list("items", flat=True):
        return items or 0
    return None
