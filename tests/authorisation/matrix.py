"""Which door opens to whom: reads matrix.txt, and knocks at every address of the URL map."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver

from blog.groups import PUBLISHERS, WRITERS
from shop.staff.groups import FINANCE, OWNERS, SUPPORT, WAREHOUSE
from tests.bad_requests.site import filled_in, parameters

NO_GROUP = "No group"
GROUPS = (WRITERS, PUBLISHERS, SUPPORT, WAREHOUSE, FINANCE, OWNERS)
STAFF = {NO_GROUP, *GROUPS}
ANONYMOUS, CUSTOMER = "Anonymous", "Customer"
MEMBERS = {CUSTOMER, *STAFF}
EVERYBODY = {ANONYMOUS, *MEMBERS}

SIGN_IN = ("/accounts/login/", "/admin/login/", "/dashboard/login/")
TREES = ("/admin/", "/dashboard/")
WORDS: dict[str, set[str]] = {"everybody": EVERYBODY, "members": MEMBERS, "strangers": {ANONYMOUS}, "staff": STAFF}
WORDS |= {"own": set(), "link": set(), "nobody": set(), "untried": STAFF}
WORDS |= {group: {group, OWNERS} for group in GROUPS}


@dataclass(frozen=True)
class Row:
    """A line of matrix.txt: names of URLs, and the words that say whom they open to."""

    names: str
    opens_to: frozenset[str]
    is_tried: bool = True


@dataclass(frozen=True)
class Door:
    """A URL of the map. `name` is the one that `reverse` takes; what has none goes by its route."""

    name: str
    route: str

    def path(self, values: dict[str, str]) -> str:
        """Its address, with what made-up URLs hold where `values` has nothing."""
        made_up = {name: _made_up(self.route, name) for name in parameters(self.route)}
        return filled_in(self.route, made_up | values).replace("\\", "")


class Found(Enum):
    OPEN, MISSING, CLOSED = range(3)


def row_of(door: Door) -> Row | None:
    """The first row that names it: what is special stands above what is general."""
    return next((row for row in ROWS if fnmatchcase(door.name, row.names)), None)


def _rows() -> list[Row]:
    lines = (Path(__file__).parent / "matrix.txt").read_text().splitlines()
    cells = [line.split() for line in lines if line and not line.startswith("#")]
    return [
        Row(names, frozenset().union(*(WORDS[word] for word in words)), is_tried="untried" not in words)
        for names, *words in cells
    ]


def doors() -> list[Door]:
    """All but those of the stand-in for Stripe, which production does not have."""
    return [door for door in _doors(get_resolver().url_patterns) if not door.route.startswith("/stripe-sandbox/")]


def fault(row: Row, who: str, client: Client, path: str) -> str:
    """What is wrong with how this door meets this visitor; nothing if he finds what the row says."""
    if who in STAFF and not row.is_tried:
        return ""
    found = knock(client, path)
    if who in row.opens_to:
        return "is closed" if found is Found.CLOSED else ""
    if found is Found.OPEN:
        return "opens"
    asks_late = found is Found.MISSING and path.startswith(TREES)
    return "tells what there is before it asks who wants to know" if asks_late else ""


def knock(client: Client, path: str) -> Found:
    """What this browser meets there. Nothing stays as the visit changed it."""
    visitor = Client(raise_request_exception=False)
    visitor.cookies.update(client.cookies)
    with transaction.atomic():
        answer = visitor.get(path)
        transaction.set_rollback(True)
    if answer.status_code in (404, 410):
        return Found.MISSING
    is_led_away = urlsplit(answer.headers.get("Location", "")).path in SIGN_IN
    return Found.CLOSED if answer.status_code == 403 or is_led_away else Found.OPEN


def _doors(patterns: list, before: str = "", namespace: str = "") -> Iterator[Door]:
    for pattern in patterns:
        route = before + re.sub(r"^\^|\$$|\\Z$", "", str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield Door(namespace + pattern.name if pattern.name else f"/{route}", f"/{route}")
        else:
            inside = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _doors(pattern.url_patterns, route, inside)


def _made_up(route: str, name: str) -> str:
    if f"<uuid:{name}>" in route:
        return str(UUID(int=1))
    choices = re.search(rf"\(\?P<{name}>\(?([\w|]+)", route)
    return choices[1].split("|")[0] if choices and "|" in choices[1] else "2026" if name == "year" else "1"


ROWS = _rows()
