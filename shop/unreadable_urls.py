"""What no view could read of an address is refused at the door, once for all of them."""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.template.loader import render_to_string

NUMBER = re.compile(r"-?[0-9]+")
LONGEST_PATH = 2000  # in characters; ours need some hundred, and Python reads no number of more than 4300 digits


class UnreadableUrlMiddleware:
    """Answers 400 for a path that holds a NUL or is endless, and for a query of too many fields.

    A page that nobody can have come from is forgotten; a word in place of the number of a record is not found.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.META.get("HTTP_REFERER", "").startswith(("http://", "https://")):
            request.META.pop("HTTP_REFERER", None)  # Oscar would take it for the name of a URL, and lead there
        if _is_readable(request):
            return self.get_response(request)
        # Without the request: what reads its query would fail as the view did.
        return HttpResponseBadRequest(render_to_string("400.html"))

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        """Raises Http404 for a word where a page of staff looks a record up by its number."""
        if request.path_info.startswith(tuple(settings.STAFF_PATHS)):
            keys = [kwargs[name] for name in ("pk", "parent_id") if isinstance(kwargs.get(name), str)]
            if not all(map(NUMBER.fullmatch, keys)):
                raise Http404

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A list of the admin that was asked for columns which it does not have, and does not refuse them itself."""
        if isinstance(exception, IncorrectLookupParameters):
            return HttpResponseBadRequest(render_to_string("400.html"))
        return None


def _is_readable(request: HttpRequest) -> bool:
    if "\0" in request.path_info or len(request.path_info) > LONGEST_PATH:  # PostgreSQL takes no NUL
        return False
    try:
        return request.GET is not None
    except TooManyFieldsSent:
        return False
