"""Where somebody who works here is signed in: he sees a session that is not his, and ends it.

Source: OWASP ASVS 5.0, 7.5.2. Customers have no such list: a new password ends all their sessions but this.
"""

from typing import Any

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from shop.staff import audit
from shop.staff.models import SignIn
from shop.throttle import network_of

NOTED_AS = "staff_session_noted_as"
"""A session changes its key with each step of signing in."""

# The first whose word is in what a browser calls itself: most call themselves like others too.
BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "Mac OS": "Mac"}
SYSTEMS |= {"Linux": "Linux"}


def note(request: HttpRequest, user: Any) -> None:
    """That he uses this session, and where."""
    if request.session.session_key is None:
        request.session.save()  # which gives it one
    key = request.session.session_key
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


def of(user: Any) -> list[SignIn]:
    """Where he is signed in now, the last seen first."""
    return [sign_in for sign_in in SignIn.objects.filter(user=user).order_by("-seen_at") if _is_alive(sign_in)]


def end(sign_ins: list[SignIn]) -> None:
    for sign_in in sign_ins:
        SessionStore(sign_in.session_key).delete()
        sign_in.delete()
        audit.record(audit.What.SESSION_ENDED, about=sign_in.user, who=sign_in.user.get_username(), name=str(sign_in))


def forget_old() -> None:
    """Those whose session is gone."""
    SignIn.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


def _is_alive(sign_in: SignIn) -> bool:
    """A session that has ended holds nothing, and one from before a new password opens nothing."""
    began_with = SessionStore(sign_in.session_key).load().get(HASH_SESSION_KEY, "")
    return constant_time_compare(began_with, sign_in.user.get_session_auth_hash())


def _browser(agent: str) -> str:
    found = [next((name for word, name in known.items() if word in agent), "") for known in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, found)) or _("Unknown browser")
