"""Who may read from a replica: whoever only looks, and has not written a moment ago."""

from collections.abc import Callable

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from shop.databases.reading import OWN_WRITES, distrust, may_lag, must_be_current
from shop.shared_pages.visitors import RequestOfEverybody

WROTE = "wrote"
"""The cookie of whoever wrote something."""

LOOKING = ("GET", "HEAD")


class ReplicaMiddleware:
    """In use only where there are replicas."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _only_looks(request):
            response = self.get_response(request)
            return response if request.method in LOOKING else _remembered(response)
        with may_lag() as reading:
            response = self.get_response(request)
        return _remembered(response) if reading.wrote else response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A replica that falls while it is read is left alone, and the primary asked instead."""
        if not isinstance(error, OperationalError) or not distrust():
            return None
        with must_be_current():
            return self.get_response(request)


def _only_looks(request: HttpRequest) -> bool:
    """A page that is kept for everybody is made from the primary: what it shows will be shown again."""
    return (
        request.method in LOOKING
        and not isinstance(request, RequestOfEverybody)
        and WROTE not in request.COOKIES
        and not request.path_info.startswith(settings.ALWAYS_CURRENT_PATHS)
    )


def _remembered(response: HttpResponse) -> HttpResponse:
    response.set_cookie(
        WROTE, "1", max_age=OWN_WRITES, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
    return response
