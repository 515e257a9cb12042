from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from blog.models import Post, ProductPick, RichText
from tests.blog.factories import add, make_post, make_staff
from tests.factories import make_product

pytestmark = pytest.mark.django_db


def page(client, post) -> str:
    response = client.get(post.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def test_guide_shows_its_text(client):
    post = make_post()
    add(post, RichText, text="<p>Run a finger over it.</p>")
    assert "<p>Run a finger over it.</p>" in page(client, post)


def test_contents_list_leads_to_the_sections(client):
    post = make_post()
    add(post, RichText, text="<h2>What causes them</h2>")
    html = page(client, post)
    assert 'href="#section-what-causes-them"' in html
    assert 'id="section-what-causes-them"' in html


def test_unknown_guide_is_not_found(client):
    assert client.get("/blog/no-such-guide/").status_code == 404


HIDDEN = {
    "draft": {"status": Post.Status.DRAFT, "publish_at": None},
    "scheduled": {"status": Post.Status.SCHEDULED, "publish_at": timezone.now() + timedelta(days=7)},
}


@pytest.mark.parametrize("fields", HIDDEN.values(), ids=HIDDEN)
def test_guide_that_is_not_out_is_not_found(client, fields):
    assert client.get(make_post(**fields).get_absolute_url()).status_code == 404


@pytest.mark.parametrize("fields", HIDDEN.values(), ids=HIDDEN)
def test_guide_that_is_not_out_is_not_found_for_staff_of_other_rooms(client, fields):
    client.force_login(make_staff("catalogue.view_product"))
    assert client.get(make_post(**fields).get_absolute_url()).status_code == 404


@pytest.mark.parametrize("fields", HIDDEN.values(), ids=HIDDEN)
def test_editors_see_a_guide_that_is_not_out_with_a_banner(client, fields):
    client.force_login(make_staff("blog.view_post"))
    assert "Only staff can see this page" in page(client, make_post(**fields))


def test_published_guide_has_no_banner_for_editors(client):
    client.force_login(make_staff("blog.view_post"))
    assert "Only staff can see this page" not in page(client, make_post())


def test_pick_shows_price_and_adds_to_the_basket(client):
    post, product = make_post(), make_product(title="Plain Soap", price="18.00")
    add(post, ProductPick, product=product, why="It lathers.", not_for="It does not scrub.")
    html = page(client, post)
    for shown in ("It lathers.", "It does not scrub.", "$18.00", reverse("basket:add", args=[product.pk])):
        assert shown in html


def test_every_button_names_its_product(client):
    post = make_post()
    add(post, ProductPick, product=make_product(title="Plain Soap"), why="It lathers.")
    html = page(client, post)
    # Once in the text, once on the shelf.
    assert html.count('aria-label="Add to basket: Plain Soap"') == 2


def test_price_in_the_guide_follows_the_shop(client):
    post, product = make_post(), make_product(price="18.00")
    add(post, ProductPick, product=product, why="It lathers.")
    product.stockrecords.update(price="19.50")
    assert "$19.50" in page(client, post)


def test_sold_out_pick_says_so(client):
    post = make_post()
    add(post, ProductPick, product=make_product(stock=0), why="It lathers.")
    html = page(client, post)
    assert "Sold out" in html
    assert "Add to basket" not in html


def test_pick_of_a_deleted_product_disappears(client):
    post, product = make_post(), make_product()
    add(post, ProductPick, product=product, why="It lathers.")
    product.delete()
    assert "It lathers." not in page(client, post)


def test_guide_that_sells_says_so(client):
    post = make_post()
    add(post, ProductPick, product=make_product(), why="It lathers.")
    html = page(client, post)
    assert "We make and sell the products" in html
    assert "does not replace advice from a doctor" in html


def test_guide_that_sells_nothing_has_no_shelf(client):
    html = page(client, make_post())
    assert "Named in this guide" not in html
    assert "We make and sell" not in html


def test_guide_leads_to_its_neighbors(client):
    now = timezone.now()
    before, post, after = (make_post(publish_at=now - timedelta(days=days)) for days in (3, 2, 1))
    html = page(client, post)
    assert f'href="{before.get_absolute_url()}" rel="prev"' in html
    assert f'href="{after.get_absolute_url()}" rel="next"' in html


def test_unsafe_title_is_escaped(client):
    assert "<b>Bold</b>" not in page(client, make_post(title="<b>Bold</b>", summary="<b>Bold</b>"))


def test_index_lists_what_is_out(client):
    post, draft = make_post(), make_post(status=Post.Status.DRAFT)
    html = client.get("/blog/").content.decode()
    assert post.get_absolute_url() in html
    assert draft.get_absolute_url() not in html


def test_index_shows_editors_only_what_is_out(client):
    client.force_login(make_staff("blog.view_post"))
    draft = make_post(status=Post.Status.DRAFT)
    assert draft.get_absolute_url() not in client.get("/blog/").content.decode()


def test_index_without_guides_says_so(client):
    assert "No guide is out yet" in client.get("/blog/").content.decode()


def test_index_has_pages(client):
    for _ in range(14):
        make_post()
    assert client.get("/blog/?page=2").status_code == 200


@pytest.mark.parametrize("number", ["0", "-1", "99", "x", "1000000000000000000000"])
def test_index_page_that_does_not_exist_is_not_found(client, number):
    make_post()
    assert client.get("/blog/", {"page": number}).status_code == 404
