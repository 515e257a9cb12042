"""The password once more, before money goes back, data leaves, or permissions or keys change: who sits there
now may not be who signed in. It holds for ten minutes, and so does a sign-in. Source: OWASP ASVS 5.0, 7.5.3.
"""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from shop.staff.second_factor import works_here

AT = "staff_password_at"
WAITS = "staff_form_that_waits"

ALWAYS = {
    "dashboard:order-refund",
    "admin:stripe_checkout_refund",
    "dashboard:voucher-set-download",
    "staff:add-key",
}
WHEN_POSTED = {
    *(f"admin:auth_user_{page}" for page in ("changelist", "add", "change", "delete")),
    "admin:auth_user_password_change",
    *(f"admin:auth_group_{page}" for page in ("changelist", "add", "change", "delete")),
    *("dashboard:partner-user-create", "dashboard:partner-user-link", "dashboard:partner-user-unlink"),
    *("staff:backup-codes", "staff:remove-key"),
}
WHEN: dict[str, Callable[[HttpRequest], bool]] = {
    "returns-desk:case": lambda request: request.POST.get("act") in ("approve", "refund"),
    "dashboard:order-list": lambda request: (
        request.GET.get("response_format") == "csv" or request.POST.get("action") == "download_selected_orders"
    ),
    "dashboard:reports-index": lambda request: "download" in request.GET,
}


class PasswordAgainMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        if not settings.STAFF_SECOND_FACTOR or not _is_sensitive(request):
            return None
        if not works_here(request.user) or is_fresh(request):
            return None
        if request.method == "POST":
            _keep(request)
        way_back = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('staff:password-again')}?{way_back}")


def is_fresh(request: HttpRequest) -> bool:
    return time.time() - request.session.get(AT, 0) < settings.STAFF_PASSWORD_HOLDS.total_seconds()


def note(request: HttpRequest) -> None:
    request.session[AT] = time.time()


def take_waiting(request: HttpRequest, path: str) -> list[tuple[str, str]]:
    """What was posted to this path and waits for the password, as names and values; it then waits no more."""
    waits = request.session.pop(WAITS, None)
    return [tuple(pair) for pair in waits["fields"]] if waits and waits["path"] == path else []


def _is_sensitive(request: HttpRequest) -> bool:
    name = request.resolver_match.view_name if request.resolver_match else ""
    if name in ALWAYS or (name in WHEN_POSTED and request.method == "POST"):
        return True
    return name in WHEN and WHEN[name](request)


def _keep(request: HttpRequest) -> None:
    """Nobody shall fill in a form twice. One that holds a new password is not kept: that lies nowhere."""
    request.session.pop(WAITS, None)
    if any("password" in name for name in request.POST):
        return
    pairs = [(name, value) for name, values in request.POST.lists() for value in values]
    fields = [pair for pair in pairs if pair[0] != "csrfmiddlewaretoken"]
    request.session[WAITS] = {"path": request.get_full_path(), "fields": fields}
