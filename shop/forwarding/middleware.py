"""What a request gets whose address no page has any more."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from shop.forwarding.addresses import redirects
from shop.forwarding.answers import gone, moved

LONGEST = 200  # characters of an old path, as the table takes them


class ForwardingMiddleware:
    """Leads on from an address that was, or says that what stood there is gone; asks only where no page answers.

    Unlike Django's own it knows an address whatever query hangs on it, such as that of a link in a letter.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD"):
            return response
        return _forwarded(request) or response


def _forwarded(request: HttpRequest) -> HttpResponse | None:
    whole = request.get_full_path()
    paths = [path for path in (whole, request.path, f"{request.path}/") if len(path) <= LONGEST]
    found = {row.old_path: row.new_path for row in redirects().filter(old_path__in=paths)}
    for path in paths:
        if path in found:
            return _lead(request, found[path], with_query=path != whole)
    return None


def _lead(request: HttpRequest, new_path: str, *, with_query: bool) -> HttpResponse:
    if not new_path:
        return gone(request)
    query = request.META.get("QUERY_STRING", "")
    kept = f"?{query}" if query and with_query and "?" not in new_path else ""
    return moved(f"{new_path}{kept}")
