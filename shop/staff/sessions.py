"""How long a session opens the pages of staff: half an hour after the last look, twelve hours after signing in.

Sources: OWASP ASVS 5.0, 7.3.1 and 7.3.2. They end on the shop's own pages too; a shopper's session is not touched.
"""

import time
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from shop.staff import password_again
from shop.staff.second_factor import works_here

SINCE = "staff_since"
SEEN = "staff_seen"
WRITTEN_EVERY = 60
"""Seconds. A session is not written for each page that is looked at."""


@receiver(user_logged_in)
def begin(*, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    if works_here(user):
        request.session[SINCE] = request.session[SEEN] = time.time()
        password_again.note(request)


def is_over(request: HttpRequest) -> bool:
    """Whether this session was idle, or is open, for too long. One that began before there was a limit begins now."""
    now = time.time()
    since, seen = request.session.get(SINCE, now), request.session.get(SEEN, now)
    idle, longest = settings.STAFF_SESSION_IDLE, settings.STAFF_SESSION_LONGEST
    return now - seen > idle.total_seconds() or now - since > longest.total_seconds()


def note_visit(request: HttpRequest) -> None:
    now = time.time()
    if now - request.session.get(SEEN, 0) > WRITTEN_EVERY:
        request.session.setdefault(SINCE, now)
        request.session[SEEN] = now
