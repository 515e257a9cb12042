"""What a letter was about, for the download: its subject, without its text, which may hold a link that signs in."""

from types import SimpleNamespace
from typing import Any

from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string

TEMPLATE = "oscar/communication/emails/commtype_{code}_subject.txt"


def with_subject(letter: dict[str, Any]) -> dict[str, Any]:
    """The row of a letter with its subject: as it was sent, or as the template of its kind has it."""
    return letter | {"subject": letter["message"].get("subject") or _by_template(letter)}


def forget(message: dict[str, Any]) -> dict[str, str]:
    """What stays of a ready-made mail: that it had a subject, and not which."""
    return {"subject": ""} if message else {}


def _by_template(letter: dict[str, Any]) -> str:
    context = letter["context"] | {"order": SimpleNamespace(number=letter["number"])}
    try:
        return render_to_string(TEMPLATE.format(code=letter["code"].lower()), context).strip()
    except TemplateDoesNotExist:  # of a kind of letter that the shop no longer writes
        return ""
