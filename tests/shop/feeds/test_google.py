"""The feed for merchant centers, by the fields that Google documents."""

from decimal import Decimal
from io import BytesIO
from xml.etree import ElementTree

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from oscar.core.loading import get_model
from PIL import Image

from tests.factories import make_countries, make_product

pytestmark = pytest.mark.django_db

Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")
G = "{http://base.google.com/ns/1.0}"
REQUIRED = {
    "id",
    "title",
    "description",
    "link",
    "image_link",
    "availability",
    "price",
    "brand",
    "condition",
    "shipping",
}


@pytest.fixture(autouse=True)
def at_home(settings, tmp_path):
    settings.SITE_URL = "https://shop.example"
    settings.MEDIA_ROOT = tmp_path
    make_countries()


def picture(product) -> None:
    data = BytesIO()
    Image.new("RGB", (64, 80), "#f1e9dd").save(data, "JPEG")
    product.images.create(original=ContentFile(data.getvalue(), "soap.jpg"), caption="Soap")


def pictured(**fields) -> Product:
    product = make_product(**fields)
    picture(product)
    return product


def make_sizes() -> Product:
    parent = pictured(title="Scar Gel")
    partner = parent.stockrecords.get().partner
    Product.objects.filter(pk=parent.pk).update(structure=Product.PARENT)
    parent.stockrecords.all().delete()
    for title, price, number in (("20 g", "24.00", 5), ("60 g", "52.00", 0)):
        size = Product.objects.create(structure=Product.CHILD, parent_id=parent.pk, title=title)
        size.stockrecords.create(
            partner=partner, partner_sku=f"{parent.pk}-{title}", price=Decimal(price), num_in_stock=number
        )
    return parent


def items(client) -> list[ElementTree.Element]:
    response = client.get("/feeds/google.xml")
    root = ElementTree.fromstring(b"".join(response.streaming_content))  # noqa: S314  (our own XML)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    return list(root.iter("item"))


def said(item: ElementTree.Element) -> dict[str, str]:
    return {each.tag.removeprefix(G): each.text for each in item}


def test_every_required_attribute_is_there(client):
    product = pictured(title="Plain & <simple>", price="18.00")
    product.categories.add(Category.add_root(name="Treat"))
    (item,) = items(client)
    facts = said(item)
    assert set(facts) >= REQUIRED
    assert facts["id"] == product.stockrecords.get().partner_sku
    assert facts["title"] == "Plain & <simple>"
    assert facts["link"] == f"https://shop.example{product.get_absolute_url()}"
    assert facts["image_link"].startswith("https://shop.example/media/")
    assert (facts["price"], facts["availability"]) == ("18.00 USD", "in_stock")
    assert (facts["brand"], facts["condition"]) == ("The Modern Gentlemen", "new")
    assert facts["product_type"] == "Treat"
    assert facts["return_policy_label"] == "returns"


def test_delivery_is_named_for_each_country_and_method(client):
    pictured(price="18.00")
    (item,) = items(client)
    shipping = [said(each) for each in item.iter(f"{G}shipping")]
    assert {each["country"] for each in shipping} == {"US", "CA"}
    assert [each["price"] for each in shipping if each["country"] == "US"] == ["5.00 USD", "12.00 USD"]
    assert (shipping[0]["min_transit_time"], shipping[0]["max_transit_time"]) == ("3", "5")


def test_delivery_of_what_costs_enough_is_free(client):
    pictured(price="50.00")
    (item,) = items(client)
    assert said(next(item.iter(f"{G}shipping")))["price"] == "0.00 USD"


@pytest.mark.parametrize("upc", ["4006381333931", "TMG-1"])
def test_gtin_is_given_where_there_is_one(client, upc):
    product = pictured()
    Product.objects.filter(pk=product.pk).update(upc=upc)
    facts = said(items(client)[0])
    known = {name: facts.get(name) for name in ("gtin", "identifier_exists")}
    assert known == (
        {"gtin": upc, "identifier_exists": None} if upc.isdigit() else {"gtin": None, "identifier_exists": "no"}
    )


def test_sizes_are_items_of_one_group(client):
    parent = make_sizes()
    small, large = map(said, items(client))
    assert small["item_group_id"] == large["item_group_id"] == f"P{parent.pk}"
    assert (small["title"], small["size"], small["price"]) == ("Scar Gel, 20 g", "20 g", "24.00 USD")
    assert small["link"].endswith(f"?size={parent.children.get(title='20 g').pk}")
    assert small["id"] != large["id"]
    assert large["availability"] == "out_of_stock"


def test_what_cannot_be_listed_is_left_out(client):
    unpriced, hidden = pictured(), pictured()
    unpriced.stockrecords.update(price=None)
    Product.objects.filter(pk=hidden.pk).update(is_public=False)
    make_product()  # without a picture
    assert items(client) == []


def test_feed_survives_what_xml_cannot_say(client):
    pictured(title="Odd\x0bsoap")
    assert said(items(client)[0])["title"] == "Oddsoap"


def test_feed_takes_as_many_queries_for_ten_times_as_many_products(client):
    def ask() -> int:
        with CaptureQueriesContext(connection) as captured:
            items(client)
        return len(captured)

    make_sizes()
    pictured()
    few = ask()
    for _ in range(5):
        make_sizes()
        pictured()
    assert ask() == few
