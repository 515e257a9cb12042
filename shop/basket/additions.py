"""Several products go into the basket at once; what cannot is left out, and the shopper is told what and why."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from oscar.apps.basket.signals import basket_addition
from oscar.apps.basket.utils import BasketMessageGenerator
from oscar.core.loading import get_model

Basket = get_model("basket", "Basket")


@dataclass(frozen=True)
class Outcome:
    """Titles, with the size where one was chosen: of what was added, and of what was left out for each reason."""

    added: list[str] = field(default_factory=list)
    there_already: list[str] = field(default_factory=list)
    sold_out: list[str] = field(default_factory=list)
    too_many: list[str] = field(default_factory=list)


def add_one_of_each(products: Iterable[Any], *, request: HttpRequest) -> Outcome:
    """Put one of each product into the basket of the request, all that can be bought or nothing.

    Of a product with sizes the cheapest is taken that can be bought. What is in the basket already, in whatever size,
    is not added again. News for the next page say what was added and what was left out.
    """
    offers_before = request.basket.applied_offers()
    outcome = _add(products, request=request)
    _tell(outcome, request)
    BasketMessageGenerator().apply_messages(request, offers_before)
    return outcome


def count_for_sale(products: Iterable[Any], *, request: HttpRequest) -> int:
    """How many of them this shopper can buy."""
    return sum(_for_sale(product, request.strategy) is not None for product in products)


@transaction.atomic
def _add(products: Iterable[Any], *, request: HttpRequest) -> Outcome:
    basket, outcome = request.basket, Outcome()
    there = _families(basket)
    room, _most = basket.max_allowed_quantity()
    for product in products:
        chosen = _for_sale(product, request.strategy)
        if _family(product) in there:
            outcome.there_already.append(product.get_title())
        elif chosen is None:
            outcome.sold_out.append(product.get_title())
        elif room is not None and room < 1:
            outcome.too_many.append(product.get_title())
        else:
            basket.add_product(chosen)
            basket_addition.send(sender=add_one_of_each, product=chosen, user=request.user, request=request)
            there.add(_family(chosen))
            room = None if room is None else room - 1
            outcome.added.append(_name(chosen))
    return outcome


def _for_sale(product: Any, strategy: Any) -> Any | None:
    """The product itself, or of one with sizes the cheapest that can be bought; None when it is sold out."""
    choices = product.get_public_children() if product.is_parent else [product]
    return next((each for each in choices if strategy.fetch_for_product(each).availability.is_available_to_buy), None)


def _families(basket: Any) -> set[int]:
    """What the basket holds, sizes by their product; nothing is added to it meanwhile by a second click."""
    if basket.id is None:
        return set()
    Basket.objects.select_for_update().get(pk=basket.pk)
    return {_family(line.product) for line in basket.lines.select_related("product")}


def _family(product: Any) -> int:
    return product.parent_id or product.pk


def _name(product: Any) -> str:
    if not product.is_child:
        return product.get_title()
    return _("%(product)s (%(size)s)") % {"product": product.parent.title, "size": product.title}


def _tell(outcome: Outcome, request: HttpRequest) -> None:
    if outcome.added:
        messages.success(request, _("In your basket now: %(titles)s.") % {"titles": _listed(outcome.added)})
    if outcome.there_already:
        text = _("In your basket already, so not added again: %(titles)s.")
        messages.success(request, text % {"titles": _listed(outcome.there_already)})
    if outcome.sold_out:
        messages.warning(request, _("Sold out, so left out: %(titles)s.") % {"titles": _listed(outcome.sold_out)})
    if outcome.too_many:
        text = _("One order holds only so many items, so left out: %(titles)s.")
        messages.warning(request, text % {"titles": _listed(outcome.too_many)})


def _listed(titles: list[str]) -> str:
    return get_text_list(titles, _("and"))
