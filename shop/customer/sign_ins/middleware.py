"""A session that is used says so in the list of its owner."""

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse

from shop.customer.sign_ins import places


class SignInMiddleware:
    """Asks only where the page has read the session: what a shopper gets from the cache stays as fast as it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.session.accessed and SESSION_KEY in request.session:
            places.note_visit(request)
        return response
