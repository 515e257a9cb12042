"""What is refused is said in a page for people, and in one line for machines."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

BARE = {405, 413}
"""What views and Django answer without a word, whoever asks."""


class ErrorAnswerMiddleware:
    """Outside of all that may refuse. A view's own words for machines go through as they are."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code < 400 or response.streaming:
            return response
        if not request.accepts("text/html"):
            if not response.content or response.headers["Content-Type"].startswith("text/html"):
                _say(response, f"{HTTPStatus(response.status_code).phrase}\n", "text/plain; charset=utf-8")
        elif response.status_code in BARE and not response.content:
            # Without the request: what reads it may be what was refused.
            _say(response, render_to_string(f"{response.status_code}.html"), "text/html; charset=utf-8")
        return response


def _say(response: HttpResponse, words: str, kind: str) -> None:
    response.content = words
    response.headers["Content-Type"] = kind
    response.headers["Content-Length"] = str(len(response.content))
    for name in ("Content-Encoding", "ETag"):
        response.headers.pop(name, None)
