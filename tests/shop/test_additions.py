"""Several products added at once: what goes in, what stays out, and what the shopper is told."""

import pytest
from django.test import Client
from django.urls import reverse
from oscar.core.loading import get_model

from blog.models import Post, ProductPick
from tests.blog.factories import add, make_post, make_staff
from tests.factories import make_product
from tests.shop.test_basket import make_gel, quantities, text_of

pytestmark = pytest.mark.django_db

Basket = get_model("basket", "Basket")
Line = get_model("basket", "Line")
Product = get_model("catalogue", "Product")


def routine_of(*products) -> Post:
    post = make_post()
    for product in products:
        add(post, ProductPick, product=product, why="It helps.")
    return post


def address(post: Post) -> str:
    return reverse("blog:routine", args=[post.slug])


def press(client: Client, post: Post) -> str:
    """What the page says after the button."""
    return text_of(client.post(address(post), follow=True))


def test_routine_puts_one_of_each_into_the_basket(client):
    said = press(client, routine_of(make_product(title="Soap"), make_product(title="Brush")))
    assert quantities(client) == {"Soap": 1, "Brush": 1}
    assert "In your basket now: Soap and Brush." in said


def test_shopper_comes_back_to_the_shelf(client):
    post = routine_of(make_product())
    assert client.post(address(post))["Location"] == f"{post.get_absolute_url()}#shelf"


def test_what_is_sold_out_stays_out_and_is_named(client):
    said = press(client, routine_of(make_product(title="Soap"), make_product(title="Brush", stock=0)))
    assert quantities(client) == {"Soap": 1}
    assert "Sold out, so left out: Brush." in said


def test_routine_that_is_all_sold_out_says_so(client):
    said = press(client, routine_of(make_product(title="Soap", stock=0)))
    assert "In your basket now" not in said
    assert "Sold out, so left out: Soap." in said


def test_what_is_in_the_basket_already_is_not_added_again(client):
    soap, brush = make_product(title="Soap"), make_product(title="Brush")
    client.post(reverse("basket:add", args=[soap.pk]), {"quantity": "2"})
    said = press(client, routine_of(soap, brush))
    assert quantities(client) == {"Soap": 2, "Brush": 1}
    assert "In your basket already, so not added again: Soap." in said


def test_second_press_adds_nothing(client):
    post = routine_of(make_product(title="Soap", stock=1))
    press(client, post)
    said = press(client, post)
    assert quantities(client) == {"Soap": 1}
    assert "already" in said
    assert "Sold out" not in said


def test_smallest_price_in_stock_is_the_size(client):
    gel = make_gel(("20 g", 0), ("60 g", 3), ("90 g", 3))
    said = press(client, routine_of(gel))
    assert quantities(client) == {"Gel, 60 g": 1}
    assert "In your basket now: Gel (60 g)." in said


def test_another_size_in_the_basket_is_enough(client):
    gel = make_gel(("20 g", 3), ("60 g", 3))
    size = gel.children.get(title="60 g")
    client.post(reverse("basket:add", args=[size.pk]), {"quantity": "1"})
    press(client, routine_of(gel))
    assert quantities(client) == {"Gel, 60 g": 1}


def test_what_one_order_does_not_hold_stays_out(client, settings):
    settings.OSCAR_MAX_BASKET_QUANTITY_THRESHOLD = 1
    said = press(client, routine_of(make_product(title="Soap"), make_product(title="Brush")))
    assert quantities(client) == {"Soap": 1}
    assert "so left out: Brush." in said


def test_hidden_product_is_no_part_of_the_routine(client):
    soap, hidden = make_product(title="Soap"), make_product(title="Brush")
    post = routine_of(soap, hidden)
    Product.objects.filter(pk=hidden.pk).update(is_public=False)
    said = press(client, post)
    assert quantities(client) == {"Soap": 1}
    assert "Brush" not in said


def test_script_gets_the_panel(client):
    post = routine_of(make_product(title="Soap"), make_product(title="Brush", stock=0))
    response = client.post(address(post), headers={"X-Requested-With": "XMLHttpRequest"})
    html = response.content.decode()
    assert 'data-count="1"' in html
    assert "In your basket now: Soap." in html
    assert "Sold out, so left out: Brush." in html


def test_address_of_the_routine_is_no_page(client):
    assert client.get(address(routine_of(make_product()))).status_code == 405


def test_routine_of_a_draft_is_for_staff_alone(client):
    post = routine_of(make_product(title="Soap"))
    Post.objects.take_back()
    assert client.post(address(post)).status_code == 404
    client.force_login(make_staff("blog.view_post"))
    assert client.post(address(post)).status_code == 302


def test_forged_request_adds_nothing():
    client = Client(enforce_csrf_checks=True)
    assert client.post(address(routine_of(make_product()))).status_code == 403
    assert not Line.objects.exists()


def test_routine_without_products_changes_nothing(client):
    assert client.post(address(make_post())).status_code == 302
    assert not Basket.objects.exists()


# --- The header ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/basket/", "/blog/"])
def test_header_counts_all_items(client, path):
    client.post(reverse("basket:add", args=[make_product().pk]), {"quantity": "2"})
    client.post(reverse("basket:add", args=[make_product().pk]), {"quantity": "1"})
    assert "data-basket-count>3</span>" in client.get(path).content.decode()
