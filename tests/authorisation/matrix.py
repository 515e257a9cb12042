"""Which door opens to whom: the URL map, and matrix.txt."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from uuid import UUID

from django.urls import URLPattern, get_resolver

from blog.groups import PUBLISHERS, WRITERS
from shop.staff.groups import FINANCE, OWNERS, SUPPORT, WAREHOUSE
from tests.bad_requests.site import filled_in, parameters

FORMS_ONLY = "forms"
NO_GROUP = "No group"
GROUPS = (WRITERS, PUBLISHERS, SUPPORT, WAREHOUSE, FINANCE, OWNERS)
STAFF = {NO_GROUP, *GROUPS}
ANONYMOUS, CUSTOMER, CUSTOMER_B = "Anonymous", "Customer", "Customer B"
MEMBERS = {CUSTOMER, CUSTOMER_B, *STAFF}
EVERYBODY = {ANONYMOUS, *MEMBERS}

WORDS: dict[str, set[str]] = {"everybody": EVERYBODY, "members": MEMBERS, "strangers": {ANONYMOUS}, "staff": STAFF}
WORDS |= {"own": {CUSTOMER_B}, "link": set(), "nobody": set(), FORMS_ONLY: set()}
WORDS |= {group: {group, OWNERS} for group in GROUPS}


@dataclass(frozen=True)
class Row:
    """A line of matrix.txt: names of URLs, and whom they open to."""

    names: str
    opens_to: frozenset[str]
    takes_forms_only: bool


@dataclass(frozen=True)
class Door:
    """A URL of the map. `name` is the one that `reverse` takes; what has none goes by its route."""

    name: str
    route: str

    @property
    def parameters(self) -> list[str]:
        return parameters(self.route)

    def path(self, values: dict[str, str]) -> str:
        """Its address, with what made-up URLs hold where `values` has nothing."""
        made_up = {name: _made_up(self.route, name) for name in self.parameters}
        return filled_in(self.route, made_up | values).replace("\\", "")

    @property
    def is_history(self) -> bool:
        """One of Django's admin, which looks for the thing before it asks who wants to know."""
        return self.name.endswith("_history")

    def goes_by(self, names: str) -> bool:
        return fnmatchcase(self.name, names) or fnmatchcase(self.route, names)


@cache
def row_of(door: Door) -> Row | None:
    """The first row that names it: what is special stands above what is general. A history is as open as its page."""
    page = replace(door, name=door.name.replace("_history", "_change"))
    return next((row for row in ROWS if page.goes_by(row.names)), None)


def lines(name: str) -> list[str]:
    """Of a file beside this one, without its comments."""
    text = (Path(__file__).parent / name).read_text()
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def doors() -> list[Door]:
    """All but those of the stand-in for Stripe, which production does not have."""
    return [door for door in _doors(get_resolver().url_patterns) if not door.route.startswith("/stripe-sandbox/")]


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


ROWS = [
    Row(names, frozenset().union(*(WORDS[word] for word in words)), FORMS_ONLY in words)
    for names, *words in (line.split() for line in lines("matrix.txt"))
]
