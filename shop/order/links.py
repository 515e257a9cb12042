"""Where whoever placed an order sees it: in the account, or by a link that is signed for one order and one address.

The link opens a page and nothing else. What changes an order asks for the account, or for the browser in which the
order was placed (shop.checkout.ownership).
"""

from datetime import timedelta
from typing import Any

from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse

LIFETIME = timedelta(days=180)

_signer = TimestampSigner(salt="shop.order.links")


def path_to(order: Any) -> str:
    """Give the path of the page for the one who placed the order; a guest's opens until LIFETIME is over."""
    if order.user_id is not None:
        return reverse("customer:order", args=[order.number])
    return reverse("customer:anon-order", args=[order.number, _signature(order)])


def path_to_cancel(order: Any) -> str:
    """Give the path where the one who placed it calls a paid order off."""
    if order.user_id is not None:
        return reverse("customer:order-cancel", args=[order.number])
    return reverse("customer:anon-order-cancel", args=[order.number])


def path_to_invoice(order: Any, signature: str = "") -> str:
    """Give the path of the invoice; a guest's opens in the browser that placed the order, or for the same signature as
    the order's page.
    """
    if order.user_id is not None:
        return reverse("customer:order-invoice", args=[order.number])
    return reverse("customer:anon-order-invoice", args=[order.number, *filter(None, [signature])])


def check(order: Any, signature: str) -> None:
    """Raises BadSignature for a signature that was not made for this order and the address that it has now, and
    SignatureExpired for one that was, too long ago. No link opens an order that belongs to nobody.
    """
    if order.belongs_to_nobody:
        raise BadSignature("Whoever placed this order has had his data erased.")
    _signer.unsign(f"{_signed(order)}:{signature}", max_age=LIFETIME)


def _signature(order: Any) -> str:
    # What it is made for stays out of the link: the address of a page is no place for that of a person.
    return _signer.sign(_signed(order)).removeprefix(f"{_signed(order)}:")


def _signed(order: Any) -> str:
    return f"{order.pk}:{order.guest_email}"
