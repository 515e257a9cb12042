"""A new account: asked for with an email address, made once its mailbox has said yes and a password is chosen.

The page says the same whether or not the address has an account, and it is the worker who looks: only the mailbox
hears. Nothing is stored between the two steps: the link holds what was asked for.
"""

from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_tasks import task

from shop.customer.email_change import LinkIsClosed
from shop.outbox.letters import post

LIFETIME = timedelta(days=1)
SALT = "shop.customer.registration"

User = get_user_model()


@task()
def answer(email: str, way_on: str) -> None:
    """Write to whoever asked for an account: how to open it, or that there is one. `way_on` is a path of ours.

    One letter an hour for each address, so that no mailbox can be filled from here.
    """
    key = f"{_fingerprint(email)}:{timezone.now():%Y-%m-%dT%H}"
    if _has_account(email):
        post(code="REGISTRATION_KNOWN", key=f"REGISTRATION_KNOWN:{key}", to=email)
    else:
        path = reverse("customer:register-finish", args=[signing.dumps([email, way_on], salt=SALT)])
        post(code="REGISTRATION_LINK", key=f"REGISTRATION_LINK:{key}", to=email, context={"path": path})


def asked_for(token: str) -> tuple[str, str]:
    """The address of a link, and the path that leads on. Raises LinkIsClosed."""
    try:
        email, way_on = signing.loads(token, salt=SALT, max_age=LIFETIME)
    except signing.BadSignature as error:
        raise LinkIsClosed from error
    if _has_account(email):
        raise LinkIsClosed
    return email, way_on


def make_account(email: str, password: str) -> Any:
    """Make the account, once: the same link opened twice at the same moment raises LinkIsClosed for the second."""
    try:
        with transaction.atomic():
            return User.objects.create_user(_fingerprint(email), email, password)
    except IntegrityError as error:
        raise LinkIsClosed from error


def _has_account(email: str) -> bool:
    return User.objects.filter(email__iexact=email).exists()


def _fingerprint(email: str) -> str:
    """The same for the same address; as the name of the account, which is never shown, it is unique."""
    return salted_hmac(SALT, email.casefold()).hexdigest()[:30]
