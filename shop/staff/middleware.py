"""Who comes to a page of staff is asked for the second factor first, then for a password of his own, and signed out
when he was away for long.
"""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from shop.staff import passwords, second_factor, sessions

OPEN = ("admin:login", "admin:logout", "dashboard:login")
"""Where one signs in or out; all else under these roofs is closed."""


class StaffDoorMiddleware:
    """Stands behind django-otp's own, which knows whether a session has shown its second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_closed = request.path_info.startswith(tuple(settings.STAFF_PATHS))
        if not is_closed or not second_factor.works_here(request.user):
            return self.get_response(request)
        if sessions.is_over(request):
            logout(request)  # so that the page asks to sign in, and then comes back to where this was
            messages.info(request, _("You were signed out after a while, to keep the shop safe. Sign in again."))
            return self.get_response(request)
        sessions.note_visit(request)
        if _is_open(request):
            return self.get_response(request)
        if second_factor.is_missing(request.user):
            return second_factor.ask(request)
        if passwords.is_due(request.user):
            messages.info(
                request, _("Choose a new password first: yours was not chosen by the rules for who works here.")
            )
            return redirect("customer:change-password")
        return self.get_response(request)


def _is_open(request: HttpRequest) -> bool:
    return request.path_info in map(reverse, OPEN)
