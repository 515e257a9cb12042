"""Events: record what happened, sign it, send it to the shop's webhook."""

import hashlib
import hmac
import json
import time
from functools import partial
from typing import Any, NamedTuple

import requests
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from . import objects
from .models import Event, new_id

WEBHOOK_PATH = "/stripe/webhook/"
TIMEOUT = 10  # seconds


class Cause(NamedTuple):
    """The API request that made something happen."""

    request_id: str | None
    idempotency_key: str | None


NO_REQUEST = Cause(None, None)  # the shopper did it, or time


def record(
    type: str, body: dict[str, Any], *, cause: Cause = NO_REQUEST, previous: dict[str, Any] | None = None
) -> Event:
    """Keep the event `type` about the object `body`, and send it as soon as the transaction around it commits.

    Args:
        type: Stripe's name for it: https://docs.stripe.com/api/events/types
        body: the object as it is now.
        cause: what made it happen.
        previous: for an update, the values that its changed attributes had.
    """
    now = timezone.now()
    event = Event(id=new_id("evt_"), created_at=now, type=type)
    data = {"object": body} if previous is None else {"object": body, "previous_attributes": previous}
    event.payload = {
        "id": event.id,
        "object": "event",
        "api_version": objects.API_VERSION,
        "created": objects.seconds(now),
        "data": data,
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": cause.request_id, "idempotency_key": cause.idempotency_key},
        "type": type,
    }
    event.save(force_insert=True)
    transaction.on_commit(partial(send, event))
    return event


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
    with requests.Session() as http:
        http.trust_env = False  # a proxy named in the environment knows nothing of this machine's loopback
        try:
            response = http.post(
                settings.SITE_URL + WEBHOOK_PATH, data=payload, headers=headers, timeout=TIMEOUT, allow_redirects=False
            )
        except requests.RequestException as error:
            delivered, answer = False, type(error).__name__
        else:
            delivered, answer = response.ok and not response.is_redirect, f"{response.status_code} {response.reason}"
    changes = {"delivered_at": timezone.now()} if delivered else {}
    Event.objects.filter(pk=event.pk).update(attempts=F("attempts") + 1, answer=answer[:200], **changes)
    return delivered


def signature(payload: bytes, *, secret: str, timestamp: int) -> str:
    """The `Stripe-Signature` header for `payload`: https://docs.stripe.com/webhooks#verify-manually"""
    signed = f"{timestamp}.".encode() + payload
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"
