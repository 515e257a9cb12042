"""Another email address for an account: asked for with the password, and taken once its mailbox has said yes.

Whoever finds an open session could otherwise move the account to a mailbox of his own, and from there choose a new
password (django-oscar, issue 4580). Nothing is stored between the two steps: the link holds what was asked for.
"""

from copy import copy
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from oscar.apps.customer.utils import get_password_reset_url
from oscar.core.loading import get_class

from shop.outbox.letters import post

LIFETIME = timedelta(days=1)
SALT = "shop.customer.email_change"

User = get_user_model()


class LinkIsClosed(Exception):
    """The link is none of ours, has grown old, or was for an account that has changed since."""


def ask(user: Any, address: str) -> None:
    """Write to the new address. To one that has an account already, that somebody asked, and that nothing happens.

    One letter an hour for each address, so that no mailbox can be filled from here.
    """
    hour = timezone.now().strftime("%Y-%m-%dT%H")
    key = f"{user.pk}:{hour}:{salted_hmac(SALT, address).hexdigest()[:16]}"
    if _is_taken(address, by_another_than=user):
        post(code="EMAIL_TAKEN", key=f"EMAIL_TAKEN:{key}", to=address)
    else:
        path = reverse("customer:email-change", args=[signing.dumps([user.pk, address, _account(user)], salt=SALT)])
        post(code="EMAIL_CONFIRMATION", key=f"EMAIL_CONFIRMATION:{key}", to=address, context={"path": path})


def asked_for(token: str, *, lock: bool = False) -> tuple[Any, str]:
    """The account of a link, locked if so asked, and the address that it is to have. Raises LinkIsClosed."""
    try:
        pk, address, account = signing.loads(token, salt=SALT, max_age=LIFETIME)
    except signing.BadSignature as error:
        raise LinkIsClosed from error
    users = User.objects.select_for_update() if lock else User.objects
    user = users.filter(pk=pk, is_active=True).first()
    if user is None or not constant_time_compare(account, _account(user)):
        raise LinkIsClosed
    return user, address


@transaction.atomic
def confirm(token: str) -> str:
    """Give the account its new address, tell the old one, and return the new one. Raises LinkIsClosed."""
    user, address = asked_for(token, lock=True)
    if _is_taken(address, by_another_than=user):
        raise LinkIsClosed
    old = copy(user)
    user.email = address
    user.save(update_fields=["email"])
    context = {"user": user, "reset_url": get_password_reset_url(user), "new_email": address}
    get_class("customer.utils", "CustomerDispatcher")().send_email_changed_email_for_user(old, context)
    return address


def _account(user: Any) -> str:
    """Another one as soon as the address or the password is: then no older link works any more."""
    return salted_hmac(SALT, f"{user.email}:{user.password}").hexdigest()[:32]


def _is_taken(address: str, *, by_another_than: Any) -> bool:
    return User.objects.filter(email__iexact=address).exclude(pk=by_another_than.pk).exists()
