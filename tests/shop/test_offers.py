"""Offers ask the database few questions, and come to what Oscar's own come to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oscar.apps.offer import applicator
from oscar.core.loading import get_class, get_model

from shop.offer.counting import numbers_of_products
from shop.offer.foresight import holdings
from shop.shared_pages.versions import versions
from tests.factories import make_product, make_voucher

Applicator = get_class("offer.applicator", "Applicator")
Basket = get_model("basket", "Basket")
Benefit = get_model("offer", "Benefit")
Category = get_model("catalogue", "Category")
Condition = get_model("offer", "Condition")
ConditionalOffer = get_model("offer", "ConditionalOffer")
Order = get_model("order", "Order")
Product = get_model("catalogue", "Product")
ProductClass = get_model("catalogue", "ProductClass")
Range = get_model("offer", "Range")
Selector = get_class("partner.strategy", "Selector")

pytestmark = pytest.mark.django_db

PRODUCTS, CLASSES, CATEGORIES = range(7), range(2), range(5)
# What is made for one example is rolled back, and the shop below it is the same for all.
EXAMPLES = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
numbers = count(1)


@dataclass
class Shop:
    """Two products, two with sizes, in two classes; and a tree of categories, three deep."""

    products: list[Any]
    classes: list[Any]
    categories: list[Any]


@pytest.fixture
def shop() -> Shop:
    first, second = make_product(price="18.00", stock=99), make_product(price="7.50", stock=99)
    other_class = ProductClass.objects.create(name="Other goods", track_stock=True)
    Product.objects.filter(pk=second.pk).update(product_class=other_class)
    families = [*_family("12.00", "31.00"), *_family("5.25")]
    root = Category.add_root(name="Root")
    middle = root.add_child(name="Middle")
    leaf, beside = middle.add_child(name="Leaf"), root.add_child(name="Beside")
    keys = [product.pk for product in (first, second, *families)]
    products = Product.objects.select_related("parent").in_bulk(keys)
    return Shop(
        [products[key] for key in keys],
        [first.product_class, other_class],
        [root, middle, leaf, beside, Category.add_root(name="Elsewhere")],
    )


def _family(*prices: str) -> list[Any]:
    parent = make_product()
    partner = parent.stockrecords.get().partner
    parent.stockrecords.all().delete()
    Product.objects.filter(pk=parent.pk).update(structure=Product.PARENT)
    sizes = []
    for number, price in enumerate(prices):
        size = Product.objects.create(structure=Product.CHILD, parent=parent, title=f"{number}0 g")
        sku = f"{parent.pk}-{number}"
        size.stockrecords.create(partner=partner, partner_sku=sku, price=Decimal(price), num_in_stock=99)
        sizes.append(size)
    return [parent, *sizes]


SELLABLE = [0, 1, 3, 4, 6]  # of the shop's products, those that are no parents


@dataclass(frozen=True)
class DrawnRange:
    everything: bool
    products: set[int]
    but_products: set[int]
    classes: set[int]
    categories: set[int]
    but_categories: set[int]

    def make(self, shop: Shop) -> Any:
        each = Range.objects.create(name=f"Range {next(numbers)}", includes_all_products=self.everything)
        for place in self.products:
            each.add_product(shop.products[place])
        each.excluded_products.set(shop.products[place] for place in self.but_products)
        each.classes.set(shop.classes[place] for place in self.classes)
        each.included_categories.set(shop.categories[place] for place in self.categories)
        each.excluded_categories.set(shop.categories[place] for place in self.but_categories)
        return Range.objects.get(pk=each.pk)


def some(places: range) -> st.SearchStrategy[set[int]]:
    return st.sets(st.sampled_from(places), max_size=3)


RANGES = st.builds(
    DrawnRange, st.booleans(), some(PRODUCTS), some(PRODUCTS), some(CLASSES), some(CATEGORIES), some(CATEGORIES)
)
WIDE = DrawnRange(True, set(), set(), set(), set(), set())
SHELVES = st.dictionaries(st.sampled_from([0, 1, 2, 5]), some(CATEGORIES))


@dataclass(frozen=True)
class DrawnOffer:
    condition: tuple[str, int]
    benefit: tuple[str, int | None]
    ranges: tuple[DrawnRange, DrawnRange]
    priority: int
    exclusive: bool
    most: dict[str, int] = field(default_factory=dict)

    def make(self, shop: Shop) -> Any:
        of_condition, of_benefit = (each.make(shop) for each in self.ranges)
        kind, value = self.condition
        effect, amount = self.benefit
        has_range = effect != Benefit.FIXED_PRICE and not effect.startswith("Shipping")
        return ConditionalOffer.objects.create(
            name=f"Offer {next(numbers)}",
            condition=Condition.objects.create(range=of_condition, type=kind, value=value),
            benefit=Benefit.objects.create(range=of_benefit if has_range else None, type=effect, value=amount),
            priority=self.priority,
            exclusive=self.exclusive,
            **self.most,
        )


AMOUNTS = st.integers(1, 30)
OFFERS = st.builds(
    DrawnOffer,
    st.tuples(st.sampled_from([Condition.COUNT, Condition.VALUE, Condition.COVERAGE]), st.integers(1, 4)),
    st.one_of(
        st.tuples(
            st.sampled_from(
                [
                    Benefit.PERCENTAGE,
                    Benefit.FIXED,
                    Benefit.FIXED_UNIT,
                    Benefit.FIXED_PRICE,
                    Benefit.SHIPPING_PERCENTAGE,
                    Benefit.SHIPPING_ABSOLUTE,
                ]
            ),
            AMOUNTS,
        ),
        st.just((Benefit.MULTIBUY, None)),
    ),
    st.tuples(st.one_of(st.just(WIDE), RANGES), st.one_of(st.just(WIDE), RANGES)),
    st.integers(0, 2),
    st.booleans(),
    st.dictionaries(st.sampled_from(["max_user_applications", "max_basket_applications"]), st.integers(1, 3)),
)


@contextmanager
def forgotten() -> Iterator[None]:
    """What happens to the database in it, has not happened after it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def put_on_shelves(shop: Shop, shelves: dict[int, set[int]]) -> None:
    for place, categories in shelves.items():
        shop.products[place].categories.set(shop.categories[each] for each in categories)


