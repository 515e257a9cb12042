"""Returns as pages and letters show them, and the ways to them: `{% returns_of order request as back %}`,
`{% return_link number order as page %}`.
"""

from dataclasses import dataclass
from typing import Any

from django import template
from django.http import HttpRequest

from shop.checkout import ownership
from shop.returns import eligibility, links
from shop.returns.models import Return

register = template.Library()


@dataclass(frozen=True)
class Back:
    """What may still go back of an order, and what was sent back or claimed."""

    url: str
    """Where something is sent back; the page that sends a link, for a reader who is not known to be the customer."""
    returns: eligibility.Rights | None
    claims: eligibility.Rights | None
    cases: list[tuple[Return, str]]
    """Each with the address of its page, which only the customer has."""


@register.simple_tag
def returns_of(order: Any, request: HttpRequest) -> Back:
    is_owner = ownership.owns(request, order)
    found = eligibility.orders().filter(pk=order.pk, status__in=type(order).SOLD)
    returns, claims = [rights if rights.any else None for rights in eligibility.survey(found, Return.Kind.values)] or (
        None,
        None,
    )
    return Back(
        url=links.order_path(order, key="") if is_owner else links.start_path(),
        returns=returns,
        claims=claims,
        cases=[(case, links.case_path(case, order, "") if is_owner else "") for case in order.returns.all()],
    )


@register.simple_tag
def order_return_path(order: Any, kind: str, key: str) -> str:
    """The path of the page on which something of an order is sent back or claimed, for a reader with this key."""
    return links.order_path(order, kind, key)


@register.simple_tag
def case_path_with(case: Return, key: str) -> str:
    """The path of the page of a return, for a reader with this key."""
    return links.case_path(case, case.order, key)


@register.simple_tag
def return_link(number: str, order: Any) -> str:
    """The path of the page of a return; for a guest with a key that is as old as the letter."""
    return links.case_path(number, order)


@register.simple_tag
def return_order_link(order: Any) -> str:
    """The path of the page on which something of an order is sent back."""
    return links.order_path(order)


@register.simple_tag
def return_link_days() -> int:
    """For how many days a guest's link works."""
    return links.LIFETIME.days
