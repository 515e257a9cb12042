"""Stripe, behind one narrow door. The only module that imports stripe.

What goes in and out is ours: plain dicts of parameters in, small frozen records out, two kinds of error.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import requests
import stripe
from django.conf import settings

from shop.serving.turnstile import outside

TIMEOUT_SECONDS = 10  # the SDK's own default is 80: a shopper will not wait that long
NETWORK_RETRIES = 2
LATE_ANSWERS = 2  # that are waited for: a shopper is told after twenty seconds, not after thirty
SIGNATURE_TOLERANCE_SECONDS = 300
PAGE_SIZE = 100  # the most that Stripe lists at once
LONGEST_NAME = 255  # of an id or a type; Stripe promises as much (docs.stripe.com/upgrades)


class ProviderUnavailable(Exception):
    """Stripe did not give an answer that settles anything: no connection, time-out, 5xx, rate limit.

    `stored` when Stripe answered with a fault of its own: it gives the same answer to the same idempotency key for 24
    hours, so that only another key can succeed (docs.stripe.com/api/idempotent_requests).
    """

    def __init__(self, message: str, *, stored: bool = False) -> None:
        super().__init__(message)
        self.stored = stored


class ProviderRefused(Exception):
    """Stripe understood the request and said no. `code` is Stripe's error code."""

    def __init__(self, message: str, code: str | None) -> None:
        super().__init__(message)
        self.code = code


class UntrustedEvent(Exception):
    """A webhook call that did not come from Stripe, or not for this shop, or that cannot be read."""


class WrongMode(UntrustedEvent):
    """A signed event of the other mode: live at a test shop, or the other way round. Somebody set up the wrong key."""


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
    intent_status: str | None  # docs.stripe.com/payments/paymentintents/lifecycle; only known when asked for

    @property
    def paid(self) -> bool:
        return self.status == "complete" and self.payment_status == "paid"

    @property
    def failed(self) -> bool:
        """Completed with a way to pay that takes days, like a bank debit, and the bank said no."""
        return self.status == "complete" and self.intent_status in ("requires_payment_method", "canceled")


@dataclass(frozen=True)
class Refund:
    """What we need to know of a refund (docs.stripe.com/api/refunds/object)."""

    id: str
    status: str  # pending | requires_action | succeeded | failed | canceled
    amount: int  # minor units
    currency: str  # ISO 4217, upper case
    payment_intent: str | None
    failure: str
    reference: str | None  # our refund's id, as we put it into the metadata
    created: datetime


@dataclass(frozen=True)
class Payment:
    """What we need to know of a PaymentIntent (docs.stripe.com/api/payment_intents/object)."""

    id: str
    status: str
    amount_received: int  # minor units
    currency: str  # ISO 4217, upper case
    reference: str | None  # our attempt's id, as we put it into the metadata
    created: datetime


@dataclass(frozen=True)
class Dispute:
    """What we need to know of a dispute (docs.stripe.com/api/disputes/object)."""

    id: str
    status: str
    reason: str
    amount: int  # minor units
    currency: str  # ISO 4217, upper case
    due_by: datetime | None
    created: datetime

    @property
    def closed(self) -> bool:
        return self.status in ("won", "lost", "warning_closed", "prevented")


@dataclass(frozen=True)
class Review:
    """What we need to know of a Radar review (docs.stripe.com/api/radar/reviews/object)."""

    id: str
    open: bool
    reason: str  # while open: rule | manual; then what closed it: approved | refunded | refunded_as_fraud | …
    payment_intent: str | None
    created: datetime


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
    with _asking_stripe():
        return _session(_client().v1.checkout.sessions.create(parameters, {"idempotency_key": idempotency_key}))


def retrieve_session(session_id: str) -> Session:
    """The session as it is now, with the state of its payment. Raises ProviderUnavailable, ProviderRefused."""
    with _asking_stripe():
        return _session(_client().v1.checkout.sessions.retrieve(session_id, {"expand": ["payment_intent"]}))


def find_session(payment_intent: str) -> Session | None:
    """The session in which this payment was made. Raises ProviderUnavailable, ProviderRefused."""
    with _asking_stripe():
        found = _client().v1.checkout.sessions.list({"payment_intent": payment_intent, "limit": 1})
        return _session(found.data[0]) if found.data else None


def find_session_of(reference: str, *, since: datetime, until: datetime) -> Session | None:
    """The session with our reference, by looking through all that were made in between; for one whose id was lost.

    Raises ProviderUnavailable, ProviderRefused.
    """
    created = {"gte": int(since.timestamp()), "lte": int(until.timestamp())}
    asked: Any = {"created": created, "limit": PAGE_SIZE}
    with _asking_stripe():
        for session in _client().v1.checkout.sessions.list(asked).auto_paging_iter():
            if session.client_reference_id == reference:
                return _session(session)
    return None


def expire_session(session_id: str) -> Session:
    """Close an open session, so that nobody can pay it any more.

    Raises ProviderRefused when it is no longer open (paid, or expired already), ProviderUnavailable.
    """
    with _asking_stripe():
        return _session(_client().v1.checkout.sessions.expire(session_id))


def retrieve_payment(payment_intent: str) -> Payment:
    """The payment as it is now. Raises ProviderUnavailable, ProviderRefused."""
    with _asking_stripe():
        return _payment(_client().v1.payment_intents.retrieve(payment_intent))


def list_payments(*, since: datetime) -> list[Payment]:
    """All payments begun since then, newest first. Raises ProviderUnavailable, ProviderRefused."""
    with _asking_stripe():
        asked: Any = {"created": {"gte": int(since.timestamp())}, "limit": PAGE_SIZE}
        return [_payment(intent) for intent in _client().v1.payment_intents.list(asked).auto_paging_iter()]


