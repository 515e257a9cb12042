"""Doing a request once: https://docs.stripe.com/api/idempotent_requests"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from .errors import ApiError
from .models import IdempotentRequest

KEPT_FOR = timedelta(hours=24)
# A request that has run this long has died with its process; its key may be used again.
RUNS_AT_MOST = timedelta(minutes=1)


class Answer(NamedTuple):
    """What the API answers; `replayed` when it is the stored answer to an earlier request."""

    status: int
    body: dict[str, Any]
    replayed: bool = False


def fingerprint(*, method: str, path: str, parameters: dict[str, Any]) -> str:
    """A digest that two requests share exactly when they ask for the same thing."""
    asked = json.dumps([method, path, parameters], sort_keys=True)
    return hashlib.sha256(asked.encode()).hexdigest()


def once(*, key: str, fingerprint: str, work: Callable[[], Answer]) -> Answer:
    """What `work` answers, doing it at most once for a `key`, and committing it together with the stored answer.

    Raises:
        ApiError: the key belongs to another request, or to one still in flight.
        Exception: whatever `work` raises; nothing is kept then, and the key is free again.
    """
    claim, is_ours = _claim(key, fingerprint)
    if not is_ours:
        return _replay(claim, fingerprint)
    try:
        with transaction.atomic():
            answer = work()
            IdempotentRequest.objects.filter(pk=key).update(status=answer.status, body=answer.body)
    except BaseException:
        IdempotentRequest.objects.filter(pk=key, status=None).delete()
        raise
    return answer


def _claim(key: str, fingerprint: str) -> tuple[IdempotentRequest, bool]:
    now = timezone.now()
    IdempotentRequest.objects.filter(pk=key, started_at__lte=now - KEPT_FOR).delete()
    IdempotentRequest.objects.filter(pk=key, status=None, started_at__lte=now - RUNS_AT_MOST).delete()
    return IdempotentRequest.objects.get_or_create(key=key, defaults={"fingerprint": fingerprint, "started_at": now})


def _replay(claim: IdempotentRequest, fingerprint: str) -> Answer:
    if claim.fingerprint != fingerprint:
        raise ApiError(
            "Keys for idempotent requests can only be used with the same parameters they were first used with. Try "
            f"using a key other than '{claim.key}' if you meant to execute a different request.",
            type="idempotency_error",
        )
    if claim.status is None:
        raise ApiError(
            "There is currently another in-progress request using this Idempotent Key (that probably means you "
            f"submitted twice, and the other request is still going through): {claim.key}. Please try again later.",
            code="idempotency_key_in_use",
            status=409,
        )
    return Answer(claim.status, claim.body, replayed=True)