@given(drawn=st.lists(RANGES, min_size=1, max_size=4), shelves=SHELVES)
@EXAMPLES
def test_ranges_hold_what_oscar_says_they_hold(shop, drawn, shelves):
    with forgotten():
        put_on_shelves(shop, shelves)
        ranges = [each.make(shop) for each in drawn]
        with CaptureQueriesContext(connection) as asked:
            held = holdings(ranges, shop.products)
        assert len(asked) == 1
        for each in ranges:
            assert held[each.pk] == {product.pk for product in shop.products if each.contains_product(product)}
        with CaptureQueriesContext(connection) as asked:
            numbers_held = numbers_of_products(ranges)
        assert len(asked) <= 1
        assert numbers_held == {each.pk: each.num_products() for each in ranges}


@given(
    quantities=st.dictionaries(st.sampled_from(SELLABLE), st.integers(1, 4), min_size=1),
    drawn=st.lists(OFFERS, min_size=1, max_size=4),
    together=st.sets(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=4),
    shelves=SHELVES,
    uses=st.integers(0, 2),
)
@EXAMPLES
def test_offers_give_what_oscar_gives(shop, quantities, drawn, together, shelves, uses):
    with forgotten():
        put_on_shelves(shop, shelves)
        user = User.objects.create_user(f"alex-{next(numbers)}")
        offers = [each.make(shop) for each in drawn]
        for one, other in together:
            if max(one, other) < len(offers) and not offers[other].exclusive:
                offers[one].combinations.add(offers[other])
        if uses:
            order = Order.objects.create(number=user.username, user=user, total_incl_tax=1, total_excl_tax=1)
            order.discounts.create(offer_id=offers[0].pk, offer_name=offers[0].name, frequency=uses)
        basket = fill(owner=user, products={shop.products[place]: number for place, number in quantities.items()})
        ours, oscars = reread(basket), reread(basket)
        Applicator().apply(ours, user)
        applicator.Applicator().apply(oscars, user)
        assert told(ours) == told(oscars)


def fill(*, owner: Any, products: dict[Any, int]) -> Any:
    basket = Basket.objects.create(owner=owner)
    basket.strategy = Selector().strategy()
    for product, quantity in products.items():
        basket.add_product(product, quantity)
    return basket


def reread(basket: Any) -> Any:
    again = Basket.objects.get(pk=basket.pk)
    again.strategy = Selector().strategy()
    return again


def told(basket: Any) -> Any:
    """All that offers made of the basket, and what its page says of those that it missed."""
    offers = basket.offers_at_hand or applicator.Applicator().get_offers(basket)
    return {
        "lines": [
            (line.pk, line.discount_value, line.quantity_with_discount, line.line_price_incl_tax_incl_discounts)
            for line in basket.all_lines()
        ],
        "applied": [
            (each["name"], each["discount"], each["freq"], each["result"].affects)
            for each in basket.offer_applications
        ],
        "missed": [
            (offer.name, str(offer.get_upsell_message(basket)))
            for offer in offers
            if offer.is_condition_partially_satisfied(basket)
        ],
    }


