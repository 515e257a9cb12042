"""Choosing a product for a guide: found by name or UPC, and shown with what an editor wants to know of it."""

import pytest
from django.urls import reverse
from oscar.core.loading import get_model

from tests.blog.factories import make_staff
from tests.blog.test_admin import WRITER
from tests.factories import make_product

pytestmark = pytest.mark.django_db

Product = get_model("catalogue", "Product")


@pytest.fixture
def find(client):
    client.force_login(make_staff(*WRITER))

    def ask(**query) -> list[dict]:
        return client.get(reverse("admin:blog_post_products"), query).json()["products"]

    return ask


def titles(found: list[dict]) -> list[str]:
    return [product["title"] for product in found]


def make_sizes(title: str) -> tuple:
    """A parent and its one size, of which seven are on the shelf."""
    size = make_product(title="20 g", stock=7)
    parent = Product.objects.create(structure="parent", product_class=size.product_class, title=title)
    Product.objects.filter(pk=size.pk).update(structure="child", parent=parent, product_class=None, upc="SIZE-20")
    return parent, size


def test_products_are_found_by_words_of_their_title(find):
    make_product(title="Plain Soap")
    make_product(title="Sea Salt Spray")
    assert titles(find(q="soap plain")) == ["Plain Soap"]


def test_products_are_found_by_upc_and_by_that_of_a_size(find):
    soap = make_product(title="Plain Soap")
    make_sizes("Scar Gel")
    assert titles(find(q=soap.upc)) == ["Plain Soap"]
    assert titles(find(q="size-20")) == ["Scar Gel"]


def test_picture_price_and_stock_are_told(find):
    product = make_product(title="Plain Soap", price="18.00", stock=10)
    told = find(q="soap")[0]
    assert told == {
        "pk": product.pk,
        "title": "Plain Soap",
        "upc": product.upc,
        "picture": "",
        "price": "$18.00",
        "stock": "10 in stock",
        "note": "",
    }


def test_product_with_sizes_tells_the_lowest_price_and_all_that_is_left(find):
    make_sizes("Scar Gel")
    told = find(q="gel")[0]
    assert (told["price"], told["stock"]) == ("From $18.00", "7 in stock")


def test_product_that_readers_would_not_see_comes_last_and_says_so(find):
    make_product(title="Soap A", stock=0)
    Product.objects.filter(pk=make_product(title="Soap").pk).update(is_public=False)
    found = find(q="soap")
    assert titles(found) == ["Soap A", "Soap"]
    assert found[0]["stock"] == "Sold out"
    assert found[1]["note"] == "Hidden: readers do not see it"


def test_chosen_products_are_told_by_number_and_those_that_are_gone_are_left_out(find):
    product = make_product()
    assert [told["pk"] for told in find(pk=[product.pk, 999_999, "x"])] == [product.pk]


@pytest.mark.parametrize("query", ["", "'; DROP TABLE x --", "x" * 10_000, "a\0b", "🧴", "%", "<b>"])
def test_whatever_is_typed_is_answered(find, query):
    make_product()
    assert isinstance(find(q=query), list)


def test_number_of_queries_does_not_grow_with_what_is_found(find, django_assert_max_num_queries):
    for _ in range(12):
        make_product(title="Soap")
    find(q="soap")
    with django_assert_max_num_queries(14):
        assert len(find(q="soap")) == 12
