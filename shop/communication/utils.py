"""How Oscar's own letters leave. Oscar looks for Dispatcher by this module's name."""

from typing import Any

from oscar.apps.communication import utils

from shop.outbox.backend import EmailBackend

SECRET = {"PASSWORD_RESET"}
"""Letters with a link that signs somebody in."""


class Dispatcher(utils.Dispatcher):
    """Oscar's, into the outbox, where each letter is known by its code."""

    def get_messages(self, event_code: str, extra_context: dict[str, Any] | None = None) -> dict[str, Any]:
        return super().get_messages(event_code, extra_context) | {"code": event_code}

    def send_email_messages(
        self, recipient_email: str, messages: dict[str, Any], from_email: str | None = None, attachments: Any = None
    ) -> Any:
        self.mail_connection = EmailBackend(code=messages.get("code", ""))
        return super().send_email_messages(recipient_email, messages, from_email, attachments)

    def create_email(self, user: Any, messages: dict[str, Any], email: Any) -> Any:
        """Keep the letter in the account, unless whoever sees it there could sign in elsewhere."""
        return None if messages["code"] in SECRET else super().create_email(user, messages, email)
