"""What a guide tells about itself: who wrote and reviewed it, when, from which sources, and that it sells."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from blog.models import Author, Post, ProductPick, Question, RichText, Source
from tests.blog.factories import add, make_post, make_staff
from tests.factories import make_product

pytestmark = pytest.mark.django_db

ADDRESS = "https://www.nhs.uk/conditions/acne/"


def page(client, thing) -> str:
    """What is read on its page, white space made single."""
    response = client.get(thing.get_absolute_url())
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.fixture
def reviewer() -> Author:
    return Author.objects.create(name="A. Reader", slug="a-reader", credentials="MD, dermatologist", about="Reads.")


def test_byline_leads_to_the_author(client):
    post = make_post()
    assert f'href="{post.author.get_absolute_url()}" rel="author"' in page(client, post)


def test_review_is_shown_with_credentials_and_day(client, reviewer):
    html = page(client, make_post(reviewed_by=reviewer, reviewed_on=date(2026, 1, 2)))
    assert f'Reviewed by <a class="byline__name" href="{reviewer.get_absolute_url()}">A. Reader</a>' in html
    assert "MD, dermatologist" in html
    assert '<time datetime="2026-01-02">January 2, 2026</time>' in html


def test_guide_that_nobody_reviewed_claims_no_review(client):
    assert "Reviewed by" not in page(client, make_post())


def test_next_review_is_shown_to_readers(client):
    day = timezone.localdate() + timedelta(days=30)
    assert f'Next review <time datetime="{day}">' in page(client, make_post(next_review_on=day))


def test_review_that_is_due_is_shown_to_staff_alone(client):
    post = make_post(next_review_on=timezone.localdate() - timedelta(days=1))
    html = page(client, post)
    assert "Next review" not in html
    assert "review of this guide is due" not in html
    client.force_login(make_staff("blog.view_post"))
    assert "review of this guide is due" in page(client, post)


def test_source_says_when_it_was_read(client):
    post = make_post()
    add(post, Source, publisher="NHS", title="Acne", url=ADDRESS, read_on=date(2026, 3, 4))
    assert 'Read on <time datetime="2026-03-04">March 4, 2026</time>' in page(client, post)


def test_source_that_was_not_read_yet_says_so_to_staff_alone(client):
    post = make_post()
    add(post, Source, publisher="NHS", title="Acne", url=ADDRESS)
    html = page(client, post)
    assert "Read on" not in html
    assert "Not yet checked" not in html
    client.force_login(make_staff("blog.view_post"))
    assert "Not yet checked" in page(client, post)


def test_source_leads_back_to_every_place_that_names_it(client):
    post = make_post()
    add(post, RichText, text='<p>So.<a href="#source-1">1</a></p>')
    add(post, RichText, text='<p>And so.<a href="#source-1">1</a></p>')
    add(post, Source, publisher="NHS", title="Acne", url=ADDRESS)
    html = page(client, post)
    marks = re.findall(r'class="sources__mark" id="(.*?)"', html)
    assert re.findall(r'class="sources__back" href="#(.*?)"', html) == marks == ["mark-1-1", "mark-1-2"]


def test_source_that_the_text_does_not_name_leads_nowhere(client):
    post = make_post()
    add(post, Source, publisher="NHS", title="Acne", url=ADDRESS)
    assert "sources__back" not in page(client, post)


# --- That it sells -------------------------------------------------------------------------------------------------

SELLS = "We make and sell the products"


def test_guide_says_that_it_sells_before_the_first_product(client):
    post = make_post()
    add(post, ProductPick, product=make_product(), why="It lathers.")
    html = page(client, post)
    assert html.index(SELLS) < html.index("It lathers.")


def test_guide_says_that_it_sells_before_its_text(client):
    post = make_post()
    add(post, RichText, text="<h2>First</h2><p>Long ago.</p>")
    add(post, ProductPick, product=make_product(), why="It lathers.")
    html = page(client, post)
    assert html.index(SELLS) < html.index("Long ago.")


@pytest.mark.parametrize("before", ["", "https://shop.example"])
def test_guide_that_only_links_to_a_product_says_that_it_sells(client, settings, before):
    settings.SITE_URL = "https://shop.example"
    post, product = make_post(), make_product()
    add(post, RichText, text=f'<p><a href="{before}{product.get_absolute_url()}">This</a></p>')
    assert SELLS in page(client, post)


def test_guide_that_links_to_a_product_in_an_answer_says_that_it_sells(client):
    post, product = make_post(), make_product()
    add(post, Question, question="What?", answer=f'<p><a href="{product.get_absolute_url()}">This</a></p>')
    assert SELLS in page(client, post)


def test_guide_that_links_elsewhere_does_not_say_that_it_sells(client):
    post = make_post()
    add(post, RichText, text='<p><a href="https://elsewhere.example/catalogue/">There</a> <a href="/blog/">on</a></p>')
    assert SELLS not in page(client, post)


def test_every_guide_says_that_it_is_no_doctor(client):
    assert "does not replace advice from a doctor" in page(client, make_post())


# --- Author --------------------------------------------------------------------------------------------------------


def test_author_page_lists_what_is_out(client):
    post, draft = make_post(), make_post(status=Post.Status.DRAFT)
    html = page(client, post.author)
    assert post.title in html
    assert draft.title not in html


def test_author_page_lists_what_was_reviewed_and_says_with_what_right(client, reviewer):
    post = make_post(reviewed_by=reviewer, reviewed_on=date(2026, 1, 2))
    other = make_post()
    html = page(client, reviewer)
    assert "MD, dermatologist" in html
    assert post.title in html
    assert f">{other.title}<" not in html


def test_author_of_drafts_alone_is_known_to_staff_alone(client):
    author = make_post(status=Post.Status.DRAFT).author
    assert client.get(author.get_absolute_url()).status_code == 404
    client.force_login(make_staff("blog.view_post"))
    assert "No guide is out here yet" in page(client, author)


def test_unknown_author_is_not_found(client):
    assert client.get("/blog/authors/nobody/").status_code == 404


def test_author_of_many_guides_has_pages(client):
    posts = [make_post() for _ in range(13)]
    assert client.get(posts[0].author.get_absolute_url(), {"page": "2"}).status_code == 200


def test_author_is_refused_a_review_of_the_own_text():
    post = make_post()
    post.reviewed_by, post.reviewed_on = post.author, timezone.localdate()
    with pytest.raises(ValidationError, match="of one’s own"):
        post.validate_constraints()
