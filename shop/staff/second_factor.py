"""The second factor of those who work here: an authenticator app, and backup codes for the day it is lost.

django-otp keeps the devices, takes each code once, and makes who guesses wait longer after each wrong one. Its rules
are RFC 6238's: six digits, thirty seconds.
"""

from base64 import b32encode
from typing import Any

import qrcode
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django_otp import devices_for_user, login
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from qrcode.image.svg import SvgPathFillImage

from shop.customer.sign_ins import places
from shop.staff import audit, backup_codes
from shop.staff.models import SecurityKey


def works_here(user: Any) -> bool:
    """Whether any page of staff may open to this account: those of partners are let into the dashboard by Oscar."""
    return user.is_authenticated and (user.is_staff or user.has_perm("partner.dashboard_access"))


def is_missing(user: Any) -> bool:
    """Whether what only staff may see stays shut to this account, as a request has it, until it is shown."""
    return settings.STAFF_SECOND_FACTOR and not user.is_verified()


def shows_staff(user: Any) -> bool:
    """Whether this account, as a request has it, sees on the shop's own pages what only staff may see."""
    return user.is_staff and not is_missing(user)


def ask(request: HttpRequest) -> HttpResponse:
    """Lead to where it is shown, and then back to here."""
    return redirect(f"{reverse('staff:second-factor')}?{urlencode({'next': request.get_full_path()})}")


def is_set_up(user: Any) -> bool:
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def pending_device(user: Any) -> TOTPDevice:
    """The device that is being set up. It counts for nothing until a code of it was typed in."""
    device = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    return device or TOTPDevice.objects.create(user=user, confirmed=False, name="Authenticator app")


def qr_code(device: TOTPDevice) -> bytes:
    """What an authenticator app scans, as an SVG."""
    return qrcode.make(device.config_url, image_factory=SvgPathFillImage).to_string()


def key_to_type(device: TOTPDevice) -> str:
    """The same for whom has no camera at hand, in groups of four signs."""
    key = b32encode(device.bin_key).decode()
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


@transaction.atomic
def verify(request: HttpRequest, code: str) -> bool:
    """Whether the code is one of the account's, which it then opens this session for. A backup code is gone after."""
    for device in devices_for_user(request.user, for_verify=True):
        if device.verify_token(backup_codes.kept_of(code) if isinstance(device, StaticDevice) else code):
            open_session(request, device)
            return True
    return False


@transaction.atomic
def confirm(request: HttpRequest, device: TOTPDevice, code: str) -> list[str] | None:
    """The first backup codes, if the code comes from the device that is being set up; else None."""
    if not device.verify_token(code):
        return None
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    open_session(request, device)
    audit.record(audit.What.SECOND_FACTOR_SET_UP, about=request.user, who=request.user.get_username())
    return backup_codes.make(request.user)


@transaction.atomic
def reset(user: Any) -> None:
    """Forget app, codes and keys, and so close every session that they opened. The next visit leads to a new setup."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    SecurityKey.objects.filter(user=user).delete()
    audit.record(audit.What.SECOND_FACTOR_RESET, about=user)


def open_session(request: HttpRequest, device: Any) -> None:
    login(request, device)
    request.session.cycle_key()
    places.note(request, request.user)
