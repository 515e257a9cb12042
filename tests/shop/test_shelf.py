"""Products that a page names: what stands in for one that is sold out, and in how many queries."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from oscar.core.loading import get_model

from shop.catalogue.shelf import Shelf
from shop.frame import frame_of
from tests.factories import make_product

pytestmark = pytest.mark.django_db

Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")
ProductAttribute = get_model("catalogue", "ProductAttribute")
AttributeOptionGroup = get_model("catalogue", "AttributeOptionGroup")


@pytest.fixture
def treat() -> Category:
    return Category.add_root(name="Treat")


def put(category, *, rating: float | None = None, priority: int = 0, **fields) -> Product:
    """A product in this category."""
    product = make_product(**fields)
    Product.objects.filter(pk=product.pk).update(rating=rating, priority=priority)
    product.categories.add(category)
    return product


def next_best(product) -> Product | None:
    """What the rule puts in its place."""
    shelf = Shelf([product.pk])
    stand_in = shelf.stand_in_for(shelf.get(product.pk))
    return stand_in and stand_in.product


def is_for(product, concern: str) -> None:
    group, _created = AttributeOptionGroup.objects.get_or_create(name="Concerns", code="concerns")
    option, _created = group.options.get_or_create(option=concern)
    ProductAttribute.objects.get_or_create(
        product_class=product.product_class,
        code="skin_concern",
        defaults={"name": "Concern", "type": ProductAttribute.MULTI_OPTION, "option_group": group},
    )
    product = Product.objects.get(pk=product.pk)
    product.attr.skin_concern = [option]
    product.attr.save()


def make_parent(category, *sizes: tuple[str, int]) -> Product:
    """A product in this category with sizes, each a price and a stock."""
    parent = put(category)
    partner = parent.stockrecords.get().partner
    parent.stockrecords.all().delete()
    Product.objects.filter(pk=parent.pk).update(structure=Product.PARENT)
    for number, (price, stock) in enumerate(sizes):
        size = Product.objects.create(structure=Product.CHILD, parent=parent, title=f"No. {number}")
        sku = f"{parent.pk}-{number}"
        size.stockrecords.create(partner=partner, partner_sku=sku, price=Decimal(price), num_in_stock=stock)
    return Product.objects.get(pk=parent.pk)


def test_nothing_stands_in_for_what_can_be_bought(treat):
    product, _other = put(treat), put(treat)
    assert next_best(product) is None


def test_best_rated_of_the_category_stands_in(treat):
    sold_out = put(treat, stock=0)
    _unrated, best, _worse = put(treat, priority=9), put(treat, rating=4.5), put(treat, rating=3)
    assert next_best(sold_out) == best


def test_of_those_rated_alike_the_first_of_the_list_stands_in(treat):
    sold_out = put(treat, stock=0)
    _first, preferred, _last = put(treat), put(treat, priority=5), put(treat)
    assert next_best(sold_out) == preferred


def test_what_is_sold_out_hidden_or_without_a_price_stands_in_for_nobody(treat):
    sold_out, _also, hidden, unpriced = (put(treat, stock=stock) for stock in (0, 0, 9, 9))
    Product.objects.filter(pk=hidden.pk).update(is_public=False)
    unpriced.stockrecords.update(price=None)
    assert next_best(sold_out) is None


def test_what_stands_in_another_category_does_not_stand_in(treat):
    sold_out = put(treat, stock=0)
    put(Category.add_root(name="Shave"))
    assert next_best(sold_out) is None


def test_what_is_for_another_concern_does_not_stand_in(treat):
    sunscreen, patches, lotion = put(treat, stock=0), put(treat, rating=5), put(treat)
    is_for(sunscreen, "Sun")
    is_for(patches, "Spots")
    assert next_best(sunscreen) is None
    is_for(lotion, "Sun")
    assert next_best(sunscreen) == lotion


def test_product_with_sizes_is_sold_out_when_all_of_them_are(treat):
    sold_out, other = make_parent(treat, ("18", 0), ("30", 0)), put(treat)
    assert next_best(sold_out) == other
    sold_out.children.last().stockrecords.update(num_in_stock=1)
    assert next_best(sold_out) is None


def test_product_with_sizes_stands_in(treat):
    sold_out = put(treat, stock=0)
    assert next_best(sold_out) is None
    parent = make_parent(treat, ("18", 0), ("30", 1))
    assert next_best(sold_out) == parent


def test_what_somebody_named_comes_before_the_next_best(treat):
    sold_out, _best, named = put(treat, stock=0), put(treat, rating=5), make_product()
    shelf = Shelf([sold_out.pk, named.pk])
    stand_in = shelf.stand_in_for(shelf.get(sold_out.pk), named=named.pk)
    assert (stand_in.product, stand_in.is_named) == (named, True)


@pytest.mark.parametrize("is_hidden", [True, False], ids=["hidden", "sold out"])
def test_what_somebody_named_gives_way_when_it_cannot_be_bought(treat, is_hidden):
    sold_out, best, named = put(treat, stock=0), put(treat, rating=5), make_product(stock=9 if is_hidden else 0)
    Product.objects.filter(pk=named.pk).update(is_public=not is_hidden)
    shelf = Shelf([sold_out.pk, named.pk])
    stand_in = shelf.stand_in_for(shelf.get(sold_out.pk), named=named.pk)
    assert (stand_in.product, stand_in.is_named) == (best, False)


def test_hidden_product_is_on_no_shelf(treat):
    product = put(treat)
    Product.objects.filter(pk=product.pk).update(is_public=False)
    assert Shelf([product.pk]).get(product.pk) is None


def test_sizes_come_with_their_product_the_cheapest_first(treat):
    parent = make_parent(treat, ("30", 1), ("18", 1))
    shown = Shelf([parent.pk]).get(parent.pk)
    assert [size.title for size in shown.get_public_children()] == ["No. 1", "No. 0"]


def test_number_of_queries_does_not_grow(treat):
    def queries(number: int, *stocks: int) -> int:
        keys = [put(treat, stock=stock).pk for stock in stocks for _ in range(number)]
        keys.append(make_parent(treat, ("18", 1), ("30", 0)).pk)
        with CaptureQueriesContext(connection) as captured:
            shelf = Shelf(keys)
            for key in keys:
                shelf.stand_in_for(shelf.get(key))
        return len(captured)

    assert queries(1, 9) == queries(10, 9) == 1
    assert queries(1, 0, 9) == queries(10, 0, 9) == 2  # the next best is among them
    put(treat, rating=4.0)
    assert queries(1, 0, 9) == queries(10, 0, 9) == 3  # and now it is not


# --- The menu ------------------------------------------------------------------------------------------------------


def test_menu_leaves_out_what_is_hidden_or_should_be_left_out():
    shown = Category.add_root(name="Shown")
    shown.add_child(name="Below")
    Category.add_root(name="Left out", exclude_from_menu=True)
    Category.add_root(name="Hidden", is_public=False)
    last = Category.add_root(name="Last")
    menu = frame_of(None).menu
    assert [(entry.pk, entry.name, entry.url) for entry in menu] == [
        (each.pk, each.name, each.get_absolute_url()) for each in (shown, last)
    ]
