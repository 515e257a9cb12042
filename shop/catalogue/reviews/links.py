"""The link by which a guest reviews what he bought: signed for one product of one order, and for its address.

It is sent to that address and nowhere else, so that whoever has it is taken for the buyer, without an account.
"""

from datetime import timedelta
from typing import Any

from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse

LIFETIME = timedelta(days=60)

_signer = TimestampSigner(salt="shop.catalogue.reviews.links")


def path_to_review(order: Any, product_pk: int) -> str:
    """The page on which a guest reviews this product of this order."""
    # What it is made for stays out of the link: the address of a page is no place for that of a person.
    key = _signer.sign(_signed(order, product_pk)).removeprefix(f"{_signed(order, product_pk)}:")
    return reverse("guest-review", args=[order.number, product_pk, key])


def check(order: Any, product_pk: int, key: str) -> None:
    """Raises BadSignature for a key that was not made for this product, this order (None: there is none) and the
    address that it has now, and SignatureExpired for one that was, too long ago.
    """
    if order is None or order.user_id is not None or order.belongs_to_nobody:
        raise BadSignature("No guest placed this order.")
    _signer.unsign(f"{_signed(order, product_pk)}:{key}", max_age=LIFETIME)


def _signed(order: Any, product_pk: int) -> str:
    return f"{order.pk}:{product_pk}:{order.guest_email}"
