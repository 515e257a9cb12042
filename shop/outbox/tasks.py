"""Send what waits."""

import logging
from collections.abc import Iterable
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django_tasks import task
from oscar.apps.communication.utils import Dispatcher  # Oscar's own: the shop's writes letters instead of sending them
from oscar.core.loading import get_model

from shop.outbox.models import MOST_TRIES, Letter
from shop.outbox.packing import unpack
from shop.telemetry.context import about

logger = logging.getLogger(__name__)
CommunicationEventType = get_model("communication", "CommunicationEventType")

AFTER_MONEY = -10
"""The worker takes what is of a higher priority first."""
LONGEST = 30
"""Seconds after which other work has its turn, should the mail server be slow or gone. The rest waits a minute."""


@task(priority=AFTER_MONEY)
def deliver_waiting() -> None:
    """Send all letters that are due, the longest due first."""
    _deliver(Letter.objects.due().order_by("next_try_at").values_list("key", flat=True))


@task(priority=AFTER_MONEY)
def deliver(keys: list[str]) -> None:
    """Send those of these letters that are due."""
    _deliver(keys)


def _deliver(keys: Iterable[str]) -> None:
    until = monotonic() + LONGEST
    for key in keys:
        if monotonic() > until:
            break
        letter = Letter.objects.claim(key)
        if letter is not None:
            _send(letter)


def _send(letter: Letter) -> None:
    """Hand the letter to the mail server, and note how that went.

    The note follows the server's OK at once. A worker killed between the two leaves a letter that goes out again when
    its claim ends: at least once is what mail can promise, and the order of the two steps cannot change that.
    """
    try:
        with get_connection(settings.OUTBOX_BACKEND) as connection:
            messages = _hand_over(letter, connection)
            letter.note_sent()
    except Exception as error:
        letter.note_failure(error)
        level = logging.WARNING if letter.tries < MOST_TRIES else logging.ERROR
        said = "%s was not sent (try %d of %d)"
        logger.log(level, said, letter, letter.tries, MOST_TRIES, exc_info=True, extra=about(letter.order))
        return
    if letter.order and not letter.to_staff:
        _leave_word(letter.order, letter.code, messages)


def _hand_over(letter: Letter, connection: BaseEmailBackend) -> dict[str, Any]:
    """Give the letter to the mail server; returns its parts as Oscar names them, nothing for a ready-made mail."""
    if letter.message:
        connection.send_messages([unpack(letter.message, to=letter.to)])
        return {}
    dispatcher = Dispatcher(mail_connection=connection)
    lines = letter.order.lines.all() if letter.order else []
    messages = dispatcher.get_messages(letter.code, letter.context | {"order": letter.order, "lines": lines})
    if dispatcher.dispatch_direct_messages(letter.to, messages) is None:
        raise LookupError(f"There is no template of a subject and a text for {letter.code}.")
    return messages


def _leave_word(order: Any, code: str, messages: dict[str, Any]) -> None:
    """Oscar's records of what a shopper was sent: on the order, and in the account."""
    event_type, _created = CommunicationEventType.objects.get_or_create(
        code=code, defaults={"name": code.replace("_", " ").capitalize()}
    )
    order.communication_events.create(event_type=event_type)
    if order.user:
        Dispatcher().create_email(order.user, messages, EmailMessage(messages["subject"], messages["body"]))
