"""Stripe, behind one narrow door. The only module that imports stripe.

What goes in and out is ours: plain dicts of parameters in, small frozen records out, two kinds of error.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import stripe
from django.conf import settings

TIMEOUT_SECONDS = 10  # the SDK's own default is 80: a shopper will not wait that long
NETWORK_RETRIES = 2
SIGNATURE_TOLERANCE_SECONDS = 300
LONGEST_NAME = 255  # of an id or a type; Stripe promises as much (docs.stripe.com/upgrades)


class ProviderUnavailable(Exception):
    """Stripe did not give an answer that settles anything: no connection, time-out, 5xx, rate limit."""


class ProviderRefused(Exception):
    """Stripe understood the request and said no. `code` is Stripe's error code."""

    def __init__(self, message: str, code: str | None) -> None:
        super().__init__(message)
        self.code = code


class UntrustedEvent(Exception):
    """A webhook call that did not come from Stripe, or not for this shop, or that cannot be read."""


@dataclass(frozen=True)
class Session:
    """What we need to know of a Checkout Session (docs.stripe.com/api/checkout/sessions/object)."""

    id: str
    url: str | None
    status: str  # open | complete | expired
    payment_status: str  # paid | unpaid | no_payment_required
    amount_total: int  # minor units
    currency: str  # ISO 4217, upper case
    client_reference_id: str | None
    payment_intent: str | None

    @property
    def paid(self) -> bool:
        return self.status == "complete" and self.payment_status == "paid"


@dataclass(frozen=True)
class Refund:
    """What we need to know of a refund (docs.stripe.com/api/refunds/object)."""

    id: str
    status: str  # pending | requires_action | succeeded | failed | canceled
    amount: int  # minor units
    currency: str  # ISO 4217, upper case

    @property
    def stands(self) -> bool:
        """The money is back, or on its way."""
        return self.status not in ("failed", "canceled")


@dataclass(frozen=True)
class Event:
    """A webhook event whose signature was checked."""

    id: str
    type: str
    subject: dict[str, Any]  # the object that the event is about, as it was when the event was made
    payload: dict[str, Any]


def create_session(*, parameters: Any, idempotency_key: str) -> Session:
    """Create a Checkout Session. The same key with the same parameters gives the same session for 24 hours.

    Raises ProviderUnavailable, ProviderRefused.
    """
    with _stripe_errors():
        return _session(_client().v1.checkout.sessions.create(parameters, {"idempotency_key": idempotency_key}))


def retrieve_session(session_id: str) -> Session:
    """The session as it is now. Raises ProviderUnavailable, ProviderRefused."""
    with _stripe_errors():
        return _session(_client().v1.checkout.sessions.retrieve(session_id))


def expire_session(session_id: str) -> Session:
    """Close an open session, so that nobody can pay it any more.

    Raises ProviderRefused when it is no longer open (paid, or expired already), ProviderUnavailable.
    """
    with _stripe_errors():
        return _session(_client().v1.checkout.sessions.expire(session_id))


def list_refunds(payment_intent: str) -> list[Refund]:
    """All refunds of a payment, as they are now. Raises ProviderUnavailable, ProviderRefused."""
    with _stripe_errors():
        refunds = _client().v1.refunds.list({"payment_intent": payment_intent, "limit": 100})
        return [
            Refund(id=refund.id, status=refund.status or "", amount=refund.amount, currency=refund.currency.upper())
            for refund in refunds.auto_paging_iter()
        ]


def read_event(payload: bytes, signature: str) -> Event:
    """Check the signature against each of our secrets and read the event.

    Raises UntrustedEvent when no secret fits, the signature is older than five minutes, the body is not an event, or
    the event belongs to the other mode (live at a test shop, or the other way round).
    """
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UntrustedEvent("The body is not UTF-8.") from error
    if not signature.isascii():  # the SDK's comparison raises on it
        raise UntrustedEvent("The signature is not ASCII.")
    if not any(_signed_with(secret, text, signature) for secret in settings.STRIPE_WEBHOOK_SECRETS):
        raise UntrustedEvent("No signature fits.")
    try:
        body = json.loads(text)
        event = Event(id=body["id"], type=body["type"], subject=body["data"]["object"], payload=body)
        livemode = body["livemode"]
        storable = _storable(body)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UntrustedEvent("The body is not an event.") from error
    if not (_is_name(event.id) and _is_name(event.type) and isinstance(event.subject, dict) and storable):
        raise UntrustedEvent("The body is not an event.")
    if livemode is not _live():
        raise UntrustedEvent("The event belongs to the other mode.")
    return event


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME


def _storable(body: Any) -> bool:
    """PostgreSQL keeps no NUL, no NaN and no half of a surrogate pair. Raises ValueError for the latter two."""
    text = json.dumps(body, ensure_ascii=False, allow_nan=False)
    text.encode()
    return "\\u0000" not in text


def _signed_with(secret: str, text: str, signature: str) -> bool:
    try:
        return bool(
            stripe.WebhookSignature.verify_header(text, signature, secret, tolerance=SIGNATURE_TOLERANCE_SECONDS)
        )
    except stripe.SignatureVerificationError:
        return False


def _live() -> bool:
    return settings.STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_"))


def _client() -> stripe.StripeClient:
    return _client_for(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)


@lru_cache(maxsize=4)
def _client_for(key: str, api_base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": api_base} if api_base else {},
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
        max_network_retries=NETWORK_RETRIES,
    )


def _session(session: Any) -> Session:
    intent = session.payment_intent
    return Session(
        id=session.id,
        url=session.url,
        status=session.status,
        payment_status=session.payment_status,
        amount_total=session.amount_total,
        currency=session.currency.upper(),
        client_reference_id=session.client_reference_id,
        payment_intent=intent if intent is None or isinstance(intent, str) else intent.id,
    )


@contextmanager
def _stripe_errors() -> Iterator[None]:
    """Turns the SDK's errors into our two."""
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise ProviderUnavailable(str(error)) from error
    except stripe.StripeError as error:
        status = error.http_status or 500
        if status >= 500 or status == 409:
            raise ProviderUnavailable(str(error)) from error
        raise ProviderRefused(str(error), error.code) from error
