"""Pictures for templates: `{% picture post.hero alt="A jar." %}`, or `image|renditions` for its addresses alone."""

from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from shop.pictures.renditions import Sources, sources

register = template.Library()

TILE = "(min-width: 80rem) 18rem, (min-width: 48rem) 23vw, 46vw"  # how wide a product's picture is in a list


@register.filter
def renditions(image: Any) -> Sources | None:
    """The addresses of a picture field, and its size; None where there is no picture."""
    return sources(image) if image else None


@register.simple_tag
def picture(image: Any, *, alt: str = "", modifier: str = "", sizes: str = TILE, eager: bool = False) -> SafeString:
    """A picture field's file, or bare paper with our mark where there is none.

    `alt` is empty where a name stands beside it. `modifier` is its ratio: "scene", "wide", "square" or "natural",
    without it 4:5. `sizes` is the HTML attribute. `eager` is the first picture of a page. (Django gives "" for what a
    page does not name.)
    """
    found = renditions(image)
    is_in_the_page = found and found.src.startswith("data:")  # a preview's: large, and soon another one
    write = _written.__wrapped__ if is_in_the_page else _written
    return write(found, str(alt), modifier, sizes, bool(eager))


@lru_cache(maxsize=2048)
def _written(found: Sources | None, alt: str, modifier: str, sizes: str, eager: bool) -> SafeString:
    """Lists of products show many, and a picture's HTML is long."""
    shown = {"sources": found, "alt": alt, "modifier": modifier, "sizes": sizes, "eager": eager}
    return render_to_string("components/picture.html", shown)
