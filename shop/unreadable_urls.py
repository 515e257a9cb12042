"""URLs that no view could read are refused at the door, once for all of them."""

from collections.abc import Callable

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.template.loader import render_to_string

LONGEST_PATH = 2000  # in characters; ours need some hundred, and Python reads no number of more than 4300 digits


class UnreadableUrlMiddleware:
    """Answers 400 for a path that holds a NUL or is endless, and for a query of too many fields."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _is_readable(request):
            return self.get_response(request)
        # Without the request: what reads its query would fail as the view did.
        return HttpResponseBadRequest(render_to_string("400.html"))


def _is_readable(request: HttpRequest) -> bool:
    if "\0" in request.path_info or len(request.path_info) > LONGEST_PATH:  # PostgreSQL takes no NUL
        return False
    try:
        return request.GET is not None
    except TooManyFieldsSent:
        return False
