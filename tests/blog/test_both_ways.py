"""From a guide to the shop and back: picks that are sold out, the button for all, categories and their guides."""

import pytest
from django.db import IntegrityError
from oscar.core.loading import get_model

from blog.models import Post, ProductPick
from blog.templatetags.guide import MOST_FOR_CATEGORY, guides_for_category
from tests.blog.factories import add, make_post
from tests.factories import make_product

pytestmark = pytest.mark.django_db

Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")


def page(client, thing) -> str:
    """What is read on its page, white space made single."""
    response = client.get(thing.get_absolute_url())
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.fixture
def treat() -> Category:
    return Category.add_root(name="Treat", description="Start with one.")


# --- Sold out ------------------------------------------------------------------------------------------------------


def test_sold_out_pick_names_what_the_editors_would_take(client):
    post, balm = make_post(), make_product(title="Balm", price="21.00")
    add(post, ProductPick, product=make_product(title="Soap", stock=0), substitute=balm, why="It lathers.")
    html = page(client, post)
    sentence = f'our editors would take <a class="stand-in__link" href="{balm.get_absolute_url()}">Balm</a>.'
    assert html.count(sentence) == 2  # in the text and on the shelf
    assert "$21.00" in html
    assert 'aria-label="Add to basket: Balm"' in html


def test_sold_out_pick_names_the_next_best_of_its_category(client, treat):
    post, soap, balm = make_post(), make_product(title="Soap", stock=0), make_product(title="Balm")
    for product in (soap, balm):
        product.categories.add(treat)
    add(post, ProductPick, product=soap, why="It lathers.")
    html = page(client, post)
    assert "The next best from the same shelf is" in html
    assert balm.get_absolute_url() in html


def test_sold_out_pick_without_an_equal_names_nothing(client):
    post = make_post()
    add(post, ProductPick, product=make_product(stock=0), why="It lathers.")
    html = page(client, post)
    assert "Sold out" in html
    assert 'class="stand-in' not in html


def test_pick_that_is_back_needs_nobody_in_its_place(client):
    post, soap = make_post(), make_product(title="Soap", stock=0)
    add(post, ProductPick, product=soap, substitute=make_product(title="Balm"), why="It lathers.")
    soap.stockrecords.update(num_in_stock=1)
    assert "Balm" not in page(client, post)


def test_pick_whose_product_is_gone_leaves_no_hole_whatever_stands_in(client):
    post, soap = make_post(), make_product(title="Soap")
    add(post, ProductPick, product=soap, substitute=make_product(title="Balm"), why="It lathers.")
    soap.delete()
    html = page(client, post)
    assert "It lathers." not in html
    assert "Balm" not in html


def test_substitute_that_is_deleted_takes_nothing_with_it():
    balm = make_product(title="Balm")
    pick = add(make_post(), ProductPick, product=make_product(), substitute=balm, why="It lathers.")
    balm.delete()
    pick.refresh_from_db()
    assert pick.substitute is None


def test_product_cannot_stand_in_for_itself():
    soap = make_product()
    with pytest.raises(IntegrityError):
        add(make_post(), ProductPick, product=soap, substitute=soap, why="It lathers.")


# --- The button for all --------------------------------------------------------------------------------------------


def test_guide_with_two_products_offers_the_routine(client):
    post = make_post()
    for _ in range(2):
        add(post, ProductPick, product=make_product(), why="It lathers.")
    html = page(client, post)
    assert f'action="{post.get_absolute_url()}routine/" method="post"' in html
    assert "Add the routine" in html


def test_one_product_is_no_routine(client):
    post = make_post()
    add(post, ProductPick, product=make_product(), why="It lathers.")
    add(post, ProductPick, product=make_product(stock=0), why="It is gone.")
    assert "Add the routine" not in page(client, post)


def test_set_whose_parts_are_picked_too_stays_apart(client):
    post, soap, balm = make_post(), make_product(title="Soap"), make_product(title="Balm")
    for product in (soap, balm):
        add(post, ProductPick, product=product, why="It lathers.")
    add(post, ProductPick, product=make_product(title="Soap and balm"), why="Both in a box.", in_routine=False)
    assert "Not part of it: Soap and balm." in page(client, post)
    client.post(post.get_absolute_url() + "routine/")
    assert {line.product for line in client.get("/basket/").context["basket"].lines.all()} == {soap, balm}


def test_one_product_and_a_set_are_no_routine(client):
    post = make_post()
    add(post, ProductPick, product=make_product(), why="It lathers.")
    add(post, ProductPick, product=make_product(), why="Two of them.", in_routine=False)
    assert "Add the routine" not in page(client, post)


# --- Categories ----------------------------------------------------------------------------------------------------


def test_category_shows_the_guides_that_recommend_from_it(client, treat):
    post, other, soap = make_post(), make_post(), make_product()
    soap.categories.add(treat)
    add(post, ProductPick, product=soap, why="It lathers.")
    add(other, ProductPick, product=make_product(), why="It shaves.")
    html = page(client, treat)
    assert "From the guide" in html
    assert post.get_absolute_url() in html
    assert other.get_absolute_url() not in html


def test_category_shows_the_guides_of_what_is_below_it(treat):
    post, soap = make_post(), make_product()
    soap.categories.add(treat.add_child(name="Serums"))
    add(post, ProductPick, product=soap, why="It lathers.")
    assert list(guides_for_category(treat)) == [post]


def test_category_shows_a_guide_once_and_only_what_is_out(treat):
    post, draft = make_post(), make_post(status=Post.Status.DRAFT)
    for _ in range(2):
        soap = make_product()
        soap.categories.add(treat)
        for guide in (post, draft):
            add(guide, ProductPick, product=soap, why="It lathers.")
    assert list(guides_for_category(treat)) == [post]


def test_category_shows_the_first_guides_alone(treat):
    soap = make_product()
    soap.categories.add(treat)
    for _ in range(MOST_FOR_CATEGORY + 2):
        add(make_post(), ProductPick, product=soap, why="It lathers.")
    assert len(guides_for_category(treat)) == MOST_FOR_CATEGORY


def test_category_without_guides_has_no_empty_section(client, treat):
    assert "From the guide" not in page(client, treat)
