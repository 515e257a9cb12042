"""What a password is asked for: more of those who work here. Source: PCI DSS 4.0.1, 8.3.5 to 8.3.7."""

import re
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import (
    MinimumLengthValidator,
    get_default_password_validators,
    password_validators_help_text_html,
)
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _

from shop.staff import audit
from shop.staff.models import PastPassword

LENGTH = 12
NOT_AGAIN = 4


class LengthValidator(MinimumLengthValidator):
    """As long as settings say; of who works here twelve signs with a letter and a digit, and none of the last four."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError."""
        if user is None or not user.is_staff:
            super().validate(password, user)
        elif not _is_strong(password):
            raise ValidationError(
                _("Whoever works here needs a password of at least 12 characters, with a letter and a digit."),
                code="staff_password_too_weak",
            )
        elif _was_used(password, user):
            raise ValidationError(_("You had this password before. Choose another one."), code="password_used_before")

    def password_changed(self, password: str, user: Any = None) -> None:
        """Django calls it once the account is stored. What somebody else set, or no form let through, is not noted."""
        if user is None or not user.is_staff or not _is_strong(password) or audit.actor() not in (None, user):
            return
        PastPassword.objects.create(user=user, password=user.password)
        past = PastPassword.objects.filter(user=user)
        past.exclude(pk__in=list(past.order_by("-pk").values_list("pk", flat=True)[:NOT_AGAIN])).delete()


def rules_for(user: Any) -> str:
    """What a form says beside the field in which this account gets a new password, as HTML; None: there is none."""
    if user is None or not user.is_staff:
        return password_validators_help_text_html()
    others = [check for check in get_default_password_validators() if not isinstance(check, LengthValidator)]
    ours = _(
        "Who works here needs at least 12 characters, with a letter and a digit, and none of the last four passwords."
    )
    return format_html("<p>{}</p>{}", ours, password_validators_help_text_html(others))


def is_due(user: Any) -> bool:
    """Whether who works here has a password that he did not choose by these rules: as a customer, or an owner's."""
    if not settings.STAFF_SECOND_FACTOR or not user.is_staff:
        return False
    chosen = PastPassword.objects.filter(user=user).order_by("-pk").values_list("password", flat=True).first()
    return chosen != user.password


def _is_strong(password: str) -> bool:
    return len(password) >= LENGTH and bool(re.search(r"[^\W\d_]", password)) and bool(re.search(r"\d", password))


def _was_used(password: str, user: Any) -> bool:
    past = PastPassword.objects.filter(user=user).values_list("password", flat=True) if user.pk else []
    return any(check_password(password, hashed) for hashed in {user.password, *past})
