import pytest
from django.contrib.flatpages.models import FlatPage

from blog.care.checks import check_stored
from blog.care.links import DEAD_AT, addresses_elsewhere
from blog.care.models import OutgoingLink
from blog.models import Post, Question, RichText, Source
from tests.blog.factories import add, make_post
from tests.factories import make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    return make_post(title="The guide", slug="the-guide")


def about_links(post) -> list[tuple[bool, str]]:
    return [
        (it.stops, it.message) for it in check_stored(post) if " link leads " in it.message or "point" in it.message
    ]


def link(post, address: str):
    return add(post, RichText, text=f'<h2>Soap</h2><p><a href="{address}">There</a></p>')


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/blog/",
        "/blog/the-guide/",
        "/catalogue/?sort=price",
        "/promises/returns/#who-pays",
        "/contact",
        "/robots.txt",
        "#section-soap",
        "mailto:us@example.com",
        "https://www.nhs.uk/blog/nothing/",
        "//www.nhs.uk/blog/nothing/",
    ],
)
def test_a_link_that_leads_somewhere(promises, post, address):
    link(post, address)
    assert about_links(post) == []


@pytest.mark.parametrize(
    "address",
    [
        "/blog/nothing/",
        "/blog/topics/nothing/",
        "/catalogue/nothing_4711/",
        "/catalogue/category/nothing_4711/",
        "/promises/nothing/",
        "/nothing/",
        "/%00",
        "/blog/%F0%9F%98%80/",
        "nothing",
    ],
)
def test_a_link_to_a_page_of_ours_that_is_not_there(promises, post, address):
    link(post, address)
    assert about_links(post) == [(True, f"A link leads to {address}, where readers find nothing.")]


def test_our_own_address_in_full_is_ours(settings, post):
    settings.SITE_URL = "https://shop.example"
    link(post, "https://shop.example/nothing/")
    assert len(about_links(post)) == 1
    assert addresses_elsewhere(post.all_blocks()) == set()


def test_a_link_to_a_draft_and_to_a_hidden_product(post):
    draft, product = make_post(status=Post.Status.DRAFT), make_product()
    for page in (draft, product):
        link(post, page.get_absolute_url())
    assert len(about_links(post)) == 1
    type(product).objects.update(is_public=False)
    assert len(about_links(post)) == 2
    draft.status = Post.Status.PUBLISHED
    draft.save()
    assert len(about_links(post)) == 1


def test_a_flat_page_is_a_page(post):
    link(post, "/about/")
    assert len(about_links(post)) == 1
    FlatPage.objects.create(url="/about/", title="About")
    assert about_links(post) == []


def test_a_place_that_the_guide_does_not_have(post):
    link(post, "#section-towels")
    assert about_links(post) == [(True, "A link leads to “#section-towels”, a place that this guide does not have.")]


def test_a_number_without_its_source(post):
    add(post, RichText, text='<p>Soap.<a href="#source-1">1</a><a href="#source-2">2</a></p>')
    add(post, Source, publisher="NHS", title="Soap", url="https://www.nhs.uk/soap")
    assert about_links(post) == [(True, "The text points at source 2, and there is no source 2.")]


def test_links_in_answers_are_links_too(post):
    add(post, Question, question="Where?", answer='<p><a href="/nothing/">There</a></p>')
    assert len(about_links(post)) == 1


@pytest.mark.parametrize(("failures", "is_dead"), [(DEAD_AT - 1, False), (DEAD_AT, True)])
def test_an_address_elsewhere_is_dead_after_some_nights(post, failures, is_dead):
    url = "https://www.nhs.uk/soap"
    add(post, Source, publisher="NHS", title="Soap", url=url)
    OutgoingLink.objects.create(url=url, answer="404 Not Found", failures=failures)
    dead = f"{url} no longer answers: 404 Not Found." in [finding.message for finding in check_stored(post)]
    assert dead is is_dead


def test_addresses_elsewhere_are_found_wherever_they_stand(post):
    add(post, RichText, text='<p><a href="https://a.example/x">x</a> <a href="/blog/">y</a></p>')
    add(post, Question, question="Where?", answer='<p><a href="http://b.example">x</a></p>')
    add(post, Source, publisher="NHS", title="Soap", url="https://c.example/#top")
    assert addresses_elsewhere(post.all_blocks()) == {
        "https://a.example/x",
        "http://b.example",
        "https://c.example/#top",
    }
