"""Files of SKUs, with which staff fill a range of products."""

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from oscar.core.loading import get_model

from shop.dashboard.ranges.forms import MOST_BYTES, MOST_NAMES
from tests.factories import make_product

Range = get_model("offer", "Range")


@pytest.fixture
def products(db):
    return [make_product(title=title) for title in ("Gel", "Oil")]


@pytest.fixture
def path(products):
    return reverse("dashboard:range-products", args=[Range.objects.create(name="What is on sale").pk])


@pytest.fixture
def client(client, db):
    client.force_login(get_user_model().objects.create_superuser("owner", "owner@example.com", "plain-care"))
    return client


def send(client, path: str, content: bytes, *, action: str = "add_products", **fields: str):
    upload = SimpleUploadedFile("skus.csv", content, content_type="text/csv")
    return client.post(path, {"action": action, "upload_type": "included", "file_upload": upload} | fields)


def in_range() -> set[str]:
    return {product.title for product in Range.objects.get().all_products()}


def skus(products) -> bytes:
    return "\n".join(product.stockrecords.get().partner_sku for product in products).encode()


def test_file_fills_a_range(client, path, products):
    assert send(client, path, skus(products)).status_code == 302
    assert in_range() == {"Gel", "Oil"}


def test_file_keeps_products_out(client, path, products):
    send(client, path, skus(products))
    send(client, path, skus(products[:1]), action="add_excluded_products", upload_type="excluded")
    assert in_range() == {"Oil"}


@pytest.mark.parametrize("kind", ["", "a third"])
def test_kind_that_there_is_not_is_the_first(client, path, products, kind):
    assert send(client, path, skus(products), upload_type=kind).status_code == 302
    assert in_range() == {"Gel", "Oil"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"x" * (MOST_BYTES + 1), "more than 500 KB"),
        (b"caf\xe9", "cannot be read"),
        (b"one\0two", "cannot be read"),
        (b"a\n" * (MOST_NAMES + 1), "more than 10,000 products"),
    ],
)
def test_file_that_will_not_do_says_why_and_changes_nothing(client, path, products, content, says):
    response = send(client, path, content)
    assert response.status_code == 200
    assert says in response.content.decode()
    assert not in_range()


def test_largest_file_is_taken(client, path, products):
    names = b"\n".join(b"name-%d" % number for number in range(MOST_NAMES - 2))
    assert send(client, path, names + b"\n" + skus(products)).status_code == 302
    assert in_range() == {"Gel", "Oil"}


def test_list_that_is_too_long_beside_a_file_is_refused(client, path, products):
    response = send(client, path, skus(products), query="x" * 1025)
    assert response.status_code == 200
    assert not in_range()


@pytest.mark.parametrize("action", ["remove_excluded_products", "remove_selected_products"])
@pytest.mark.parametrize("key", ["none", "-1", "9" * 30, "²"])
def test_what_is_no_product_is_not_removed(client, path, products, action, key):
    send(client, path, skus(products))
    assert client.post(path, {"action": action, "selected_product": key}).status_code == 302
    assert in_range() == {"Gel", "Oil"}
