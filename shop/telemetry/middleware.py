"""Each request gets an id, a line in the log and a place in the numbers."""

import logging
import re
from collections.abc import Callable
from time import perf_counter
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from shop.telemetry import context

logger = logging.getLogger("shop.requests")

METRICS = "/metrics"
WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
OPENS_A_LINK = ("token", "hash", "key", "to_key", "uidb64")
"""Parts of an address that let in whoever has them; no log keeps them."""


class TelemetryMiddleware:
    """The outermost: what it measures is all that the shop does for a request.

    The id is the proxy's, where X-Request-ID has one, and is answered in the same header.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.count: Callable[[HttpRequest, HttpResponse, context.Tally, float], None] | None = None
        if settings.METRICS_TOKEN:
            from shop.telemetry import metrics

            self.count, self.expose = metrics.count, metrics.expose

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = sent if WELL_FORMED.fullmatch(sent) else uuid4().hex
        tally = context.Tally()
        ours, counted = context.request_id.set(request_id), context.tally.set(tally)
        began = perf_counter()
        try:
            response = self.expose() if _asks_for_metrics(request) else self.get_response(request)
            response.headers["X-Request-ID"] = request_id
            seconds = perf_counter() - began
            if self.count:
                self.count(request, response, tally, seconds)
            if logger.isEnabledFor(logging.INFO):
                _log(request, response, tally, seconds)
        finally:
            context.request_id.reset(ours)
            context.tally.reset(counted)
        return response


def _asks_for_metrics(request: HttpRequest) -> bool:
    """With the token. For everybody else there is no such page: the request goes on, and finds none.

    Answered here, since who asks knows a machine by its number, and not the host that Django would insist on.
    """
    if request.path != METRICS or not settings.METRICS_TOKEN:
        return False
    sent = request.META.get("HTTP_AUTHORIZATION", "")
    return constant_time_compare(sent, f"Bearer {settings.METRICS_TOKEN}")


def _log(request: HttpRequest, response: HttpResponse, tally: context.Tally, seconds: float) -> None:
    path = address(request)
    logger.info(
        "%s %s %d",
        request.method,
        path,
        response.status_code,
        extra={
            "method": request.method,
            "path": path,
            "status": response.status_code,
            "milliseconds": round(seconds * 1000, 1),
            "queries": tally.queries,
        },
    )


def address(request: HttpRequest) -> str:
    """The path as a log may keep it: without its query, and without what opens a link by itself."""
    path, match = request.path, request.resolver_match
    for name in OPENS_A_LINK:
        secret = match.kwargs.get(name) if match else None
        if secret:
            path = path.replace(str(secret), "-")
    return path
