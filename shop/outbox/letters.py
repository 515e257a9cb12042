"""Write a letter. It goes out when the caller's transaction is committed, and not when it is rolled back."""

import logging
from collections.abc import Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from shop.background.queue import enqueue
from shop.outbox.models import Letter, LetterQuerySet
from shop.outbox.tasks import deliver
from shop.telemetry.context import about

logger = logging.getLogger(__name__)
User = get_user_model()


def post(*, code: str, key: str, order: Any = None, to: str = "", context: dict[str, Any] | None = None) -> Letter:
    """Write one letter and ask the worker to send it: two queries, both in the caller's transaction.

    `code` names its templates, `context` (JSON) goes to them beside `order` and `lines`; a `url` in it is a path of
    this site. Without `to` it goes to whoever placed the order. A key that was posted before changes nothing.
    """
    letter = Letter(code=code, key=key, order=order, to=to or order.email, context=context or {})
    if not letter.to:
        logger.error("Order %s: there is no address to send %s to", order.number, code, extra=about(order))
        letter.next_try_at, letter.last_error = None, "There is no address to send it to."
    write([letter])
    return letter


def post_to_staff(
    *,
    code: str,
    key: str,
    order: Any = None,
    context: dict[str, Any],
    perm: str = "stripe_checkout.view_paymentattempt",
) -> list[Letter]:
    """Write to everybody who works here and has this permission: without another one, those who may see payments."""
    staff = User.objects.with_perm(perm)
    letters = [
        Letter(code=code, key=f"{key}:{user.pk}", order=order, to=user.email, context=context)
        for user in staff.filter(is_staff=True).exclude(email="")
    ]
    if letters:
        write(letters)
    else:
        logger.error(
            "Order %s: nobody of the staff to send %s to",
            order.number if order else "–",
            code,
            extra=about(order),
        )
    return letters


@transaction.atomic(savepoint=False)
def write(letters: Sequence[Letter]) -> None:
    """Keep the letters whose keys are new, and ask the worker to send them."""
    Letter.objects.bulk_create(letters, ignore_conflicts=True)
    enqueue(deliver, keys=[letter.key for letter in letters])


@transaction.atomic
def send_now(letters: LetterQuerySet) -> int:
    """Have those that can be sent tried at once, and for three days again; returns how many that were."""
    keys = list(letters.sendable().values_list("key", flat=True))
    Letter.objects.sendable().filter(key__in=keys).update(tries=0, next_try_at=timezone.now())
    enqueue(deliver, keys=keys)
    return len(keys)
