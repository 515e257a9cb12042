"""What is counted of a list of products, and what filters leave of it.

Of a list of any length the database counts. A search finds few products: what filters ask of them is fetched once, and
whatever is chosen is counted here. Of three hundred that takes a millisecond, and the database ten and more each time.
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Value
from oscar.core.loading import get_model

from shop.search.lookup import Among
from shop.shared_pages.versions import versions

ProductAttributeValue = get_model("catalogue", "ProductAttributeValue")

T = TypeVar("T")


class Option(NamedTuple):
    """What `count` products of a list have: an option of an attribute, which is called `title` where it is chosen."""

    attribute: str
    key: int
    label: str
    title: str
    count: int


@dataclass(frozen=True)
class Wanted:
    """What a product must fulfil: have one of the options chosen of each attribute, be in stock, cost so much."""

    options: Mapping[str, Collection[int]] = field(default_factory=dict)
    in_stock: bool = False
    price_from: Decimal | None = None  # in the shop's currency, as the rest of the catalogue
    price_to: Decimal | None = None

    def __bool__(self) -> bool:
        return bool(self.options or self.in_stock or self.price_from is not None or self.price_to is not None)

    def but_for(self, attribute: str) -> "Wanted":
        """What the other filters ask for: a choice beside the one made in the same filter widens it."""
        return replace(self, options={code: keys for code, keys in self.options.items() if code != attribute})

    def in_stock_or_not(self) -> "Wanted":
        return replace(self, in_stock=False)


@dataclass(frozen=True)
class Figures:
    """How many products were listed and how many are left, and the lowest and the highest price that is listed."""

    listed: int = 0
    listed_in_stock: int = 0
    rated: int = 0
    lowest: Decimal | None = None
    highest: Decimal | None = None
    left: int = 0
    left_in_stock: int = 0


class Counted(ABC):
    """A list of products of which is counted. Under its name, what holds for all who look at it is kept."""

    def __init__(self, products: QuerySet[Any], *, name: str) -> None:
        self._listed = products.with_offer()  # type: ignore[attr-defined]  # of shop.catalogue.models
        self._name = name

    @abstractmethod
    def options(self) -> list[Option]:
        """Those of the attributes in SEARCH_FILTERS that products of the list have, in the order of their keys."""

    @abstractmethod
    def figures(self, wanted: Wanted) -> Figures: ...

    @abstractmethod
    def choices(self, wanted: Wanted, attributes: Collection[str]) -> Mapping[int, int]:
        """By the key of an option of these attributes, how many products choosing it would leave."""

    @abstractmethod
    def left(self, wanted: Wanted) -> QuerySet[Any]:
        """What fulfils it, in the order of the list, of which `lowest_price` is known."""

    def _kept(self, what: str, make: Callable[[], T]) -> T:
        return versions.keep(("counted", self._name, what), make)


class InDatabase(Counted):
    """For as many as there are."""

    def options(self) -> list[Option]:
        """No product is counted twice for one: it has a value of each attribute once, and that has an option once."""
        rows = (
            _values_of(self._listed, settings.SEARCH_FILTERS.values())
            .values_list("attribute__code", "value_multi_option", "value_multi_option__option")
            .annotate(title=Min("attribute__name"), count=Count("product"))
            .order_by("value_multi_option")
        )
        return self._kept("options", lambda: [Option(*row) for row in rows])

    def figures(self, wanted: Wanted) -> Figures:
        known = self._known(wanted).annotate(lowest_price=F("lowest_price"), is_in_stock=F("is_in_stock"))
        listed = {
            "listed": Count("pk"),
            "listed_in_stock": Count("pk", filter=Q(is_in_stock=True)),
            "lowest": Min("lowest_price"),
            "highest": Max("lowest_price"),
            "rated": Count("rating"),
        }
        if not wanted:
            figures = self._kept("figures", lambda: Figures(**known.aggregate(**listed)))
            return replace(figures, left=figures.listed, left_in_stock=figures.listed_in_stock)
        known = known.annotate(**{_fits(code): F(_fits(code)) for code in wanted.options})
        left_in_stock = _condition(wanted.in_stock_or_not()) & Q(is_in_stock=True)
        return Figures(
            **known.aggregate(
                **listed,
                left=Count("pk", filter=_condition(wanted)),
                left_in_stock=Count("pk", filter=left_in_stock),
            )
        )

    def choices(self, wanted: Wanted, attributes: Collection[str]) -> Mapping[int, int]:
        # What is not chosen from is counted together: all of it stands under the same conditions.
        free = [code for code in attributes if code not in wanted.options]
        asked = [(wanted.but_for(code), [code]) for code in attributes if code in wanted.options] + [(wanted, free)]
        each = [
            _values_of(self.left(others), codes).values_list("value_multi_option").annotate(Count("product"))
            for others, codes in asked
            if codes
        ]
        return dict(each[0].union(*each[1:], all=True)) if each else {}

    def left(self, wanted: Wanted) -> QuerySet[Any]:
        return self._known(wanted).filter(_condition(wanted)) if wanted else self._listed

    def _known(self, wanted: Wanted) -> QuerySet[Any]:
        """The list, with what `_condition` asks about known."""
        fits = {_fits(code): _has_one_of(code, keys) for code, keys in wanted.options.items()}
        return self._listed.alias(**fits)


class Fact(NamedTuple):
    """What filters ask of a product."""

    product: int
    price: Decimal | None
    is_in_stock: bool
    is_rated: bool
    options: frozenset[int]

    def fulfils(self, wanted: Wanted) -> bool:
        return (
            (self.is_in_stock or not wanted.in_stock)
            and (wanted.price_from is None or (self.price is not None and self.price >= wanted.price_from))
            and (wanted.price_to is None or (self.price is not None and self.price <= wanted.price_to))
            and all(not self.options.isdisjoint(keys) for keys in wanted.options.values())
        )


class InMemory(Counted):
    """For few products alone."""

    def options(self) -> list[Option]:
        return self._known[1]

    def figures(self, wanted: Wanted) -> Figures:
        prices = [fact.price for fact in self._facts if fact.price is not None]
        left = self._left(wanted.in_stock_or_not())
        in_stock = sum(fact.is_in_stock for fact in left)
        return Figures(
            listed=len(self._facts),
            listed_in_stock=sum(fact.is_in_stock for fact in self._facts),
            rated=sum(fact.is_rated for fact in self._facts),
            lowest=min(prices, default=None),
            highest=max(prices, default=None),
            left=in_stock if wanted.in_stock else len(left),
            left_in_stock=in_stock,
        )

    def choices(self, wanted: Wanted, attributes: Collection[str]) -> Mapping[int, int]:
        counts: Counter[int] = Counter()
        for code in attributes:
            own = {option.key for option in self.options() if option.attribute == code}
            for fact in self._left(wanted.but_for(code)):
                counts.update(fact.options & own)
        return counts

    def left(self, wanted: Wanted) -> QuerySet[Any]:
        if not wanted:
            return self._listed
        keys = ",".join(str(fact.product) for fact in self._left(wanted))
        return self._listed.filter(Among(F("pk"), Value(keys))) if keys else self._listed.none()

    def _left(self, wanted: Wanted) -> list[Fact]:
        return [fact for fact in self._facts if fact.fulfils(wanted)]

    @property
    def _facts(self) -> list[Fact]:
        return self._known[0]

    @cached_property
    def _known(self) -> tuple[list[Fact], list[Option]]:
        if self._listed.query.is_empty():
            return [], []
        return self._kept("facts", self._fetch)

    def _fetch(self) -> tuple[list[Fact], list[Option]]:
        known = self._listed.order_by().annotate(price=F("lowest_price"), is_for_sale=F("is_in_stock"))
        rows = _values_of(self._listed, settings.SEARCH_FILTERS.values()).values_list(
            "product", "attribute__code", "value_multi_option", "value_multi_option__option", "attribute__name"
        )
        having: dict[int, set[int]] = {}
        options: dict[tuple[str, int], Option] = {}
        for product, code, key, label, title in rows:
            having.setdefault(product, set()).add(key)
            option = options.get((code, key)) or Option(code, key, label, title, 0)
            options[code, key] = option._replace(title=min(option.title, title), count=option.count + 1)
        alike: dict[Any, Any] = {}  # many products cost the same, and are for the same: each of it is kept once
        facts = []
        for product, price, is_in_stock, rating in known.values_list("pk", "price", "is_for_sale", "rating"):
            its = frozenset(having.get(product, ()))
            price, its = alike.setdefault(price, price), alike.setdefault(its, its)
            facts.append(Fact(product, price, is_in_stock, rating is not None, its))
        return facts, sorted(options.values(), key=lambda option: option.key)


def _values_of(products: QuerySet[Any], attributes: Collection[str]) -> QuerySet[Any]:
    """What products say of these attributes, where they choose it from options."""
    return ProductAttributeValue.objects.filter(
        attribute__code__in=attributes, product__in=products, value_multi_option__isnull=False
    )


def _has_one_of(attribute: str, options: Collection[int]) -> Exists:
    """Whether a product does. It is asked product by product: filters leave few of many."""
    values = ProductAttributeValue.objects.filter(product=OuterRef("pk"), attribute__code=attribute)
    return Exists(values.filter(value_multi_option__in=options))


def _fits(attribute: str) -> str:
    """What a product that has one of the options chosen of that attribute is called in queries."""
    return f"fits_{attribute}"


def _condition(wanted: Wanted) -> Q:
    """It asks what `with_offer` and `_fits` make known."""
    condition = Q(**{_fits(code): True for code in wanted.options})
    if wanted.in_stock:
        condition &= Q(is_in_stock=True)
    if wanted.price_from is not None:
        condition &= Q(lowest_price__gte=wanted.price_from)
    if wanted.price_to is not None:
        condition &= Q(lowest_price__lte=wanted.price_to)
    return condition
