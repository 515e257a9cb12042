"""Gives a shopper a page of his own again as it was, as long as all that it shows is the same.

Nobody else gets it: its key holds the cookie of his basket, what the page shows of it, and what else of a request such
a page depends on.
"""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache

from cachetools import LRUCache
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.urls import reverse
from django.utils.module_loading import import_string

from shop.databases.reading import must_be_current
from shop.shared_pages import visitors
from shop.shared_pages.versions import versions

MEMORY = 16 * 1024 * 1024  # bytes a process; a basket's page has seven kilobytes, compressed


@dataclass(frozen=True)
class OwnPage:
    content: bytes
    headers: dict[str, str]

    def __len__(self) -> int:
        """How many bytes of memory it takes, about."""
        return len(self.content) + sum(map(len, self.headers.values()))


class OwnPagesMiddleware:
    """Inside of what reads from replicas: what is kept is made from the primary."""

    def __init__(self, get_response: Callable[[WSGIRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._kept: LRUCache[Hashable, OwnPage] = LRUCache(MEMORY, getsizeof=len)
        self._keeping = threading.Lock()

    def __call__(self, request: WSGIRequest) -> HttpResponse:
        key = _all_that_counts(request)
        if key is None:
            return self.get_response(request)
        with self._keeping:
            page = self._kept.get(key)
        if page is not None:
            request.kept_view = key[0]  # type: ignore[attr-defined]  # a request takes what is told of it
            return HttpResponse(page.content, headers=page.headers)
        with must_be_current():
            response = self.get_response(request)
        # What changed while it was made may be in it, or not.
        if _can_be_given_again(response, request) and _all_that_counts(request) == key:
            with self._keeping:
                self._kept[key] = OwnPage(response.content, dict(response.items()))
        return response


@lru_cache
def _own_pages() -> dict[str, tuple[str, Callable[[str], Hashable | None]]]:
    """By path, the name of each, and what tells from the cookie of a basket all that the page shows of it."""
    return {reverse(view): (view, import_string(tells)) for view, tells in settings.SHARED_PAGES["OWN"].items()}


def _all_that_counts(request: WSGIRequest) -> tuple[Hashable, ...] | None:
    """The view, and all that its page depends on; nothing where there is more to it than a basket."""
    view, tells = _own_pages().get(request.path_info, ("", None))
    cookie = visitors.basket_cookie(request)
    if tells is None or cookie is None or not _may_be_kept(request) or visitors.has_page_of_his_own(request):
        return None
    try:
        site = request.scheme, request.get_host()
    except DisallowedHost:  # refused further in, where an answer gets its headers
        return None
    # Taken before anything is read: what changes while a page is made is found under another version.
    version = versions.current()
    shown = tells(cookie)
    if version is None or shown is None:
        return None
    sent = request.COOKIES.get(settings.CSRF_COOKIE_NAME), request.headers.get("Accept-Encoding")
    return (view, version, *site, *sent, cookie, shown)


def _may_be_kept(request: WSGIRequest) -> bool:
    return request.method == "GET" and not request.META.get("QUERY_STRING") and settings.SHARED_PAGES["ARE_KEPT"]


def _can_be_given_again(response: HttpResponse, request: WSGIRequest) -> bool:
    """A page, with no cookie but those that the browser has: Django sends its token along each time."""
    known = (request.COOKIES.get(name) == cookie.value for name, cookie in response.cookies.items())
    return response.status_code == 200 and all(known)
