"""Whose order is it? An account's, or that of the browser it was placed in.

A guest's browser keeps one signed cookie an order. A list in the session would be read and written back by two tabs at
once, and the one that ends last would forget the other's order.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

SALT = "shop.checkout.ownership"


def remember(response: HttpResponse, order: Any) -> None:
    """This browser placed this order: what a guest shows instead of an account."""
    if order.user_id is None:
        response.set_signed_cookie(
            _cookie(order),
            order.number,
            salt=SALT,
            max_age=settings.SESSION_COOKIE_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def owns(request: HttpRequest, order: Any) -> bool:
    if order.user_id is not None:
        return request.user.pk == order.user_id
    if order.belongs_to_nobody:
        return False
    signed = request.get_signed_cookie(_cookie(order), default=None, salt=SALT, max_age=settings.SESSION_COOKIE_AGE)
    return signed == order.number


def _cookie(order: Any) -> str:
    return f"{settings.COOKIE_PREFIX}order-{order.pk}"
