"""Backup codes, for the day the phone is lost: ten that each open the door once, and are shown once.

The shop keeps of each only what it is recognized by. A code has 120 random bits, for which one keyed hash is enough,
where a password needs a slow one. Source: OWASP ASVS 5.0, 6.5.2. django-otp makes who guesses wait.
"""

from base64 import b32encode, urlsafe_b64encode
from secrets import token_bytes
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken

COUNT = 10


@transaction.atomic
def make(user: Any) -> list[str]:
    """Ten new codes, as they are shown, in place of those there were."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="Backup codes")
    codes = [b32encode(token_bytes(15)).decode().lower() for _each in range(COUNT)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=kept_of(code)) for code in codes)
    return ["-".join(code[start : start + 4] for start in range(0, len(code), 4)) for code in codes]


def left(user: Any) -> int:
    return StaticToken.objects.filter(device__user=user).count()


def kept_of(code: str) -> str:
    """What the database holds of a code without spaces and hyphens: 96 bits of its hash, which fill the column."""
    digest = salted_hmac("shop.staff.backup_codes", code, algorithm="sha256").digest()
    return urlsafe_b64encode(digest[:12]).decode()
