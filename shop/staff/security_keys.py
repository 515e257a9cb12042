"""Security keys: another way to show the second factor, beside the authenticator app, which everybody keeps.

A key signs a challenge together with the address of the page that asks, so that no copy of our pages gets an answer of
use. The package `webauthn` writes and reads what browsers and keys say. Source: W3C Web Authentication Level 3.
"""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    UserVerificationRequirement,
)

from shop.staff import audit, second_factor
from shop.staff.models import SecurityKey

CHALLENGE = "staff_key_challenge"
NO_PIN = UserVerificationRequirement.DISCOURAGED
"""The key shows that it is there. Who holds it has just given a password."""


def keys_of(user: Any) -> Any:
    return SecurityKey.objects.filter(user=user).order_by("pk")


def options_to_add(request: HttpRequest) -> str:
    """What the browser asks a key for that is new to the account, as JSON."""
    options = generate_registration_options(
        rp_id=_host(request),
        rp_name=settings.OSCAR_SHOP_NAME,
        user_id=str(request.user.pk).encode(),
        user_name=request.user.get_username(),
        authenticator_selection=AuthenticatorSelectionCriteria(user_verification=NO_PIN),
        exclude_credentials=_described(keys_of(request.user)),
    )
    return _remembered(request, options)


def add(request: HttpRequest, *, name: str, answer: str) -> bool:
    """Whether a key gave this answer, which from now on opens the door."""
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=_challenge(request),
            expected_rp_id=_host(request),
            expected_origin=_origin(request),
        )
    except (WebAuthnException, ValueError):
        return False
    key, is_new = SecurityKey.objects.get_or_create(
        credential=bytes_to_base64url(made.credential_id),
        defaults={
            "user": request.user,
            "name": name,
            "public_key": made.credential_public_key,
            "sign_count": made.sign_count,
        },
    )
    if is_new:
        audit.record(audit.What.KEY_ADDED, about=request.user, who=request.user.get_username(), name=key.name)
    return is_new


def options_to_show(request: HttpRequest) -> str:
    """What the browser asks the account's keys for, as JSON; nothing if there is none."""
    keys = keys_of(request.user).filter(confirmed=True)
    if not keys:
        return ""
    options = generate_authentication_options(
        rp_id=_host(request), allow_credentials=_described(keys), user_verification=NO_PIN
    )
    return _remembered(request, options)


@transaction.atomic
def verify(request: HttpRequest, answer: str) -> bool:
    """Whether a key of the account gave this answer, which it then opens this session for."""
    challenge = _challenge(request)
    try:
        credential = parse_authentication_credential_json(answer)
        key = SecurityKey.objects.select_for_update().get(user=request.user, confirmed=True, credential=credential.id)
        shown = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_host(request),
            expected_origin=_origin(request),
            credential_public_key=bytes(key.public_key),
            credential_current_sign_count=0,  # what went backwards is no mere mistake: see below
        )
    except (WebAuthnException, ValueError, SecurityKey.DoesNotExist):
        return False
    if max(shown.new_sign_count, key.sign_count) > 0 and shown.new_sign_count <= key.sign_count:
        _refuse_copy(request, key, shown.new_sign_count)
        return False
    key.sign_count, key.used_at = shown.new_sign_count, timezone.now()
    key.save(update_fields=["sign_count", "used_at"])
    second_factor.open_session(request, key)
    return True


def remove(key: SecurityKey) -> None:
    """The sessions that it opened are closed by it."""
    key.delete()
    audit.record(audit.What.KEY_REMOVED, about=key.user, who=key.user.get_username(), name=key.name)


def _refuse_copy(request: HttpRequest, key: SecurityKey, count: int) -> None:
    """A key counts its answers. One that is behind was copied, and nobody can tell which of the two this is."""
    key.confirmed = False
    key.save(update_fields=["confirmed"])
    counts = {"before": {"answers": key.sign_count}, "after": {"answers": count}}
    audit.record(audit.What.KEY_REFUSED, about=key.user, who=key.user.get_username(), name=key.name, **counts)


def _described(keys: Any) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.credential)) for key in keys]


def _remembered(request: HttpRequest, options: Any) -> str:
    request.session[CHALLENGE] = bytes_to_base64url(options.challenge)
    return options_to_json(options)


def _challenge(request: HttpRequest) -> bytes:
    """The last one that was given out; it is good for one answer."""
    return base64url_to_bytes(request.session.pop(CHALLENGE, ""))


def _host(request: HttpRequest) -> str:
    return request.get_host().partition(":")[0]


def _origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"
