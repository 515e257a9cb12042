"""Who comes to a page of staff is asked for the second factor first, then for a password of his own, and signed out
when he was away for long.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from shop.staff import passwords, second_factor, sessions

OPEN = ("admin:login", "admin:logout", "dashboard:login")
"""Where one signs in or out; all else under these roofs is closed."""


class StaffDoorMiddleware:
    """Stands behind django-otp's own, which knows whether a session has shown its second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(tuple(settings.STAFF_PATHS)):
            request.user = SimpleLazyObject(partial(_unless_over, request, request.user))
            return self.get_response(request)
        if not second_factor.works_here(request.user):
            return self.get_response(request)
        if sessions.is_over(request):
            _sign_out(request)  # so that the page asks to sign in, and then comes back to where this was
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


def _unless_over(request: HttpRequest, user: Any) -> Any:
    """On the shop's own pages too, where staff see drafts: who is there, as far as a page asks for it."""
    if sessions.is_over(request) and second_factor.works_here(user):
        request.user = user
        _sign_out(request)
        return request.user
    return user


def _sign_out(request: HttpRequest) -> None:
    logout(request)
    messages.info(request, _("You were signed out after a while, to keep the shop safe. Sign in again."))


def _is_open(request: HttpRequest) -> bool:
    return request.path_info in map(reverse, OPEN)
