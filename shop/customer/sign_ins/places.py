"""The list of places. A session is written down when somebody signs in, and again while he uses it."""

import time
from contextlib import suppress
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from shop.customer.sign_ins.models import SignIn
from shop.throttle import network_of

NOTED_AS = "sign_in_noted_as"
"""A session changes its key with each step of signing in."""
NOTED_AT = "sign_in_noted_at"
WRITTEN_EVERY = 600
"""Seconds. Nothing is written for each page that is looked at."""

# The first whose word is in what a browser calls itself: most call themselves like others too.
BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "Mac OS": "Mac"}
SYSTEMS |= {"Linux": "Linux"}


@receiver(user_logged_in)
def begin(*, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    note(request, user)


def note_visit(request: HttpRequest) -> None:
    session = request.session
    is_moved = session.get(NOTED_AS) != session.session_key
    if is_moved or time.time() - session.get(NOTED_AT, 0) > WRITTEN_EVERY:
        note(request, request.user)


def note(request: HttpRequest, user: Any) -> None:
    """That he uses this session, and where."""
    if request.session.session_key is None:
        request.session.save()  # which gives it one
    key = str(request.session.session_key)
    # The account may be deleted in the same instant, and two tabs may write the same.
    with suppress(IntegrityError), transaction.atomic():
        SignIn.objects.update_or_create(
            session_key=request.session.get(NOTED_AS, key),
            defaults={
                "session_key": key,
                "user": user,
                "browser": _browser(request.headers.get("User-Agent", "")),
                "network": network_of(request),
                "seen_at": timezone.now(),
            },
        )
    request.session[NOTED_AS] = key
    request.session[NOTED_AT] = time.time()


def of(user: Any) -> list[SignIn]:
    """Where he is signed in now, the last seen first: a session from before a new password opens nothing."""
    noted = list(SignIn.objects.filter(user=user).order_by("-seen_at"))
    keys = [each.session_key for each in noted]
    there = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    began_with = {session.pk: session.get_decoded().get(HASH_SESSION_KEY, "") for session in there}
    valid = user.get_session_auth_hash()
    return [each for each in noted if constant_time_compare(began_with.get(each.session_key, ""), valid)]


@transaction.atomic
def end(sign_ins: list[SignIn]) -> None:
    Session.objects.filter(session_key__in=[each.session_key for each in sign_ins]).delete()
    SignIn.objects.filter(pk__in=[each.pk for each in sign_ins]).delete()


def forget_old() -> None:
    """Those whose session is gone."""
    SignIn.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


def _browser(agent: str) -> str:
    found = [next((name for word, name in known.items() if word in agent), "") for known in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, found)) or _("Unknown browser")
