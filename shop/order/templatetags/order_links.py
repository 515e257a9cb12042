"""Links to orders, for letters: `{% order_path order as page %}`."""

from typing import Any

from django import template

from shop.order import links

register = template.Library()


@register.simple_tag
def order_path(order: Any) -> str:
    """Give the path of the page of an order; that of a guest carries a signature."""
    return links.path_to(order)


@register.simple_tag
def link_days() -> int:
    """For how many days a guest's link opens the order."""
    return links.LIFETIME.days
