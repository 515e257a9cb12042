"""What the shop can be asked: every route of the URL map, and every form and parameter found on its pages."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import parse_qsl, urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from django.conf import settings
from django.test import Client
from django.urls import Resolver404, URLPattern, get_resolver, resolve

PAGES_OF_A_ROUTE = 2
"""How many pages of one route are read for forms and links; the others look alike."""

STAND_IN = "/stripe-sandbox/"
"""Stripe's, of development: production does not have it."""

FIELDS = ("input", "textarea", "select", "button")
TOKEN = "csrfmiddlewaretoken"
"""Django's test client is not asked for it, as no browser is."""

PARAMETER = re.compile(r"\(\?P<(?P<group>\w+)>(?:[^()]|\([^()]*\))*\)|<(?:\w+:)?(?P<name>\w+)>")
LINK = re.compile(r'<a [^>]*?href="(/[^"#]*)')


@dataclass(frozen=True)
class Form:
    """A form as its page sends it: the address, the method, and the fields with the values that they begin with."""

    address: str
    method: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()

    @property
    def is_for_staff(self) -> bool:
        return self.address.startswith(tuple(settings.STAFF_PATHS))


@dataclass
class Site:
    """All that was found. `values` are those that the URLs of real pages have, by the name of the parameter."""

    routes: list[str]
    staff_routes: list[str]
    forms: set[Form] = field(default_factory=set)
    queries: set[str] = field(default_factory=set)
    values: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def explore(doors: Iterable[tuple[Client, list[str]]]) -> Site:
    """Read the site by its links, as each of these clients, who begins at these paths."""
    routes = dict.fromkeys(_routes(get_resolver().url_patterns))
    staffs = tuple(settings.STAFF_PATHS)
    site = Site(
        [route for route in routes if not route.startswith((*staffs, STAND_IN))],
        [route for route in routes if route.startswith(staffs)],
    )
    kinds = set()
    for client, paths in doors:
        seen: dict[str, int] = defaultdict(int)
        waiting, done = dict.fromkeys(paths), set()
        while waiting:
            path = next(iter(waiting))
            done.add(path)
            del waiting[path]
            bare = urlsplit(path).path
            try:
                match = resolve(bare)
            except Resolver404:
                continue
            site.queries |= {name for name, _value in parse_qsl(urlsplit(path).query)}
            for name, value in match.kwargs.items():
                site.values[name].add(str(value))
            seen[match.route] += 1
            if seen[match.route] > PAGES_OF_A_ROUTE:
                continue
            page = client.get(path)
            if page.streaming:
                page.close()  # a file
            if page.streaming or not page.get("Content-Type", "").startswith("text/html"):
                continue
            html = page.content.decode()
            for form in _forms(html, path):
                kind = (_view(form.address), form.method, frozenset(name for name, _value in form.fields))
                if kind not in kinds:
                    kinds.add(kind)
                    site.forms.add(form)
            waiting |= dict.fromkeys(link for link in map(unescape, LINK.findall(html)) if link not in done)
    return site


def _view(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).route
    except Resolver404:
        return address


def filled_in(route: str, values: dict[str, str]) -> str:
    """The route with these values in place of its parameters."""
    return PARAMETER.sub(lambda found: values[found["group"] or found["name"]], route)


def parameters(route: str) -> list[str]:
    return [found["group"] or found["name"] for found in PARAMETER.finditer(route)]


def _routes(patterns: list, before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + re.sub(r"^\^|\$$|\\Z$", "", str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield "/" + route
        else:
            yield from _routes(pattern.url_patterns, route)


def _forms(html: str, path: str) -> Iterator[Form]:
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    for form in tree.iter("form"):
        address = urljoin(path, form.get("action") or path)
        if not urlsplit(address).netloc:
            fields = [e for e in form.iter() if e.tag in FIELDS and e.get("name") not in (None, "", TOKEN)]
            yield Form(
                address,
                form.get("method", "get").upper(),
                tuple(
                    (e.get("name"), _value(e)) for e in fields if e.get("type") != "file" and e.get("name") != TOKEN
                ),
                tuple(e.get("name") for e in fields if e.get("type") == "file"),
            )


def _value(element: Element) -> str:
    if element.tag == "textarea":
        return "".join(element.itertext())
    if element.tag == "select":
        options = list(element.iter("option"))
        chosen = next((option for option in options if "selected" in option.attrib), options[0] if options else None)
        return "" if chosen is None else chosen.get("value") or ""
    return element.get("value", "")
