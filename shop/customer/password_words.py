"""Words that are near at hand in this shop, and so make no password."""

import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

WORDS = (
    "admin",
    "basket",
    "checkout",
    "dashboard",
    "gentleman",
    "grooming",
    "oscar",
    "password",
    "skincare",
    "stripe",
)
FEW = 4
"""Letters beside those words that are no secret, as in "Gentlemen2026!"."""


class ShopWordsValidator:
    """Refuses what is little more than the name of the shop and words like it. Source: OWASP ASVS 5.0.0, 6.2.11."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError."""
        ours = sorted({*WORDS, *re.findall(r"[a-z]{3,}", settings.OSCAR_SHOP_NAME.lower())}, key=len, reverse=True)
        letters = re.sub(r"[^a-z]", "", password.lower())
        left = re.sub("|".join(map(re.escape, ours)), "", letters)
        if len(letters) > len(left) and len(left) < FEW:
            raise ValidationError(_("Your password can’t be made of the name of this shop."), code="shop_words")

    def get_help_text(self) -> str:
        return _("Your password can’t be made of the name of this shop.")
