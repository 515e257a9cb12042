"""The shop's back office, as staff use it."""

import pytest
from django.urls import reverse
from oscar.core.loading import get_model

Product = get_model("catalogue", "Product")

pytestmark = pytest.mark.django_db

PAGES = [
    "dashboard:index",
    "dashboard:catalogue-product-list",
    "dashboard:catalogue-category-list",
    "dashboard:order-list",
    "dashboard:offer-list",
    "dashboard:voucher-list",
    "dashboard:reviews-list",
    "dashboard:users-index",
    "dashboard:range-list",
    "dashboard:reports-index",
    "dashboard:stock-alert-list",
]


@pytest.mark.parametrize("name", PAGES)
def test_pages_open_for_staff(admin_client, name):
    assert admin_client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_closed_to_the_public(client, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert "/dashboard/login/" in answer.url


def test_it_leads_to_the_posts_in_the_admin(admin_client):
    page = admin_client.get(reverse("dashboard:index")).content.decode()
    assert f'href="{reverse("admin:blog_post_changelist")}"' in page


def test_texts_of_several_lines_have_room_for_them(admin_client, demo_shop):
    """In Oscar's field of one line a browser would run the lines together."""
    product = Product.objects.get(slug="spot-patches")
    page = admin_client.get(reverse("dashboard:catalogue-product", args=[product.pk]))
    assert "\n" in product.attr.how_to_use
    assert "<textarea" in str(page.context["form"]["attr_how_to_use"])
