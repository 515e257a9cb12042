"""Old addresses: where they lead, and where staff manage them."""

import pytest
from django.contrib.redirects.models import Redirect
from django.urls import reverse
from oscar.core.loading import get_model

from shop.forwarding.addresses import close, move, return_to
from tests.factories import make_product

pytestmark = pytest.mark.django_db

Category = get_model("catalogue", "Category")
ADD = "/admin/redirects/redirect/add/"


def rows() -> dict[str, str]:
    return dict(Redirect.objects.values_list("old_path", "new_path"))


def test_old_address_leads_to_the_new_one_with_the_query_of_the_link(client):
    move(old="/old/", new="/blog/")
    response = client.get("/old/?utm_source=letter")
    assert (response.status_code, response.headers["Location"]) == (301, "/blog/?utm_source=letter")
    assert client.get("/old").headers["Location"] in ("/old/", "/blog/")


def test_chain_is_made_flat(client):
    move(old="/one/", new="/two/")
    move(old="/two/", new="/blog/")
    assert rows() == {"/one/": "/blog/", "/two/": "/blog/"}


def test_going_back_and_forth_makes_no_loop():
    move(old="/one/", new="/two/")
    move(old="/two/", new="/one/")
    assert rows() == {"/two/": "/one/"}


def test_what_led_to_a_page_that_is_gone_is_gone_too(client):
    move(old="/one/", new="/two/")
    close("/two/")
    assert rows() == {"/one/": "", "/two/": ""}
    response = client.get("/one/")
    assert response.status_code == 410
    assert "410.html" in [template.name for template in response.templates]


def test_page_that_is_there_again_is_not_forwarded():
    move(old="/one/", new="/two/")
    return_to("/one/")
    assert rows() == {}


def test_page_that_answers_is_never_forwarded(client):
    move(old="/blog/", new="/elsewhere/")
    assert client.get("/blog/").status_code == 200


def test_only_reading_is_forwarded(client):
    move(old="/old/", new="/blog/")
    assert client.post("/old/").status_code == 404


@pytest.mark.parametrize("path", ["/" + "x" * 1500 + "/", "/%F0%9F%A7%B4/", "/'; DROP TABLE django_redirect; --/"])
def test_odd_addresses_are_just_not_found(client, path):
    assert client.get(path).status_code == 404


def test_staff_add_a_redirect_and_chains_are_made_flat(admin_client):
    move(old="/one/", new="/two/")
    admin_client.post(ADD, {"old_path": "/two/", "new_path": "/blog/"})
    assert rows() == {"/one/": "/blog/", "/two/": "/blog/"}


def test_staff_change_a_redirect(admin_client):
    move(old="/one/", new="/blog/")
    url = reverse("admin:redirects_redirect_change", args=[Redirect.objects.get().pk])
    admin_client.post(url, {"old_path": "/first/", "new_path": ""})
    assert rows() == {"/first/": ""}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("/same/", "/same/", "cannot lead to itself"),
        ("/two/", "/one/", "leads on to /two/"),
        ("two/", "/blog/", "Begin with one slash"),
        ("/three/", "//evil.example/", "Begin with one slash"),
        ("/three/", "javascript:alert(1)", "Begin with one slash"),
        ("/one/", "/blog/", "is forwarded already"),
    ],
)
def test_staff_are_told_why_a_redirect_cannot_be(admin_client, old, new, message):
    move(old="/one/", new="/two/")
    assert message in admin_client.post(ADD, {"old_path": old, "new_path": new}).content.decode()
    assert rows() == {"/one/": "/two/"}


def test_product_is_found_at_its_old_address(client):
    product = make_product()
    old = product.get_absolute_url()
    product.slug = "renamed"
    product.save()
    response = client.get(old)
    assert (response.status_code, response.headers["Location"]) == (301, product.get_absolute_url())


def test_category_is_found_at_its_old_address(client):
    category = Category.add_root(name="Treat", slug="treat")
    old = category.get_absolute_url()
    category.slug = "care"
    category.save()
    new = Category.objects.get().get_absolute_url()
    response = client.get(old)
    assert old != new
    assert (response.status_code, response.headers["Location"]) == (301, new)
