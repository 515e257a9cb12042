"""Oscar's models of letters, under our app; those that staff write are rendered in the sandbox."""

from typing import Any

from django.conf import settings
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template
from oscar.apps.communication.abstract_models import AbstractCommunicationEventType

from shop.communication import sandbox


class CommunicationEventType(AbstractCommunicationEventType):
    """A letter, by its code. What is not written in the database comes from the files of that code."""

    PARTS = {"subject": "email_subject_template", "body": "email_body_template", "html": "email_body_html_template"}

    def get_messages(self, ctx: dict[str, Any] | None = None) -> dict[str, str]:
        """Its `subject` (one line), `body` and `html`; a part of which there is no template is empty."""
        context = (ctx or {}) | {"static_base_url": getattr(settings, "OSCAR_STATIC_BASE_URL", None)}
        messages = {part: self._part(part, field, context) for part, field in self.PARTS.items()}
        return messages | {"subject": " ".join(messages["subject"].split()), "sms": ""}

    def _part(self, part: str, field: str, context: dict[str, Any]) -> str:
        written = getattr(self, field)
        if written is not None:
            return sandbox.render(written, context, autoescape=part == "html")
        try:
            return get_template(getattr(self, f"{field}_file") % self.code.lower()).render(context)
        except TemplateDoesNotExist:
            return ""


from oscar.apps.communication.models import *  # noqa: E402, F403  (the others are Oscar's)
