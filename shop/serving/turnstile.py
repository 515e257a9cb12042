"""A few requests at a time make pages in one process; the others wait their turn.

Only one thread runs Python at once, and each that is runnable costs the others: with sixteen making pages, each page
takes half as much time again of the processor as with a few. Threads that wait for Stripe run nothing, so whoever asks
it steps outside meanwhile, and a slow Stripe keeps nobody from reading.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PLACES = 2
PATIENCE = 2
"""Seconds after which somebody goes in although there is no place: it is a courtesy, and can lock nobody out."""

_places = threading.BoundedSemaphore(PLACES)
_mine = threading.local()


class TurnstileMiddleware:
    """Stands behind what answers without making a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in settings.HEALTH_PATHS or _is_inside():
            return self.get_response(request)
        _enter()
        try:
            return self.get_response(request)
        finally:
            _leave()


@contextmanager
def outside() -> Iterator[None]:
    """While somebody else's server is asked, another request has the place of this one, if it has one."""
    was_inside = _leave()
    try:
        yield
    finally:
        if was_inside:
            _enter()


def _enter() -> None:
    _mine.is_inside = _places.acquire(timeout=PATIENCE)


def _leave() -> bool:
    """Whether there was a place to give back."""
    was_inside = _is_inside()
    if was_inside:
        _mine.is_inside = False
        _places.release()
    return was_inside


def _is_inside() -> bool:
    """Whether this thread has a place; a test may ask for a page from within another one."""
    return getattr(_mine, "is_inside", False)
