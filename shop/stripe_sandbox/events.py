"""Events: record what happened, sign it, send it to the shop's webhook."""

import hashlib
import hmac
import json
import time
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import requests
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from shop.serving.turnstile import outside

from . import objects, temper
from .models import Event, Fault, new_id

WEBHOOK_PATH = "/stripe/webhook/"
TIMEOUT = 10  # seconds
# An event in somebody's hands is not taken up by others; if he dies, they wait no longer than this.
HELD_FOR = timedelta(minutes=1)
LONGEST_BACK_OFF = timedelta(hours=1)


class Cause(NamedTuple):
    """The API request that made something happen."""

    request_id: str | None
    idempotency_key: str | None


NO_REQUEST = Cause(None, None)  # the shopper did it, or time


class Fact(NamedTuple):
    """One thing that happened.

    `type` is Stripe's name for it (https://docs.stripe.com/api/events/types), `body` the object as it is now, and
    `previous`, for an update, the values that its changed attributes had.
    """

    type: str
    body: dict[str, Any]
    previous: dict[str, Any] | None = None


def record(*facts: Fact, cause: Cause = NO_REQUEST) -> None:
    """Keep the events about what happened at one moment, and send them when the transaction around it commits."""
    events = [_event(fact, cause=cause) for fact in facts]
    Event.objects.bulk_create(events)
    transaction.on_commit(partial(_send_off, events))


def send(event: Event) -> bool:
    """Post the event to the shop's webhook, once; whether the shop took it, with a status of 2xx.

    Never call it inside a transaction: the shop's webhook writes to the same database.
    """
    payload = json.dumps(event.payload).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": signature(payload, secret=settings.STRIPE_WEBHOOK_SECRETS[0], timestamp=int(time.time())),
        "User-Agent": "Stripe/1.0 (stand-in)",
    }
    with outside(), requests.Session() as http:  # in development, the shop that it calls is this process
        http.trust_env = False  # a proxy named in the environment knows nothing of this machine's loopback
        try:
            response = http.post(
                settings.SITE_URL + WEBHOOK_PATH, data=payload, headers=headers, timeout=TIMEOUT, allow_redirects=False
            )
        except requests.RequestException as error:
            delivered, answer = False, type(error).__name__
        else:
            delivered, answer = response.ok and not response.is_redirect, f"{response.status_code} {response.reason}"
    now = timezone.now()
    back_off = min(timedelta(seconds=2 ** min(event.attempts, 20)), LONGEST_BACK_OFF)
    changes = {"delivered_at": now, "due_at": None} if delivered else {"due_at": now + back_off}
    Event.objects.filter(pk=event.pk).update(attempts=F("attempts") + 1, answer=answer[:200], **changes)
    return delivered


def send_late(event: Event, *, age: timedelta) -> bool:
    """Post the event as one that happened `age` ago, signed now, as Stripe's last retries are."""
    event.created_at -= age
    event.payload["created"] = objects.seconds(event.created_at)
    event.save(update_fields=["created_at", "payload"])
    return send(event)


def deliver_due(*, now: datetime | None = None) -> int:
    """Send what was delayed and is due; how many of them the shop took. What has failed once is left alone."""
    return _deliver(Q(attempts=0), now or timezone.now())


def deliver_pending(*, now: datetime | None = None) -> int:
    """Send what was delayed and is due, and what failed and has waited long enough since: a second after the first
    attempt, then twice as long each time, up to an hour. How many of them the shop took.
    """
    return _deliver(Q(), now or timezone.now())


def signature(payload: bytes, *, secret: str, timestamp: int) -> str:
    """The `Stripe-Signature` header for `payload`: https://docs.stripe.com/webhooks#verify-manually"""
    signed = f"{timestamp}.".encode() + payload
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


def _event(fact: Fact, *, cause: Cause) -> Event:
    now = timezone.now()
    event = Event(id=new_id("evt_"), created_at=now, type=fact.type, due_at=now + HELD_FOR)
    data = {"object": fact.body}
    if fact.previous is not None:
        data["previous_attributes"] = fact.previous
    event.payload = {
        "id": event.id,
        "object": "event",
        "api_version": objects.API_VERSION,
        "created": objects.seconds(now),
        "data": data,
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": cause.request_id, "idempotency_key": cause.idempotency_key},
        "type": fact.type,
    }
    return event


def _send_off(events: list[Event]) -> None:
    """Send the events of one transaction, or do what goes wrong with them."""
    now = timezone.now()
    faults = {event.id: temper.faults_of_event(event) for event in events}
    for event in list(events):
        if Fault.Delivery.ANOTHER_ID in faults[event.id]:
            twin = _twin(event)
            faults[twin.id] = faults[event.id]
            events.append(twin)
    if any(Fault.Delivery.REORDERED in found for found in faults.values()):
        events.reverse()
    at_once = []
    for event in events:
        found = faults[event.id]
        event.copies = 2 if Fault.Delivery.DOUBLED in found else 1
        if Fault.Delivery.DROPPED in found:
            event.due_at = None
        elif Fault.Delivery.DELAYED in found:
            event.due_at = now + timedelta(seconds=found[Fault.Delivery.DELAYED].seconds)
        else:
            at_once.append(event)
        if found:
            event.save(update_fields=["due_at", "copies"])
    for event in at_once:
        _send_copies(event)


def _twin(event: Event) -> Event:
    """The same fact under another id."""
    twin = Event(id=new_id("evt_"), created_at=event.created_at, type=event.type, due_at=event.due_at)
    twin.payload = event.payload | {"id": twin.id}
    twin.save(force_insert=True)
    return twin


def _deliver(which: Q, now: datetime) -> int:
    waiting = Event.objects.filter(which, due_at__lte=now).order_by("due_at", "created_at", "pk")
    return sum(_send_copies(event) for event in waiting if _take(event))


def _take(event: Event) -> bool:
    """Take it in hands, unless somebody else has done so meanwhile."""
    untouched = Event.objects.filter(pk=event.pk, due_at=event.due_at)
    return bool(untouched.update(due_at=timezone.now() + HELD_FOR))


def _send_copies(event: Event) -> bool:
    """Send it as often as it is to arrive; whether the shop took it each time."""
    results = [send(event) for _copy in range(event.copies)]
    return all(results)
