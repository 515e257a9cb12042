"""`{% header_basket %}`: the one thing on a page for everybody that a shopper's own differs in."""

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from shop.shared_pages.pages import MARK
from shop.shared_pages.visitors import RequestOfEverybody
from shop.shared_pages.visitors import header_basket as html_of

register = template.Library()


@register.simple_tag(takes_context=True, name="header_basket")
def header_basket(context: template.Context) -> SafeString:
    """How many things are in the basket, for the header of every page; marked where the page is for everybody."""
    request = context["request"]
    if isinstance(request, RequestOfEverybody):
        return mark_safe(f"{MARK}{html_of(0)}{MARK}")  # noqa: S308  (a constant around a template's own HTML)
    count = request.count_basket_items() if hasattr(request, "count_basket_items") else 0  # an error came before it
    return mark_safe(html_of(count, is_current=request.path == reverse("basket:summary")))  # noqa: S308
