"""Who may be given a kept page."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.handlers.wsgi import WSGIRequest
from django.template.loader import render_to_string
from django.utils.translation import get_language

# All of a request that a page for everybody may know. What is not here cannot get into one.
PUBLIC = {
    "SCRIPT_NAME",
    "PATH_INFO",
    "SERVER_NAME",
    "SERVER_PORT",
    "SERVER_PROTOCOL",
    "HTTP_HOST",
    "HTTP_X_FORWARDED_PROTO",
}


def has_page_of_his_own(request: WSGIRequest) -> bool:
    """Whoever has a session (an account, or an order just placed), or something to be told."""
    return bool(request.COOKIES.get(settings.SESSION_COOKIE_NAME) or request.COOKIES.get(CookieStorage.cookie_name))


def basket_cookie(request: WSGIRequest) -> str | None:
    return request.COOKIES.get(settings.OSCAR_BASKET_COOKIE_OPEN)  # type: ignore[misc]  # one of Oscar's defaults


class RequestOfEverybody(WSGIRequest):
    """One whose answer everybody may have. Who asked first is known for limits, and for nothing that a page shows."""

    on_behalf_of: WSGIRequest


def stranger(request: WSGIRequest, query: str) -> RequestOfEverybody:
    """The request of somebody of whom we know nothing, for the same page."""
    known: dict[str, Any] = {
        name: value for name, value in request.META.items() if name in PUBLIC or name.startswith("wsgi.")
    }
    everybody = RequestOfEverybody(known | {"REQUEST_METHOD": "GET", "QUERY_STRING": query, "REMOTE_ADDR": ""})
    everybody.on_behalf_of = request
    return everybody


def header_basket(count: int, *, is_current: bool = False) -> str:
    """The basket in the header of a page, as HTML; `is_current` on the basket's own."""
    return _header_basket(count, is_current, get_language())


@lru_cache(maxsize=512)
def _header_basket(count: int, is_current: bool, language: str | None) -> str:
    return render_to_string("components/header_basket.html", {"count": count, "is_current": is_current})
