"""Few products are counted in memory as the database counts many."""

from decimal import Decimal

import pytest
from oscar.core.loading import get_model

from shop.search.counting import Figures, InDatabase, InMemory, Wanted
from tests.factories import make_product
from tests.shop.test_lists import good_for
from tests.shop.test_pages import make_sizes

AttributeOption = get_model("catalogue", "AttributeOption")
Product = get_model("catalogue", "Product")
ATTRIBUTES = ("skin_concern", "skin_type")


@pytest.fixture
def products(db) -> None:
    """In stock and sold out, with a price and without, whole and in sizes, good for something and for nothing."""
    good_for(make_product(title="Cream", price="18.00"), "Dry skin", "Redness")
    good_for(good_for(make_product(title="Oil", price="9.50", stock=0), "Redness"), "Oily", attribute="skin_type")
    serum = make_sizes(make_product(title="Serum"), ("S", "30.00", 0), ("L", "55.00", 3))
    good_for(serum, "Dry skin")
    good_for(make_product(title="Mask", price="30.00"), "Oily", "Normal", attribute="skin_type")
    make_product(title="Soap", price="9.49")
    make_product(title="Kit").stockrecords.update(price=None)
    Product.objects.filter(title__in=["Cream", "Soap"]).update(rating=4.5)


def options(*names: str) -> list[int]:
    return [AttributeOption.objects.get(option=name).pk for name in names]


def wanted_in_many_ways() -> list[Wanted]:
    chosen = [
        {},
        {"skin_concern": options("Redness")},
        {"skin_concern": options("Dry skin", "Redness")},
        {"skin_concern": options("Redness"), "skin_type": options("Oily", "Normal")},
    ]
    prices = [(None, None), (Decimal("9.50"), None), (None, Decimal("30")), (Decimal(10), Decimal(40))]
    return [Wanted(which, stock, low, high) for which in chosen for stock in (False, True) for low, high in prices]


def test_memory_counts_as_the_database_does(products):
    listed = Product.objects.browsable().recommended_first()
    database, memory = InDatabase(listed, name="one"), InMemory(listed, name="other")
    assert memory.options() == database.options() != []
    ways = wanted_in_many_ways()
    assert sum(0 < database.figures(wanted).left < listed.count() for wanted in ways) > len(ways) / 2
    for wanted in ways:
        assert memory.figures(wanted) == database.figures(wanted)
        assert positive(memory.choices(wanted, ATTRIBUTES)) == positive(database.choices(wanted, ATTRIBUTES))
        assert [*memory.left(wanted)] == [*database.left(wanted)]


def positive(counts) -> dict[int, int]:
    return {option: count for option, count in counts.items() if count}


def test_nothing_is_counted_of_nothing_without_a_question(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        counted = InMemory(Product.objects.none(), name="nothing")
        assert counted.options() == []
        assert counted.figures(Wanted()) == counted.figures(Wanted(in_stock=True)) == Figures()
        assert [*counted.left(Wanted(in_stock=True))] == []
