"""What a search finds and shows, and what it says when it finds nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from modelsearch.models import IndexEntry
from oscar.core.loading import get_model

from blog.models import KeyFact, Post, RichText
from shop.search import index
from shop.search.models import Synonym
from shop.shared_pages.versions import versions
from tests.blog.factories import add, make_post
from tests.factories import make_product
from tests.shop.search.conftest import guides, on_postgresql, titles
from tests.shop.test_lists import good_for
from tests.shop.test_pages import describe, links_of, main_of, make_sizes, parse, text_of

Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")


def asked_for(client, **fields: str) -> list[str]:
    """What the database is asked for the page of such a search."""
    with CaptureQueriesContext(connection) as asked:
        client.get("/search/", fields)
    return [query["sql"] for query in asked]


def facts(queries: list[str]) -> list[str]:
    """Those of them that ask what filters go by."""
    return [query for query in queries if "is_for_sale" in query]


def marks(page) -> list[str]:
    return ["".join(mark.itertext()) for mark in main_of(page).iter("mark")]


# What is found


def test_titles_come_before_texts(search):
    make_product(title="Beard Oil")
    make_product(title="Soap")
    Product.objects.filter(title="Soap").update(description="<p>For the beard.</p>")
    assert titles(search("beard")) == ["Beard Oil", "Soap"]


@pytest.mark.parametrize(
    "query", ["soaps", "brushes", "SOAP", "  soap  brush ", "brush soap", "so\u0301aps", "soap, brush!"]
)
def test_what_is_asked_for_is_found_however_it_is_written(search, query):
    make_product(title="Soap Brush")
    assert titles(search(query)) == ["Soap Brush"]


def test_every_word_must_be_there(search):
    describe(make_product(title="Silicone Gel"), line="For newer scars")
    make_product(title="Shaving Gel")
    assert titles(search("scars GEL")) == ["Silicone Gel"]


def test_beginning_of_a_word_finds_the_word(search):
    make_product(title="Moisturizer")
    assert titles(search("moist")) == ["Moisturizer"]


def test_short_word_finds_only_itself(search):
    make_product(title="Shield SPF 50")
    make_product(title="Shield SPF 500")
    assert titles(search("shield 50")) == ["Shield SPF 50"]


@pytest.mark.parametrize("query", ["creme", "crème", "CRÈME"])
def test_accents_make_no_difference(search, query):
    make_product(title="Crème Brûlée")
    assert titles(search(query)) == ["Crème Brûlée"]


@pytest.mark.parametrize("query", ["aha", "bha", "aha/bha"])
def test_stroke_between_words_makes_no_difference(search, query):
    make_product(title="AHA/BHA Toner")
    assert titles(search(query)) == ["AHA/BHA Toner"]


def test_words_of_another_script_are_found_with_and_without_their_points(search):
    make_product(title="صابون مُحَمَّد")
    assert titles(search("محمد")) == ["صابون مُحَمَّد"]


@pytest.mark.parametrize("query", ["dry skin", "20 g", "face"])
def test_product_is_found_by_what_it_is_for_its_sizes_and_its_shelf(search, query):
    gel = make_sizes(good_for(make_product(title="Gel"), "Dry skin"), ("20 g", "18.00", 5))
    Category.add_root(name="Face").product_set.add(gel)
    make_product(title="Soap")
    assert titles(search(query)) == ["Gel"]


def test_number_of_a_product_finds_it(search):
    soap = make_product(title="Soap")
    assert titles(search(soap.upc)) == ["Soap"]


def test_names_of_tags_are_not_found(search):
    make_product(title="Soap")
    Product.objects.update(description='<p class="lead">Foams <strong>well</strong>.</p>')
    add(make_post(title="Washing"), RichText, text="<p>How to <strong>wash</strong>.</p>")
    assert search("strong").context["total"] == 0
    assert search("well").context["total"] == 1


def test_guides_stand_below_products(search):
    make_product(title="Scar Gel")
    add(make_post(title="On scars"), RichText, text="<p>Time helps.</p>")
    add(make_post(title="On sun"), KeyFact, term="Darkens", fact="A fresh scar.")
    page = search("scar")
    assert [heading.text for heading in main_of(page).iter("h2")] == ["Products", "Guides"]
    assert guides(page) == ["On scars", "On sun"]
    assert "3 results for “scar”." in text_of(page)
    assert "2 guides" in text_of(page)


def test_guides_alone_show_no_empty_shelf(search):
    make_post(title="On shaving")
    page = search("shaving")
    assert "Nothing" not in text_of(page)
    assert [heading.text for heading in main_of(page).iter("h2")] == ["Guides"]


def test_first_guides_of_many_are_shown(search):
    for number in range(15):
        make_post(title=f"On shaving {number}")
    found = search("shaving").context["search"].kinds[0]
    assert (len(found.shown), found.count) == (12, 15)


# What changes by the hour is asked of the database, not of the index


def test_guide_that_is_not_out_is_not_found(search):
    make_post(title="On shaving", status=Post.Status.DRAFT)
    make_post(title="On shaving", status=Post.Status.SCHEDULED, publish_at=timezone.now() + timedelta(days=1))
    assert search("shaving").context["total"] == 0


def test_scheduled_guide_is_found_when_its_time_has_come(search, client):
    make_post(title="On shaving", status=Post.Status.SCHEDULED, publish_at=timezone.now() + timedelta(days=1))
    assert search("shaving").context["total"] == 0
    Post.objects.update(publish_at=timezone.now() - timedelta(seconds=1))
    assert guides(client.get("/search/?q=shaving")) == ["On shaving"]


def test_what_is_taken_down_is_gone_at_once(search, client):
    make_product(title="Soap")
    make_post(title="On soap")
    assert search("soap").context["total"] == 2
    Product.objects.update(is_public=False)
    Post.objects.all().take_back()
    assert client.get("/search/?q=soap").context["total"] == 0


def test_price_and_stock_are_those_of_now(search, client):
    soap, balm = make_product(title="Soap Bar", price="10.00"), make_product(title="Soap Balm", price="20.00")
    assert titles(search("soap", sort="price")) == ["Soap Bar", "Soap Balm"]
    soap.stockrecords.update(price="30.00")
    balm.stockrecords.update(num_in_stock=0)
    assert titles(client.get("/search/?q=soap&sort=price")) == ["Soap Balm", "Soap Bar"]
    assert titles(client.get("/search/?q=soap&in_stock=1")) == ["Soap Bar"]


# What is shown


def test_found_words_are_marked(search):
    describe(make_product(title="Scar Gel"), line="For newer scars")
    make_post(title="On scars", summary="What a scar is.")
    assert marks(search("scar")) == ["Scar", "scars", "scars", "scar"]


def test_guide_whose_text_alone_holds_the_word_shows_that_piece(search):
    post = make_post(title="Habits", summary="What fingers do.")
    add(
        post, RichText, text="<h2>Hydrocolloid</h2><p>A thin hydrocolloid patch keeps <em>fingers</em> off a spot.</p>"
    )
    page = search("hydrocolloid")
    assert "A thin hydrocolloid patch keeps fingers off a spot." in text_of(page)
    assert "What fingers do." not in text_of(page)


def test_what_is_written_in_titles_is_shown_as_text(search):
    make_product(title="<b>Soap</b> & Brush")
    page = search("soap")
    assert "<b>Soap</b> & Brush" in text_of(page)
    assert "&lt;b&gt;<mark>Soap</mark>&lt;/b&gt; &amp; Brush" in page.content.decode()


def test_best_match_is_the_order_unless_another_is_chosen(search):
    make_product(title="Soap Dish Holder for Two", price="5.00")
    make_product(title="Soap", price="9.00")
    assert titles(search("soap")) == ["Soap", "Soap Dish Holder for Two"]
    assert titles(search("soap", sort="price")) == ["Soap Dish Holder for Two", "Soap"]


def test_more_than_can_be_listed_is_said(search, monkeypatch):
    monkeypatch.setattr("shop.search.finding.MOST_PRODUCTS", 2)
    monkeypatch.setattr("shop.search.views.MOST_PRODUCTS", 2)
    for number in range(3):
        make_product(title=f"Soap {number}")
    page = search("soap")
    assert len(titles(page)) == 2
    assert "More than we can list for “soap”" in text_of(page)


@pytest.mark.parametrize(
    ("most", "found"),
    [
        (2, {"Oil for Beards", "Oil for Hair"}),
        pytest.param(4, {"Oil for Beards", "Oil for Hair", "Balm", "Wax"}, marks=on_postgresql),
        (6, {"Oil for Beards", "Oil for Hair", "Balm", "Wax", "Soap", "Toner"}),
    ],
)
def test_of_too_many_those_stay_that_say_it_in_the_title_then_as_a_word_then_in_the_beginning_of_one(
    search, monkeypatch, most, found
):
    """SQLite ranks all there is, and makes no difference between a word and its beginning."""
    monkeypatch.setattr("shop.search.finding.MOST_PRODUCTS", most)
    for title, line in {
        "Toner": "For oily skin",
        "Balm": "With oil of cedar",
        "Oil for Hair": "",
        "Soap": "For oily hair",
        "Wax": "With oil of pine",
        "Oil for Beards": "",
    }.items():
        describe(make_product(title=title), line=line)
    shown = titles(search("oil"))
    assert set(shown) == found
    assert len(shown) == len(found)


def test_search_engines_leave_results_alone(search):
    assert parse(search("soap")).find(".//meta[@name='robots']").get("content") == "noindex"


@pytest.mark.parametrize("fields", [{}, {"in_stock": "1", "price_to": "90", "sort": "price"}])
def test_questions_do_not_grow_with_what_is_found(search, client, fields):
    def fill(first: int, last: int) -> None:
        for number in range(first, last):
            good_for(make_product(title=f"Soap {number}"), "Spots", f"Concern {number}")
            add(make_post(title=f"Soap guide {number}"), RichText, text="<p>Foam.</p>")
        Synonym.objects.create(words=f"soap, cleanser{first}")

    def questions() -> int:
        return len(asked_for(client, q="soap", **fields))

    fill(0, 2)
    search("soap")
    few = questions()
    fill(2, 16)
    search("soap")
    assert questions() == few
    # Synonyms 1, index 2, choices 1 (and their counts 1), figures 1, guides 1, tiles 2, menu and badges 1.
    assert few <= 10


# When nothing is found


def test_nothing_found_shows_what_there_is(search):
    category = Category.add_root(name="Wash")
    category.product_set.add(make_product(title="Soap"))
    page = search("umbrella")
    assert "Nothing matches “umbrella”." in text_of(page)
    assert {category.get_absolute_url(), "/catalogue/", reverse("blog:index")} <= {
        link.get("href") for link in main_of(page).iter("a")
    }
    assert "Soap" in text_of(page)


def test_index_is_asked_once_for_what_is_looked_through_in_many_ways(kept_parts, search, client):
    """Also where nothing is found, though that page is made twice: to see that, and for whoever asks."""
    for number in range(3):
        make_product(title=f"Soap {number}")

    def questions(**fields: str) -> int:
        return sum(IndexEntry._meta.db_table in query for query in asked_for(client, **fields))

    search("")
    versions.forget()
    once = questions(q="soap")
    assert once
    assert questions(q="Soaps", sort="price") == 0
    assert questions(q="umbrella") == once
    make_product(title="Umbrella")
    versions.forget()
    assert questions(q="soap", sort="name") == once


def test_whoever_filters_or_sorts_has_nothing_asked_again(kept_parts, search, client):
    """What filters go by is the same for all who search for those words."""
    for number in range(3):
        make_product(title=f"Comb {number}")

    search("")
    versions.forget()
    assert facts(asked_for(client, q="comb"))
    assert not facts(asked_for(client, q="Combs", sort="price", price_to="20"))


def test_search_without_words_only_asks_for_them(search):
    make_product(title="Soap")
    page = search("")
    assert titles(page) == []
    assert "Nothing matches" not in text_of(page)


@pytest.mark.parametrize("query", ["the", "what is it", "...", "🧼", "%", "_", "\\", ".*", "(((", "'", '"'])
def test_search_that_says_nothing_asks_for_more(search, query):
    make_product(title="Soap, the one with a %, a _ and a \\")
    page = search(query)
    assert page.context["total"] == 0
    assert "Search for a word that says more" in text_of(page)


ODD = {
    "SQL": "soap' OR 1=1; DROP TABLE catalogue_product --",
    "HTML": "<script>alert(1)</script><b>soap</b>",
    "one quote": '"soap',
    "brackets": "(soap & !brush | *:*",
    "operators": "soap AND NOT NEAR(brush) OR title:soap*",
    "two hundred letters": "a" * 200,
    "many words": "soap brush " * 18,
    "right to left": "\u202eصابون soap",
    "format marks": "soap\u200b\u200d\ufeff",
    "percent signs": "%s %(name)s %d soap",
    "emoji": "🧔🏽‍♂️ soap 🧼",
    "backslashes": "soap\\' \\x00",
}


@pytest.mark.parametrize("query", ODD.values(), ids=ODD)
def test_odd_search_is_answered(search, query):
    make_product(title="Soap")
    page = search(query)
    assert page.status_code == 200
    assert main_of(page).find(".//input[@name='q']").get("value") == query


@pytest.mark.parametrize("query", ["a\0b", "x" * 201, "x" * 10_000, "soap " * 2_000])
def test_search_that_cannot_be_read_says_so(search, query):
    page = search(query)
    assert page.status_code == 200
    assert main_of(page).find(".//*[@class='field__error']") is not None


def test_search_that_is_too_long_says_what_to_do_and_keeps_what_was_typed(search):
    page = search("soap " * 2_000)
    assert "Use a few words" in text_of(page)
    assert main_of(page).find(".//input[@name='q']").get("value") == "soap " * 2_000


def test_what_was_searched_is_shown_as_text(search):
    assert "Nothing matches “<b>soap</b>”." in text_of(search("<b>soap</b>"))


# What was meant


@pytest.mark.parametrize(
    ("typed", "meant"), [("retinl", "retinol"), ("pokmark", "pockmarks"), ("retinl serm", "retinol serum")]
)
def test_typing_error_is_forgiven(search, typed, meant):
    make_product(title="Renewal Retinol Serum")
    make_post(title="Understanding Pockmarks")
    page = search(typed)
    assert page.context["total"] == 1
    assert f"Nothing matches “{typed}”. Here is 1 result for “{meant}”." in text_of(page)


def test_filters_of_a_mended_search_keep_what_was_typed(search):
    for title in ("Retinol Serum", "Retinol Cream"):
        make_product(title=title)
    page = search("retinl", in_stock="1")
    assert "/search/?q=retinl" in links_of(page)
    assert len(titles(page)) == 2


def test_what_resembles_nothing_is_not_mended(search):
    make_product(title="Retinol Serum")
    assert search("umbrella").context["meant"] is None


def test_word_of_something_hidden_is_not_what_was_meant(search):
    Product.objects.filter(pk=make_product(title="Retinol Serum").pk).update(is_public=False)
    page = search("retinl")
    assert "retinol" not in text_of(page).lower()


def test_word_in_the_name_of_a_category_is_known(search):
    soap = make_product(title="Soap")
    Category.add_root(name="Protect").product_set.add(soap)
    assert titles(search("protct")) == ["Soap"]


def test_index_that_was_never_filled_finds_nothing_and_says_so(client, db):
    make_product(title="Soap")
    assert "Nothing matches “soap”." in text_of(client.get("/search/?q=soap"))
    index.rebuild()
    assert titles(client.get("/search/?q=soap")) == ["Soap"]
