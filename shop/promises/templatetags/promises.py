"""Promises for templates: `{% badges %}`, and `{% promise "returns" as returns %}` for one of them.

A page asks the database for them once, however often it shows them.
"""

from typing import Any

from django import template
from django.template import Context

from shop.frame import frame_of
from shop.promises.models import Promise

register = template.Library()


@register.inclusion_tag("components/badges.html", takes_context=True)
def badges(context: Context, *, compact: bool = False) -> dict:
    """All promises that are in force as badges, in their order; compact, without their line, for the footer."""
    return {"promises": _promises(context), "compact": compact}


@register.simple_tag(takes_context=True)
def promise(context: Context, slug: str, product: Any = None) -> Promise | None:
    """The promise with this slug, or None; with a product, None also where it does not hold for that one."""
    found = next((promise for promise in _promises(context) if promise.slug == slug), None)
    return found if found is None or product is None or found.covers(product) else None


def _promises(context: Context) -> list[Promise]:
    return frame_of(getattr(context, "request", None)).promises