def create_refund(*, payment_intent: str, amount: int, reference: str, idempotency_key: str) -> Refund:
    """Give `amount` (minor units) of a payment back. The same key gives the same refund for 24 hours.

    Raises ProviderUnavailable, and ProviderRefused when there is not that much to give back.
    """
    with _asking_stripe():
        asked: Any = {"payment_intent": payment_intent, "amount": amount, "metadata": {"refund": reference}}
        return _refund(_client().v1.refunds.create(asked, {"idempotency_key": idempotency_key}))


def list_refunds(payment_intent: str | None = None, *, since: datetime | None = None) -> list[Refund]:
    """All refunds, of one payment or since a moment, as they are now. Raises ProviderUnavailable, ProviderRefused."""
    asked: Any = {"limit": PAGE_SIZE}
    if payment_intent is not None:
        asked["payment_intent"] = payment_intent
    if since is not None:
        asked["created"] = {"gte": int(since.timestamp())}
    with _asking_stripe():
        return [_refund(refund) for refund in _client().v1.refunds.list(asked).auto_paging_iter()]


def list_disputes(payment_intent: str) -> list[Dispute]:
    """All disputes of a payment, as they are now. Raises ProviderUnavailable, ProviderRefused."""
    with _asking_stripe():
        asked: Any = {"payment_intent": payment_intent, "limit": PAGE_SIZE}
        return [_dispute(dispute) for dispute in _client().v1.disputes.list(asked).auto_paging_iter()]


def retrieve_review(review_id: str) -> Review:
    """The review as it is now. Raises ProviderUnavailable, ProviderRefused."""
    with _asking_stripe():
        return _review(_client().v1.reviews.retrieve(review_id))


def list_missed_events(types: Iterable[str], *, since: datetime) -> list[Event]:
    """The events of these types that no webhook took, oldest first; Stripe keeps them for thirty days.

    Raises ProviderUnavailable, ProviderRefused. Source: docs.stripe.com/webhooks/process-undelivered-events
    """
    created = {"gte": int(since.timestamp())}
    asked: Any = {"types": list(types), "delivery_success": False, "created": created, "limit": PAGE_SIZE}
    with _asking_stripe():
        missed = [event.to_dict() for event in _client().v1.events.list(asked).auto_paging_iter()]
    events = [Event(id=e["id"], type=e["type"], subject=e["data"]["object"], payload=e) for e in missed]
    return events[::-1]


def read_event(payload: bytes, signature: str) -> Event:
    """Check the signature against each of our secrets and read the event.

    Raises UntrustedEvent when no secret fits, the signature is older than five minutes, or the body is not an event;
    WrongMode when the event belongs to the other mode.
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
        raise WrongMode("The event belongs to the other mode: live and test keys are mixed up.")
    return event


def dashboard_url(payment_intent: str) -> str:
    """The payment's page in Stripe's dashboard, where payments of test mode live apart."""
    return f"https://dashboard.stripe.com/{'' if _live() else 'test/'}payments/{payment_intent}"


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
        http_client=_Client(timeout=TIMEOUT_SECONDS),
        max_network_retries=NETWORK_RETRIES,
    )


class _Client(stripe.RequestsClient):
    """Tries again what fails at once more often than what is late."""

    def _should_retry(
        self, response: Any, api_connection_error: Any, num_retries: int, max_network_retries: int | None
    ) -> bool:
        came_too_late = isinstance(getattr(api_connection_error, "__cause__", None), requests.Timeout)
        if came_too_late and num_retries + 1 >= LATE_ANSWERS:
            return False
        return super()._should_retry(response, api_connection_error, num_retries, max_network_retries)


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
        payment_intent=_id(intent),
        intent_status=None if intent is None or isinstance(intent, str) else intent.status,
    )


def _payment(intent: Any) -> Payment:
    return Payment(
        id=intent.id,
        status=intent.status,
        amount_received=intent.amount_received,
        currency=intent.currency.upper(),
        reference=_metadata(intent, "attempt"),
        created=_moment(intent.created),
    )


def _refund(refund: Any) -> Refund:
    return Refund(
        id=refund.id,
        status=refund.status or "",
        amount=refund.amount,
        currency=refund.currency.upper(),
        payment_intent=_id(refund.payment_intent),
        failure=getattr(refund, "failure_reason", None) or "",
        reference=_metadata(refund, "refund"),
        created=_moment(refund.created),
    )


def _dispute(dispute: Any) -> Dispute:
    due_by = dispute.evidence_details.due_by
    return Dispute(
        id=dispute.id,
        status=dispute.status,
        reason=dispute.reason,
        amount=dispute.amount,
        currency=dispute.currency.upper(),
        due_by=_moment(due_by) if due_by else None,
        created=_moment(dispute.created),
    )


def _review(review: Any) -> Review:
    return Review(
        id=review.id,
        open=review.open,
        reason=review.reason,
        payment_intent=_id(review.payment_intent),
        created=_moment(review.created),
    )


def _id(reference: Any) -> str | None:
    """Of an object that Stripe gives as its id or, where we asked for it, whole."""
    return reference if reference is None or isinstance(reference, str) else reference.id


def _metadata(holder: Any, name: str) -> str | None:
    return holder.metadata[name] if holder.metadata and name in holder.metadata else None


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)


@contextmanager
def _asking_stripe() -> Iterator[None]:
    """Keeps nobody waiting meanwhile, and turns the SDK's errors into our two."""
    try:
        with outside():
            yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise ProviderUnavailable(str(error)) from error
    except stripe.StripeError as error:
        status = error.http_status or 500
        if status >= 500 or status == 409:
            raise ProviderUnavailable(str(error), stored=status >= 500) from error
        raise ProviderRefused(str(error), error.code) from error
