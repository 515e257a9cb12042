"""Whatever is sent to whichever address: no failure, no change that the sender may not make, nothing said back raw.

Each request finds the shop as it was furnished: what it changes is looked at and rolled back.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db.models import Q
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given, seed, settings

from tests.bad_requests.conftest import Attacked
from tests.bad_requests.requests import ELSEWHERE, STAFF, BadRequest, bad_requests
from tests.written import rolled_back

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:The default scheme:DeprecationWarning"),  # of Oscar's URL fields, in the admin
]

RAW = re.compile(r"""zq"'|'<zq""")
"""MARK where one of its signs was left as it is."""
RAW_MARKUP = re.compile("<zq")
"""The same in what staff may write as HTML: between tags, quotes are text."""

Rows = dict[Any, dict[str, Any]]
MODELS = [
    model for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy
]
TABLES = {model._meta.db_table: model for model in MODELS}

ADDED_BY_ANYBODY = {
    *("basket_basket", "basket_line", "basket_line_attribute", "basket_basket_vouchers", "django_session"),
    *("analytics_productrecord", "analytics_userproductview", "analytics_userrecord", "analytics_usersearch"),
    *("auth_user", "customer_productalert", "search_missedsearch", "staff_signin"),
    *("outbox_letter", "django_tasks_database_dbtaskresult"),  # what a form sends by mail
}
ADDED_BY_MEMBERS = {
    "address_useraddress",
    "reviews_productreview",
    "reviews_vote",
    "wishlists_line",
    "wishlists_wishlist",
}
"""Tables to which somebody adds what is his own."""

OWNER = {
    "address_useraddress": "user",
    "analytics_userrecord": "user",
    "auth_user": "pk",
    "basket_basket": "owner",
    "basket_line": "basket__owner",
    "staff_signin": "user",
    "wishlists_line": "wishlist__owner",
    "wishlists_wishlist": "owner",
}
"""Tables whose rows their owner changes and deletes, by the way to him."""

COUNTED = {
    "analytics_productrecord": {"num_views", "num_basket_additions"},
    "catalogue_product": {"date_updated", "rating"},
    "reviews_productreview": {"delta_votes", "total_votes"},
    "search_missedsearch": {"times", "last_on"},
    "voucher_voucher": {"num_basket_additions"},
}
"""Columns that say what visitors did, whoever they are."""


class Books:
    """The tables as they were furnished, each read when it was first written to."""

    def __init__(self) -> None:
        self.rows = {table: _rows(table) for table in TABLES}

    def differences(self, table: str) -> Iterator[tuple[str, str, set[str], dict[str, Any]]]:
        """Table, what happened to a row, in which columns, and the row as it was (or is, where it is new)."""
        now, before = _rows(table), self.rows[table]
        for key in before.keys() - now.keys():
            yield table, "deleted", set(), before[key]
        for key, row in now.items():
            if key not in before:
                yield table, "added", set(), row
            elif row != before[key]:
                yield table, "changed", {name for name in row if row[name] != before[key][name]}, before[key]


def _rows(table: str) -> Rows:
    return {row["pk"]: row for row in TABLES[table]._base_manager.values("pk", *_columns(table))}


def _columns(table: str) -> list[str]:
    return [field.attname for field in TABLES[table]._meta.concrete_fields]


def answer(client: Client, request: BadRequest) -> HttpResponse:
    """Raises what a view raised; cookies and session are as they were before, whatever came."""
    cookies = client.cookies.copy()
    try:
        return client.generic(
            request.method, request.address, request.body, request.content_type, **dict(request.headers)
        )
    finally:
        client.cookies = cookies


def faults(attacked: Attacked, books: Books, request: BadRequest) -> Iterator[str]:
    """What is wrong with how the shop took it."""
    cache.clear()
    with rolled_back() as written:
        response = answer(attacked.clients[request.who], request)
        if response.status_code >= 500:
            yield f"answered {response.status_code}"
        yield from _said_back(request, response)
        if request.who not in STAFF:
            for table in written & TABLES.keys():
                yield from (
                    f"{table}: {what} {sorted(columns)}"
                    for table, what, columns, row in books.differences(table)
                    if not _may(request, attacked.member, table, what, columns, row)
                )


def _said_back(request: BadRequest, response: HttpResponse) -> Iterator[str]:
    location = response.get("Location", "")
    if ELSEWHERE in urlsplit(location.replace("\\", "/")).netloc:
        yield f"leads to {location}"
    if response.streaming:
        response.close()
    if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
        return
    raw = RAW_MARKUP if request.who in STAFF else RAW
    if found := raw.search(text := response.content.decode(response.charset, "replace")):
        yield f"says back: {text[max(found.start() - 80, 0) : found.end() + 40]!r}"


def _may(request: BadRequest, member: int, table: str, what: str, columns: set[str], row: dict[str, Any]) -> bool:
    """Whether somebody without a right to anything but what is his own may make this difference."""
    if what == "added":
        return table in ADDED_BY_ANYBODY or (request.who == "member" and table in ADDED_BY_MEMBERS)
    if what == "changed" and columns <= COUNTED.get(table, set()):
        return True
    return request.who == "member" and _is_own(table, row, member)


def _is_own(table: str, row: dict[str, Any], member: int) -> bool:
    if table == "django_session":
        return True  # nobody is told the key of another one
    way = OWNER.get(table)
    return way is not None and TABLES[table]._base_manager.filter(Q(**{way: member}), pk=row["pk"]).exists()


def test_no_bad_request_does_harm(attacked, request, django_db_blocker):
    number = request.config.getoption("--bad-requests")
    books = Books()

    @seed(20261127)
    @settings(max_examples=number, deadline=None, database=None, suppress_health_check=[*HealthCheck])
    @given(bad_requests(attacked.site, [*attacked.clients]))
    def harmless(bad: BadRequest) -> None:
        assert [*faults(attacked, books, bad)] == []

    harmless()
