"""`{% menu as categories %}`: what the header and the footer of every page lead to."""

from django import template
from django.template import Context

from shop.frame import Entry, frame_of

register = template.Library()


@register.simple_tag(takes_context=True)
def menu(context: Context) -> list[Entry]:
    """The categories of the first level, in the order of the tree, without those that stand in no menu."""
    return frame_of(getattr(context, "request", None)).menu
