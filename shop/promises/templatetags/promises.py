"""Promises for templates: `{% badges %}`, and `{% promise "returns" as returns %}` for one of them.

A page asks the database for them once, however often it shows them.
"""

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from shop.frame import Frame, frame_of
from shop.promises.models import Promise

register = template.Library()


@register.simple_tag(takes_context=True)
def badges(context: Context) -> SafeString:
    """All promises that are in force as badges, in their order."""
    return _frame(context).write("components/badges.html")


@register.simple_tag(takes_context=True)
def promise(context: Context, slug: str, product: Any = None) -> Promise | None:
    """The promise with this slug, or None; with a product, None also where it does not hold for that one."""
    found = next((promise for promise in _frame(context).promises if promise.slug == slug), None)
    return found if found is None or product is None or found.covers(product) else None


def _frame(context: Context) -> Frame:
    return frame_of(getattr(context, "request", None))
