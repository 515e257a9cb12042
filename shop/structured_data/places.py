"""Where a page is, and what it lists."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext

from shop.communication.templatetags.full_url import full_url
from shop.structured_data.graph import Node, reference
from shop.structured_data.organization import website


def breadcrumb_list(page: str, *, current: str, above: Iterable[tuple[str, str]]) -> Node:
    """The way to the page at the address `page`: names and paths of what lies above it, below the home page."""
    steps = [(gettext("Home"), "/"), *above]
    places: list[Node] = [
        {"@type": "ListItem", "position": position, "name": name, "item": full_url(path)}
        for position, (name, path) in enumerate(steps, start=1)
    ]
    here = {"@type": "ListItem", "position": len(places) + 1, "name": current}
    return {"@type": "BreadcrumbList", "@id": f"{page}#breadcrumb", "itemListElement": [*places, here]}


def collection(page: str, *, name: str, listed: Iterable[Any]) -> Node:
    """A page that lists records, in the order of the page."""
    rows = [
        {"@type": "ListItem", "position": position, "url": full_url(each.get_absolute_url())}
        for position, each in enumerate(listed, start=1)
    ]
    return web_page(page, name=name, kind="CollectionPage") | {
        "mainEntity": {"@type": "ItemList", "itemListElement": rows},
    }


def web_page(page: str, *, name: str, kind: str = "WebPage") -> Node:
    return {
        "@type": kind,
        "@id": page,
        "url": page,
        "name": name,
        "isPartOf": reference(website()),
        "breadcrumb": {"@id": f"{page}#breadcrumb"},
    }
