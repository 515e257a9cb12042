"""How a shopper narrows a list of products down and sorts it: the same in a category, in all products and in a search.

All of it stands in the address, in words: `?concern=rough-texture&concern=dry-skin&in_stock=1&sort=price`. Several
values of one filter widen it, several filters narrow the list. What we do not know in an address is passed over.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.conf import settings
from django.db.models import F, QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest, QueryDict
from django.utils.http import urlencode
from django.utils.text import slugify
from django.utils.translation import gettext as _
from oscar.templatetags.currency_filters import currency

from shop.search.counting import Counted, Figures, Wanted

STOCK, PRICE_FROM, PRICE_TO, SORT = "in_stock", "price_from", "price_to", "sort"
RECOMMENDED = "recommended"

PRICE = re.compile(r"\$?([0-9]{1,7}(?:[.,][0-9]{1,2})?)")


@dataclass
class Choice:
    """A box to tick: its `value` in the address, its `label`, and how many products it would leave."""

    value: str
    label: str
    count: int = 0
    is_chosen: bool = False
    options: list[int] = field(default_factory=list)  # the attribute options that are called so

    @property
    def leads_nowhere(self) -> bool:
        return not self.count and not self.is_chosen


@dataclass
class Group:
    """The choices of one attribute: its `name` in the address and its `title` on the page."""

    name: str
    attribute: str
    title: str
    choices: dict[str, Choice] = field(default_factory=dict)

    @property
    def chosen(self) -> list[Choice]:
        return [choice for choice in self.choices.values() if choice.is_chosen]


@dataclass(frozen=True)
class Chip:
    """A filter that is on: what it is called, and the address of the list without it."""

    label: str
    url: str


class ProductFilters:
    """What the address of `request` makes of the list `counted`.

    `default_sort` is what the order that it has by itself is called; `kept` are the parameters of the address that
    stay whatever is chosen.
    """

    def __init__(
        self, request: HttpRequest, counted: Counted, *, default_sort: str, kept: dict[str, str] | None = None
    ) -> None:
        query = request.GET
        self.path = request.path
        self.kept = kept or {}
        self.counted = counted
        self.groups = self._read_groups()
        for group in self.groups:
            for value in query.getlist(group.name):
                if value in group.choices:
                    group.choices[value].is_chosen = True
        self.only_in_stock = query.get(STOCK) == "1"
        self.price_from, self.price_to = self._read_prices(query)
        self.wanted = self._read_what_is_wanted()
        self.sorts = self._offer_sorts(default_sort)
        sort = query.get(SORT)
        self.sort = sort if sort in self.sorts else RECOMMENDED
        self._count_choices()

    # What the list becomes

    @property
    def products(self) -> QuerySet:
        """The products that are left, sorted."""
        left = self.counted.left(self.wanted)
        order = {
            "price": [F("lowest_price").asc(nulls_last=True)],
            "price-desc": [F("lowest_price").desc(nulls_last=True)],
            "newest": ["-date_created"],
            "name": [Lower("title")],
            "rating": [F("rating").desc(nulls_last=True)],
        }
        return left.order_by(*order[self.sort], "-priority", "-pk") if self.sort in order else left

    @property
    def count(self) -> int:
        """How many products are left."""
        return self.figures.left

    @property
    def listed_count(self) -> int:
        """How many products there were before any filter."""
        return self.figures.listed

    # What the page shows

    @property
    def are_offered(self) -> bool:
        return self.listed_count > 1

    @property
    def offered_groups(self) -> list[Group]:
        """Those of which at least one choice makes a difference."""
        total = self.listed_count
        return [
            group
            for group in self.groups
            if group.chosen or any(choice.count < total for choice in group.choices.values())
        ]

    @property
    def stock(self) -> Choice | None:
        """The box "In stock", where it makes a difference."""
        if not (self.only_in_stock or 0 < self.figures.listed_in_stock < self.listed_count):
            return None
        return Choice("1", _("In stock"), self.figures.left_in_stock, self.only_in_stock)

    @property
    def prices(self) -> tuple[Decimal, Decimal] | None:
        """The lowest and the highest price of the whole list, where they differ."""
        lowest, highest = self.figures.lowest, self.figures.highest
        return (lowest, highest) if lowest != highest else None

    @property
    def chips(self) -> list[Chip]:
        """The filters that are on, each with the way to the list without it."""
        chosen = self._chosen()
        return [
            Chip(label, self._url([pair for _label, others in chosen if others is not own for pair in others]))
            for label, own in chosen
        ]

    @property
    def plain_url(self) -> str:
        """The same list without filters, in its own order."""
        return f"{self.path}?{urlencode(self.kept)}" if self.kept else self.path

    @property
    def is_plain(self) -> bool:
        """Whether the list is as it is by itself, and so the one that a search engine should know."""
        return not self.wanted and self.sort == RECOMMENDED

    # How it comes about

    def _read_groups(self) -> list[Group]:
        """The attributes that products of this list have, each with the options that at least one product has."""
        names = {code: name for name, code in settings.SEARCH_FILTERS.items()}
        groups: dict[str, Group] = {}
        for option in self.counted.options():
            code = option.attribute
            group = groups.setdefault(code, Group(names[code], code, option.title))
            value = slugify(option.label, allow_unicode=True) or str(option.key)
            choice = group.choices.setdefault(value, Choice(value, option.label))
            choice.count += option.count
            choice.options.append(option.key)
        return [groups[code] for code in names if code in groups]

    def _read_prices(self, query: QueryDict) -> tuple[Decimal | None, Decimal | None]:
        """The two ends of the price filter, in whichever order they were typed."""
        found = [PRICE.fullmatch(query.get(name, "").strip()) for name in (PRICE_FROM, PRICE_TO)]
        low, high = [match and Decimal(match[1].replace(",", ".")) for match in found]
        return (high, low) if low is not None and high is not None and high < low else (low, high)

    def _read_what_is_wanted(self) -> Wanted:
        options = {
            group.attribute: [option for choice in group.chosen for option in choice.options]
            for group in self.groups
            if group.chosen
        }
        return Wanted(options, self.only_in_stock, self.price_from, self.price_to)

    @cached_property
    def figures(self) -> Figures:
        return self.counted.figures(self.wanted)

    def _count_choices(self) -> None:
        """Say beside each choice how many products it would leave; without filters it is known."""
        if not self.wanted:
            return
        counts = self.counted.choices(self.wanted, [group.attribute for group in self.groups])
        for group in self.groups:
            for choice in group.choices.values():
                choice.count = sum(counts.get(option, 0) for option in choice.options)

    def _offer_sorts(self, default_sort: str) -> dict[str, str]:
        """What the list can be sorted by: the value in the address, and what it is called."""
        sorts = {
            RECOMMENDED: default_sort,
            "price": _("Price, low to high"),
            "price-desc": _("Price, high to low"),
            "newest": _("Newest"),
            "name": _("Name"),
        }
        if self.figures.rated:
            sorts["rating"] = _("Best reviewed")
        return sorts

    def _price_in_words(self) -> str:
        low, high = currency(self.price_from), currency(self.price_to)
        if low and high:
            return _("%(low)s to %(high)s") % {"low": low, "high": high}
        return _("From %(price)s") % {"price": low} if low else _("Up to %(price)s") % {"price": high}

    def _chosen(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """What each filter that is on is called, and the parameters that it has in the address."""
        chosen = [(choice.label, [(group.name, choice.value)]) for group in self.groups for choice in group.chosen]
        if self.only_in_stock:
            chosen.append((_("In stock"), [(STOCK, "1")]))
        prices = [(PRICE_FROM, self.price_from), (PRICE_TO, self.price_to)]
        if typed := [(name, str(price)) for name, price in prices if price is not None]:
            chosen.append((self._price_in_words(), typed))
        return chosen

    def _url(self, parameters: list[tuple[str, str]]) -> str:
        """The address of the list with these parameters, in the order in which it is now."""
        sort = [] if self.sort == RECOMMENDED else [(SORT, self.sort)]
        query = urlencode([*self.kept.items(), *parameters, *sort])
        return f"{self.path}?{query}" if query else self.path
