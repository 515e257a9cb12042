"""How often one sender may ask for something."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.views.generic import FormView

logger = logging.getLogger(__name__)

WITHIN_SECONDS = 3600


class TooOften(Exception):
    """One sender asked for the same thing more often than he may. ThrottleMiddleware answers it."""


@dataclass(frozen=True)
class Throttle:
    """At most `most` times within an hour; `name` keeps what it counts apart from what others count.

    A sender is an account, wherever it writes from; `by_network`, for what somebody with many accounts would do, is
    always where he writes from.
    """

    name: str
    most: int
    by_network: bool = False

    def check(self, request: HttpRequest, *, about: str = "") -> None:
        """Count one more. Raises TooOften when that is one too many."""
        if self.too_many_from(request, about=about):
            raise TooOften(self.name)

    def too_many_from(self, request: HttpRequest, *, about: str = "") -> bool:
        """Count one more from where the request comes, and say whether that is one too many.

        What it is `about`, such as an account, is counted by itself. The cache keeps a fingerprint of the address, not
        the address. A cache that is away keeps nobody from writing.
        """
        try:
            key = self._key(request, about)
            cache.add(key, 0, timeout=WITHIN_SECONDS)
            return cache.incr(key) > self.most
        except Exception:  # whatever the driver raises, the answer is the same; the cause is in the log
            logger.exception("Nothing was counted for %s", self.name)
            return False

    def forgive(self, request: HttpRequest, *, about: str = "") -> None:
        """Take back the last count: only tries that go wrong shall be counted."""
        with suppress(Exception):  # it was not counted, or counts a little longer
            cache.decr(self._key(request, about))

    def _key(self, request: HttpRequest, about: str) -> str:
        parties = list(filter(None, [_sender(request, by_network=self.by_network), about]))
        lifted = cache.get_many(map(_lifted, parties))
        counted = "\n".join([*parties, *sorted(lifted.values())])
        return f"throttle:{salted_hmac(f'shop.throttle.{self.name}', counted).hexdigest()}"


def lift(party: str) -> None:
    """Count anew whatever one sender did, or what anybody did about an account.

    Counts are not found by whom they are about, so they are left behind: the keys of the next ones hold a word more,
    for as long as those before it could still matter.
    """
    cache.set(_lifted(party), token_hex(8), timeout=WITHIN_SECONDS)


def account(user: Any) -> str:
    """The sender that somebody who is signed in is."""
    return f"user {user.pk}"


def network(address: str) -> str:
    """The sender that somebody at this address is. Raises ValueError for what is no address."""
    host = ip_address(address)
    if isinstance(host, IPv6Address):
        return str(host.ipv4_mapped or ip_network((host, 64), strict=False))
    return str(host)


def _lifted(party: str) -> str:
    return f"throttle:lifted:{salted_hmac('shop.throttle.lifted', party).hexdigest()}"


ANY_FORM = Throttle("any form", most=2000)
"""Whatever a sender posts to the shop, be it good or bad: more than an office full of shoppers does."""


class ThrottleMiddleware:
    """Counts every form that people send, and asks whoever did something too often for a pause.

    What machines send has limits of its own; that is what needs no protection against forgery.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return None
        return _pause(request) if ANY_FORM.too_many_from(request) else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return _pause(request) if isinstance(exception, TooOften) else None


def _pause(request: HttpRequest) -> HttpResponse:
    response = render(request, "429.html", status=429)
    response.headers["Retry-After"] = str(WITHIN_SECONDS)
    return response


class ThrottledFormView(FormView, ABC):
    """A form that is carried out only so often for one sender."""

    throttle: Throttle
    too_many: str | Promise
    """What whoever sent it too often reads."""

    def form_valid(self, form: Form) -> HttpResponse:
        if self.throttle.too_many_from(self.request):
            return too_many(self, form, self.too_many)
        self.carry_out(**form.cleaned_data)
        return super().form_valid(form)

    @abstractmethod
    def carry_out(self, **fields: Any) -> None:
        """Do what the form is for, with its cleaned fields."""


def too_many(view: FormView, form: Form, says: str, *, field: str | None = None) -> HttpResponse:
    """The page again, with all that was typed, and what whoever sent it too often reads, above it or by a field."""
    form.add_error(field, says)
    response: HttpResponse = view.form_invalid(form)
    response.status_code = 429
    response.headers["Retry-After"] = str(WITHIN_SECONDS)
    return response


def _sender(request: HttpRequest, *, by_network: bool) -> str:
    """An account, or else its network; for a page for everybody, of who asked first."""
    request = getattr(request, "on_behalf_of", request)
    if not by_network and hasattr(request, "user") and request.user.is_authenticated:
        return account(request.user)
    return network_of(request)


def network_of(request: HttpRequest) -> str:
    """The network that our own outermost proxy saw.

    Each proxy writes the address that it was asked from behind what the header held before, so that only as many of
    the last ones are true as we have proxies: the first can be whatever a liar sent. A household or a server has
    64 bits of IPv6 to itself, and would otherwise be another sender each time.
    """
    seen, proxies = request.headers.get("X-Forwarded-For", "").split(","), settings.PROXIES
    for address in ([seen[-proxies]] if 0 < proxies <= len(seen) else []) + [request.META.get("REMOTE_ADDR", "")]:
        with suppress(ValueError):
            return network(address.strip())
    return "a socket"