def test_code_gives_what_oscar_gives(shop):
    basket = fill(owner=None, products={shop.products[0]: 2, shop.products[3]: 1})
    basket.vouchers.add(make_voucher(), make_voucher(code="MORE", percent="20"))
    ours, oscars = reread(basket), reread(basket)
    Applicator().apply(ours, AnonymousUser())
    applicator.Applicator().apply(oscars, AnonymousUser())
    assert told(ours)["lines"] == told(oscars)["lines"]
    assert [each["voucher"].code for each in ours.offer_applications] == [
        each["voucher"].code for each in oscars.offer_applications
    ]


def test_range_that_changes_forgets_what_it_was_told(shop):
    each = WIDE.make(shop)
    product = shop.products[0]
    each.told = {product.pk: True}
    each.remove_product(product)
    assert not each.contains_product(product)


def test_offers_ask_as_many_questions_for_ten_times_as_many_lines_and_offers(shop):
    def questions(*, lines: int, offers: int) -> int:
        with forgotten():
            user = User.objects.create_user("alex")
            for number in range(offers):
                kinds = [(Benefit.PERCENTAGE, 5), (Benefit.FIXED, 1), (Benefit.MULTIBUY, None)]
                offer = DrawnOffer(
                    (Condition.COUNT, 1 + number % 2),
                    kinds[number % 3],
                    (WIDE, DrawnRange(False, {0, 2}, {4}, {0}, {0}, {4})),
                    priority=number,
                    exclusive=number % 4 == 0,
                    most={"max_user_applications": 2},
                )
                offer.make(shop)
            products = [*(shop.products[place] for place in SELLABLE), *(make_product() for _ in range(lines))]
            basket = reread(fill(owner=user, products=dict.fromkeys(products, 3)))
            basket.owner = user
            with CaptureQueriesContext(connection) as asked:
                Applicator().apply(basket, user)
                told(basket)
            return len(asked)

    few = questions(lines=2, offers=3)
    assert questions(lines=20, offers=30) == few
    # Lines 2; vouchers 1, offers 1 and what they go with 2, ranges 1, uses 1.
    assert few == 8


@pytest.mark.parametrize("pairs", [[], [(0, 1)], [(1, 0)], [(0, 1), (1, 2)]], ids=str)
def test_offers_go_together_as_with_oscar(shop, pairs):
    percent = DrawnOffer((Condition.COUNT, 1), (Benefit.PERCENTAGE, 10), (WIDE, WIDE), priority=0, exclusive=False)
    offers = [percent.make(shop) for _ in range(3)]
    for one, other in pairs:
        offers[one].combinations.add(offers[other])
    basket = fill(owner=None, products={shop.products[0]: 2})
    ours, oscars = reread(basket), reread(basket)
    Applicator().apply(ours)
    applicator.Applicator().apply(oscars)
    assert told(ours) == told(oscars)


PERCENT = DrawnOffer((Condition.COUNT, 1), (Benefit.PERCENTAGE, 10), (WIDE, WIDE), priority=0, exclusive=False)


def test_what_offers_say_is_read_once_until_it_changes(kept_parts, shop):
    offer = PERCENT.make(shop)
    basket = fill(owner=None, products={shop.products[0]: 2})
    first = priced(basket)
    with CaptureQueriesContext(connection) as asked:
        again = priced(basket)
    assert not any("offer_" in query["sql"] for query in asked)
    assert again.total_discount == first.total_discount == Decimal("3.60")
    one, other = first.offers_at_hand[0], again.offers_at_hand[0]
    assert one is not other
    assert one.condition.range is not other.condition.range
    assert one.benefit.range is not other.benefit.range

    offer.benefit.value = 50
    offer.benefit.save()
    versions.forget()  # as it does by itself after a moment
    assert priced(basket).total_discount == Decimal("18.00")
    offer.condition.range.remove_product(shop.products[0])
    versions.forget()
    assert priced(basket).total_discount == 0


@pytest.mark.parametrize(
    ("limits", "used"),
    [({"max_global_applications": 1}, {"num_applications": 1}), ({"max_discount": 3}, {"total_discount": 3})],
    ids=["uses", "money"],
)
def test_what_is_left_of_an_offer_is_read_each_time(kept_parts, shop, limits, used):
    offer = replace(PERCENT, most=limits).make(shop)
    basket = fill(owner=None, products={shop.products[0]: 1})
    assert priced(basket).total_discount == Decimal("1.80")
    ConditionalOffer.objects.filter(pk=offer.pk).update(**used)
    assert priced(basket).total_discount == 0


def priced(basket: Any) -> Any:
    basket = reread(basket)
    Applicator().apply(basket)
    return basket
