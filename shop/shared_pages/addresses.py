"""Under which address a page is kept, and which pages may be."""

from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve

LONGEST = 600  # characters, of a path or a query; nobody shares what is longer
# What a letter or an advertisement hangs onto a link. No page of ours reads it.
TRACKING = ("utm_", "gclid", "fbclid", "msclkid", "mc_cid", "mc_eid")


def query_of(request: HttpRequest) -> str | None:
    """The query of the address, without what tells where the reader came from; nothing when it cannot be read."""
    query = request.META.get("QUERY_STRING", "")
    if not query:
        return ""
    if len(query) > LONGEST:
        return None
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict")
    except ValueError:
        return None
    return urlencode([pair for pair in pairs if not pair[0].startswith(TRACKING)])


@lru_cache(maxsize=8192)
def view_to_keep(path: str, query: str) -> str | None:
    """The name of the page there, if `SHARED_PAGES["PAGES"]` has it and nothing is asked but what that page reads."""
    try:
        view = resolve(path).view_name
    except Resolver404:
        return None
    reads = settings.SHARED_PAGES["PAGES"].get(view)
    asked = {name for name, _value in parse_qsl(query, keep_blank_values=True)}
    return view if reads is not None and asked <= {*reads} else None
