"""Each thing that a check finds, and that it finds nothing where all is well."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blog.care.checks import check_stored
from blog.models import Figure, Post, ProductPick, RichText, Source
from tests.blog.factories import add, make_post
from tests.factories import make_product

pytestmark = pytest.mark.django_db

SUMMARY = "What helps, what does not, and what only a doctor can do for you."


@pytest.fixture
def post():
    """A guide of which the check says nothing but that it has no picture."""
    return make_post(
        title="What a soap can do", summary=SUMMARY, next_review_on=timezone.localdate() + timedelta(days=90)
    )


def found(post) -> list[tuple[bool, str]]:
    findings = [(finding.stops, finding.message) for finding in check_stored(post)]
    assert (False, "There is no picture at the top.") in findings
    findings.remove((False, "There is no picture at the top."))
    return findings


def pictured(post, words: str) -> list[str]:
    """What is found once the guide has a picture with these words."""
    Post.objects.filter(pk=post.pk).update(hero="guides/soap.jpg", hero_alt=words)
    return [finding.message for finding in check_stored(Post.objects.get(pk=post.pk))]


def test_all_is_well(post):
    add(
        post, RichText, text='<h2>Scars</h2><p>What doctors say.<a href="#source-1">1</a></p><h3>More</h3><p>Soap.</p>'
    )
    add(post, ProductPick, product=make_product(stock=3), why="A plain soap.")
    add(post, Source, publisher="NHS", title="Scars", url="https://www.nhs.uk/scars", read_on=timezone.localdate())
    assert found(post) == []


def test_a_product_that_is_gone(post):
    pick = add(post, ProductPick, product=make_product(), why="A plain soap.")
    pick.product.delete()
    assert found(post) == [(True, "The product that was picked here is gone.")]


def test_a_hidden_product(post):
    product = make_product(title="Plain Soap")
    type(product).objects.update(is_public=False)
    add(post, ProductPick, product=product, why="A plain soap.")
    assert found(post) == [(True, "“Plain Soap” is hidden: readers would see nothing here.")]


def test_a_product_without_a_price(post):
    product = make_product(title="Plain Soap")
    product.stockrecords.update(price=None)
    add(post, ProductPick, product=product, why="A plain soap.")
    assert found(post) == [(True, "“Plain Soap” has no price, so nobody can buy it.")]


def test_a_sold_out_product_only_warns(post):
    add(post, ProductPick, product=make_product(title="Plain Soap", stock=0), why="A plain soap.")
    assert found(post) == [(False, "“Plain Soap” is sold out.")]


def test_a_title_that_is_cut_off(post):
    post.title = "x" * 61
    assert found(post) == [(False, "The title has 61 characters. Search results cut it off after about 60.")]


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        (" ", (True, "There is no summary.")),
        ("Soap.", (False, "The summary is very short.")),
    ],
)
def test_a_summary_that_says_little(post, summary, expected):
    post.summary = summary
    assert found(post) == [expected]


def test_a_picture_without_words(post):
    assert pictured(post, " ") == ["A picture has no words for readers who cannot see it."]


@pytest.mark.parametrize("words", ["IMG_2041.JPG", "photo", "Picture 3", "untitled.png", "2041"])
def test_words_that_say_nothing(post, words):
    assert pictured(post, words) == [f"“{words}” tells nobody what the picture shows."]


@pytest.mark.parametrize("words", ["A soap", "Imogen’s soap", "Picture of a soap", "Фото мыла"])
def test_words_that_say_something(post, words):
    assert pictured(post, words) == []


def test_a_figure_is_looked_at_and_a_drawing_brings_its_own_words(post):
    add(post, Figure, drawing=Figure.Drawing.POCKMARK)
    add(post, Figure, image="guides/soap.jpg", alt="image")
    assert found(post) == [(False, "“image” tells nobody what the picture shows.")]


def test_a_heading_that_skips_a_level(post):
    add(post, RichText, text="<p>Soap.</p><h3>Foam</h3><p>Soap.</p>")
    assert found(post) == [(True, "“Foam” is a small heading, and no large one stands above it.")]


def test_headings_go_on_from_block_to_block(post):
    add(post, RichText, text="<h2>Soap</h2>")
    add(post, RichText, text="<h3>Foam</h3><h3>Water</h3><h2>Towels</h2>")
    assert found(post) == []


def test_an_empty_heading(post):
    add(post, RichText, text="<h2>Soap</h2><p>Soap.</p><h2> </h2>")
    assert found(post) == [(True, "A heading is empty.")]


def test_health_without_any_source(post):
    add(post, RichText, text="<p>Acne leaves scars.</p>")
    assert found(post) == [(True, "The guide speaks of health and names no source.")]


def test_a_section_on_health_that_points_at_no_source(post):
    add(
        post,
        RichText,
        text='<h2>One</h2><p>Acne scars.<a href="#source-1">1</a></p><h2>Two</h2><h3>x</h3><p>Soap.</p>',
    )
    add(post, RichText, text="<p>An infection.</p><h2>Three</h2><p>Towels.</p>")
    add(post, Source, publisher="NHS", title="Scars", url="https://www.nhs.uk/scars", read_on=timezone.localdate())
    assert found(post) == [(False, "“Two” speaks of health (“infection”) and points at no source.")]


def test_a_source_that_nobody_says_to_have_read(post):
    add(post, Source, publisher="NHS", title="Scars", url="https://www.nhs.uk/scars")
    add(post, Source, publisher="NHS", title="Acne", url="https://www.nhs.uk/acne")
    assert found(post) == [(False, "Nobody has noted when these sources were read: “Scars”, “Acne”.")]


@pytest.mark.parametrize(
    ("days", "message"), [(None, "No next review is planned."), (0, "The day of its review has come.")]
)
def test_a_review_that_is_due_or_not_planned(post, days, message):
    post.next_review_on = None if days is None else timezone.localdate() + timedelta(days=days)
    assert found(post) == [(False, message)]


def test_what_stops_the_guide_comes_first(post):
    add(post, RichText, text="<h3>Foam</h3>")
    post.title = "x" * 61
    assert [stops for stops, _message in found(post)] == [True, False]


def test_the_demo_has_nothing_that_stops_it(demo_shop):
    for demo in Post.objects.all():
        assert [finding for finding in check_stored(demo) if finding.stops] == []
