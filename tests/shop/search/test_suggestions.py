"""What is offered while somebody types."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from oscar.core.loading import get_model

from blog.models import Post
from shop.search import index
from tests.blog.factories import make_post
from tests.factories import make_product

Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")


@pytest.fixture
def suggest(client, db):
    """Reads everything into the index, then asks for suggestions; gives each as its kind and its label."""

    def ask(typed: str) -> list[tuple[str, str]]:
        index.rebuild()
        answer = client.get("/search/suggestions/", {"q": typed})
        assert answer.status_code == 200
        return [(str(each.kind), each.label) for each in answer.context["suggestions"]]

    return ask


def test_shelves_products_and_guides_are_offered(suggest):
    Category.add_root(name="Shaving")
    make_product(title="Shave Soap")
    make_post(title="How to shave")
    assert suggest("sha") == [
        ("Category", "<mark>Shaving</mark>"),
        ("Product", "<mark>Shave</mark> Soap"),
        ("Guide", "How to <mark>shave</mark>"),
    ]


@pytest.mark.parametrize("typed", ["so", "SO", "soap br", "br so", "the soap b", " soap,br "])
def test_last_word_may_still_become_any(suggest, typed):
    make_product(title="Soap Brush")
    assert [kind for kind, _label in suggest(typed)] == ["Product"]


def test_accents_make_no_difference(suggest):
    make_product(title="Crème Brûlée")
    assert suggest("crem") == [("Product", "<mark>Crème</mark> Brûlée")]


@pytest.mark.parametrize("typed", ["", " ", "s", "🧼", "%", "'", "(((", "\0", "x" * 5000, "a" * 200, "\u202e", "''so"])
def test_odd_beginnings_offer_nothing_or_something(suggest, typed):
    make_product(title="Soap")
    assert suggest(typed) in ([], [("Product", "<mark>Soap</mark>")])


def test_what_is_not_on_show_is_not_offered(suggest):
    Product.objects.filter(pk=make_product(title="Soap").pk).update(is_public=False)
    make_post(title="Soap", status=Post.Status.DRAFT)
    Category.add_root(name="Soaps", is_public=False)
    assert suggest("soap") == []


def test_only_a_few_of_a_kind_are_offered(suggest):
    for number in range(9):
        make_product(title=f"Soap {number}")
    assert len(suggest("soap")) == 4


def test_search_that_was_meant_is_offered_where_nothing_begins_so(suggest):
    make_product(title="Retinol Serum")
    assert suggest("retinl") == [("Search", "retinol")]


def test_each_leads_to_its_page(client, db):
    soap = make_product(title="Soap <b>")
    index.rebuild()
    answer = client.get("/search/suggestions/?q=soap").content.decode()
    assert f'data-url="{soap.get_absolute_url()}"' in answer
    assert "<b>" not in answer


def test_browser_may_keep_them_for_a_minute(client, db):
    assert client.get("/search/suggestions/?q=so").headers["Cache-Control"] == "private, max-age=60"


def test_questions_do_not_grow_with_what_is_offered(suggest, client):
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/search/suggestions/?q=soap")
        return len(asked)

    make_product(title="Soap")
    make_post(title="Soap")
    suggest("soap")
    few = questions()
    for number in range(9):
        make_product(title=f"Soap {number}")
        make_post(title=f"Soap {number}")
    suggest("soap")
    assert (questions(), few) == (5, 5)  # shelves, and of two kinds the index and the things
