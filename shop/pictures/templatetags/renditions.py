from typing import Any

from django import template

from shop.pictures.renditions import Sources, sources

register = template.Library()


@register.filter
def renditions(image: Any) -> Sources | None:
    """What components/picture.html shows of a picture field; None where there is no picture."""
    return sources(image) if image else None
