"""{% marked text stems %}: the words that a search found, as `<mark>`."""

from django import template
from django.utils.safestring import SafeString

from shop.search import excerpts

register = template.Library()


@register.simple_tag
def marked(text: str, stems: list[str] | str) -> SafeString | str:
    """Without stems, as outside of a search, the text as it is. (Django gives "" for what a page does not name.)"""
    return excerpts.marked(text, stems) if isinstance(stems, list) else text
