"""How often one sender may have a form carried out."""

import logging
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.views.generic import FormView

logger = logging.getLogger(__name__)

WITHIN_SECONDS = 3600


@dataclass(frozen=True)
class Throttle:
    """At most `most` times within an hour; `name` keeps what it counts apart from what others count."""

    name: str
    most: int

    def too_many_from(self, request: HttpRequest) -> bool:
        """Count one more from where the request comes, and say whether that is one too many.

        The cache keeps a fingerprint of the address, not the address. A cache that is away keeps nobody from writing.
        """
        key = f"throttle:{salted_hmac(f'shop.throttle.{self.name}', _sender(request)).hexdigest()}"
        try:
            cache.add(key, 0, timeout=WITHIN_SECONDS)
            return cache.incr(key) > self.most
        except Exception:  # whatever the driver raises, the answer is the same; the cause is in the log
            logger.exception("Nothing was counted for %s", self.name)
            return False


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


def too_many(view: FormView, form: Form, says: str) -> HttpResponse:
    """The page again, with all that was typed, and what whoever sent it too often reads."""
    form.add_error(None, says)
    response: HttpResponse = view.form_invalid(form)
    response.status_code = 429
    response.headers["Retry-After"] = str(WITHIN_SECONDS)
    return response


def _sender(request: HttpRequest) -> str:
    """An account, or else the address that the first proxy saw.

    A liar can claim any address and get around the limit. Taking the last one instead would count all shoppers behind
    our own proxies as one, and lock them out together.
    """
    if request.user.is_authenticated:
        return f"user {request.user.pk}"
    claimed = request.headers.get("X-Forwarded-For", "").split(",")[0].strip()
    return claimed or request.META["REMOTE_ADDR"]
