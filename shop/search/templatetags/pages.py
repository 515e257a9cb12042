"""`page_obj|numbers`: which pages of a list to lead to, however many there are."""

from collections.abc import Iterator

from django import template
from django.core.paginator import Page

register = template.Library()


@register.filter
def numbers(page: Page) -> Iterator[int | str]:
    """The first, the last, this one and those beside it; the paginator's ELLIPSIS stands for what lies between."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
