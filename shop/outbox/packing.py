"""A Django mail as JSON, and back."""

from typing import Any

from django.core.mail import EmailMessage, EmailMultiAlternatives


def pack(mail: EmailMessage) -> dict[str, Any]:
    """All of a mail but its recipients. Raises ValueError for one with attachments, which the shop has no use for."""
    if mail.attachments:
        raise ValueError("The outbox keeps no attachments.")
    return {
        "subject": str(mail.subject),
        "body": str(mail.body),
        "content_subtype": mail.content_subtype,
        "from_email": mail.from_email,
        "reply_to": mail.reply_to,
        "headers": mail.extra_headers,
        "alternatives": [[str(content), mimetype] for content, mimetype in getattr(mail, "alternatives", [])],
    }


def unpack(message: dict[str, Any], *, to: str) -> EmailMultiAlternatives:
    fields = dict(message)
    content_subtype = fields.pop("content_subtype")
    mail = EmailMultiAlternatives(to=[to], **fields)
    mail.content_subtype = content_subtype
    return mail
