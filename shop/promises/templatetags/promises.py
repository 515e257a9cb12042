"""Promises for templates: `{% badges %}`, and `{% promise "returns" as returns %}` for one of them."""

from django import template

from shop.promises.models import Promise

register = template.Library()


@register.inclusion_tag("components/badges.html")
def badges(*, compact: bool = False) -> dict:
    """All promises as badges, in their order; compact, without their line, for the footer."""
    return {"promises": Promise.objects.all(), "compact": compact}


@register.simple_tag
def promise(slug: str) -> Promise | None:
    """The promise with this slug, or None."""
    return Promise.objects.filter(slug=slug).first()
