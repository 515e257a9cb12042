"""What a visitor meets at a door, and what is wrong with that."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from django.contrib.admin import AdminSite
from django.http import HttpResponse
from django.template.base import NodeList
from django.test import Client
from django.utils.safestring import SafeString

from tests.authorisation.filled_forms import filled_forms
from tests.authorisation.matrix import CUSTOMER_B, OWNERS, Door, row_of
from tests.authorisation.things import Things
from tests.written import rolled_back

SIGN_IN = ("/accounts/login/", "/admin/login/", "/dashboard/login/")
TREES = ("/admin/", "/dashboard/")
WRITTEN_BY_THE_WAY = {"django_session", "staff_signin"}


@dataclass(frozen=True)
class House:
    """The shop with one of each thing. `browsers` are those of all who knock, by the names that matrix.py gives them;
    `forms` are those that were filled in before.
    """

    browsers: dict[str, Client]
    things: Things
    forms: dict[Door, dict[str, Any]]

    def form(self, door: Door) -> dict[str, Any]:
        """What somebody who may would send from there: what the page shows him, and that he means it."""
        if door not in self.forms:
            shown_to = next((who for who in (OWNERS, CUSTOMER_B) if who in row_of(door).opens_to), None)
            path = door.path(self.things.tried(door).known)
            self.forms[door] = filled_forms(knock(self.browsers[shown_to], path).page) if shown_to else {}
        return {"post": "yes"} | self.forms[door]


class Found(Enum):
    OPEN, CLOSED, MISSING, NO_FORM = range(4)


@dataclass(frozen=True)
class Met:
    """What came of a visit; `written` are the tables that it would have changed, had it not been taken back."""

    found: Found
    status: int
    written: set[str]
    page: HttpResponse


def faults(door: Door, who: str, house: House) -> Iterator[str]:
    """What is wrong with how this door meets this visitor; nothing if he finds what its row says."""
    row, real = row_of(door), house.things.tried(door).known
    may, browser = who in row.opens_to, house.browsers[who]
    if may or not (row.takes_forms_only or door.is_history):
        met = knock(browser, door.path({}))
        yield from (f"GET, made up: {wrong}" for wrong in _wrong(met, door, may=may))
    if real and (may or not row.takes_forms_only):
        met = knock(browser, door.path(real))
        yield from (f"GET: {wrong}" for wrong in _wrong(met, door, may=may))
        if may and met.found is Found.MISSING:
            yield "GET: shows nothing"
    if not may:
        for form in ({}, house.form(door)):
            met = knock(browser, door.path(real), form)
            yield from (f"POST of {sorted(form)}: {wrong}" for wrong in _wrong(met, door, may=False))


def knock(browser: Client, path: str, form: dict[str, Any] | None = None) -> Met:
    """Look, or send a form. The shop and the browser stay as they were, whatever came."""
    cookies = browser.cookies.copy()
    with rolled_back() as written, unpainted():
        page = browser.get(path) if form is None else browser.post(path, form)
    browser.cookies = cookies
    return Met(_found(page), page.status_code, written - WRITTEN_BY_THE_WAY, page)


@contextmanager
def unpainted() -> Iterator[None]:
    """Whether a door opens is known before its page is painted, and before the admin lists all that it has."""
    with (
        patch.object(NodeList, "render", lambda nodes, context: SafeString("")),
        patch.object(AdminSite, "each_context", lambda site, request: {}),
    ):
        yield


def _wrong(met: Met, door: Door, *, may: bool) -> Iterator[str]:
    if met.status >= 500:
        yield f"fails with {met.status}"
    elif may and met.found is Found.CLOSED:
        yield "is closed"
    elif not may and met.found is Found.OPEN:
        yield f"opens with {met.status}"
    elif not may and met.found is Found.MISSING and door.route.startswith(TREES):
        yield "tells what there is before it asks who wants to know"
    if not may and met.written:
        yield f"writes to {sorted(met.written)}"


def _found(page: HttpResponse) -> Found:
    if page.status_code in (404, 410):
        return Found.MISSING
    if page.status_code == 405:
        return Found.NO_FORM
    is_led_away = urlsplit(page.headers.get("Location", "")).path in SIGN_IN
    return Found.CLOSED if page.status_code == 403 or is_led_away else Found.OPEN
