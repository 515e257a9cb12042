"""How much a request may bring. An editor's guide is large; nothing that a shopper or Stripe sends is."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

MOST_BYTES = 2_621_440  # what Django allows by itself


class BodySizeMiddleware:
    """Answers 413 before a byte of a body is read that is too large.

    Below the paths of LARGE_BODIES, DATA_UPLOAD_MAX_MEMORY_SIZE and the fields for pictures say how much is too much.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _size(request) > MOST_BYTES and not request.path_info.startswith(tuple(settings.LARGE_BODIES)):
            return HttpResponse(status=413)
        return self.get_response(request)


def _size(request: HttpRequest) -> int:
    sent = request.META.get("CONTENT_LENGTH", "")
    return int(sent) if sent.isdecimal() and len(sent) < 20 else 0  # the server reads none that is no number
