"""What a fault does to one call of the API, around the work itself."""

import time
from collections.abc import Callable

from django.http import HttpResponse

from shop.serving.turnstile import outside

from . import payments
from .errors import ApiError, NotPossible
from .idempotency import Answer
from .models import Fault

Api = Fault.Api

LONGEST_HEADER = 65_536  # http.client, under requests and most clients in Python, refuses a line longer than this


class ConnectionBroken(Exception):
    """The client is to hear nothing that it can read."""


def suffer(fault: Fault, work: Callable[[], Answer]) -> Answer:
    """What `work` answers, with the fault befalling it. The 500s happen within the work, which keeps them.

    It sleeps before and after the work, never within: the work is one transaction.

    Raises:
        ApiError: too many calls, for once.
        ConnectionBroken: there is no answer.
    """
    if fault.kind in (Api.SLOW, Api.TIMEOUT):
        _wait(fault.seconds)
    if fault.kind in (Api.TIMEOUT, Api.DISCONNECT):
        raise ConnectionBroken
    if fault.kind == Api.RATE_LIMIT:
        raise ApiError(
            "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.",
            code="rate_limit",
            status=429,
        )
    answer = work()
    if fault.kind == Api.PAID_BEFORE_ANSWER:
        _pay(answer)
    if fault.kind == Api.TIMEOUT_AFTER_WORK:
        _wait(fault.seconds)
    if fault.kind == Api.DISCONNECT_AFTER_WORK:
        raise ConnectionBroken
    return answer


def _wait(seconds: float) -> None:
    with outside():
        time.sleep(seconds)


def unreadable() -> HttpResponse:
    """An answer that ends in a connection error: a view cannot hang up, but it can send what no client reads."""
    return HttpResponse(headers={"Broken": "x" * LONGEST_HEADER})


def _pay(answer: Answer) -> None:
    if answer.body.get("object") != "checkout.session":
        return
    email = answer.body["customer_email"] or "shopper@example.com"
    try:
        payments.pay(
            session_id=answer.body["id"],
            card=payments.Card("4242424242424242", 12, 2040),
            payer=payments.Payer(email, "Test Shopper"),
        )
    except NotPossible:
        pass  # it was paid, or closed, before
