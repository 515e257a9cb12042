"""People who work here, signed in as the shop asks of them."""

import time

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

PASSWORD = "plain-care-2"


def make_staff(name: str = "sam", *, groups: tuple[str, ...] = (), **fields: object):
    """Somebody who works here, in these groups; an owner with is_superuser=True."""
    make = get_user_model().objects.create_user
    user = make(name, f"{name}@example.com", PASSWORD, **{"is_staff": True} | fields)
    user.set_password(PASSWORD)  # as whoever chooses one does: nobody chose what he was made with
    user.save()
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def phone_of(user) -> TOTPDevice:
    return TOTPDevice.objects.create(user=user, confirmed=True, name="Authenticator app")


def code_of(device: TOTPDevice) -> str:
    """What the app shows now."""
    return f"{totp(device.bin_key):06d}"


def signed_in(user, *, verified: bool = True) -> Client:
    """His browser after signing in, and after the second step if he is `verified`."""
    client = Client()
    client.force_login(user)
    if verified:
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = phone_of(user).persistent_id
        session.save()
    return client


def move_session(client: Client, **ago: float) -> None:
    """Let what the session notes have happened so many seconds ago."""
    session = client.session
    session.update({name: time.time() - seconds for name, seconds in ago.items()})
    session.save()
