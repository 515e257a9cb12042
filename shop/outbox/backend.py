"""Django's mail API with the outbox behind it: nobody who sends a mail waits for a mail server, or fails with it."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from shop.outbox.letters import write
from shop.outbox.models import Letter
from shop.outbox.packing import pack


class EmailBackend(BaseEmailBackend):
    """Writes a letter to each recipient of each mail; `code` says which of Oscar's letters it is, if it is one."""

    def __init__(self, *, code: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.code = code

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        write(
            [
                Letter(key=uuid4().hex, code=self.code, to=recipient, message=pack(mail))
                for mail in email_messages
                for recipient in mail.recipients()
            ]
        )
        return len(email_messages)
