"""Who may send back what is in an order: its account, the browser in which it was placed, and whoever has a link that
was sent to its address.

Unlike the link to an order (shop.order.links) this one opens a page on which something can be asked for. Money goes
only to where it came from, and goods only to us, so that a link in wrong hands can annoy and not rob.
"""

from datetime import timedelta
from typing import Any

from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest
from django.urls import reverse

from shop.checkout import ownership
from shop.returns.models import Return

LIFETIME = timedelta(days=60)

_signer = TimestampSigner(salt="shop.returns.links")


def order_path(order: Any, kind: str = Return.Kind.RETURN, key: str | None = None) -> str:
    """The page on which something of the order is sent back, or claimed; with a new key where a guest needs one."""
    name = "returns:claim" if kind == Return.Kind.CLAIM else "returns:order"
    return _path(name, order.number, _key(order) if key is None else key)


def case_path(case: Any, order: Any, key: str | None = None, *, name: str = "returns:detail") -> str:
    """The page of a return, by its number; with a new key where a guest needs one."""
    return _path(name, case, _key(order) if key is None else key)


def start_path() -> str:
    """The page that sends a link, or shows an account what can go back."""
    return reverse("returns:start")


def check(request: HttpRequest, order: Any, key: str) -> None:
    """Raises BadSignature for whoever may not see the returns of this order (None: there is no such order), and
    SignatureExpired for a link that has grown old.
    """
    if order is None:
        raise BadSignature
    if ownership.owns(request, order):
        return
    if order.user_id is not None or not order.email:
        raise BadSignature
    _signer.unsign(f"{_signed(order)}:{key}", max_age=LIFETIME)


def _path(name: str, number: Any, key: str) -> str:
    return reverse(name, args=[str(number), key] if key else [str(number)])


def _key(order: Any) -> str:
    if order.user_id is not None:
        return ""
    # What it is made for stays out of the link: the address of a page is no place for that of a person.
    return _signer.sign(_signed(order)).removeprefix(f"{_signed(order)}:")


def _signed(order: Any) -> str:
    return f"{order.pk}:{order.guest_email}"
