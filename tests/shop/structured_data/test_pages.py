"""What the pages of the shop tell search engines, by the fields that Google documents."""

from decimal import Decimal

import pytest
from oscar.core.loading import get_model

from shop.catalogue.gtin import gtin
from shop.promises.models import Promise
from tests.factories import make_countries, make_product
from tests.structured_data import graph_of, ids, node_of, references

pytestmark = pytest.mark.django_db

Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")
ProductReview = get_model("reviews", "ProductReview")

SCHEMA = "https://schema.org/"


@pytest.fixture(autouse=True)
def at_home(settings):
    settings.SITE_URL = "https://shop.example"
    make_countries()


def make_sizes() -> Product:
    parent = make_product(title="Scar Gel")
    stock = parent.stockrecords.get()
    Product.objects.filter(pk=parent.pk).update(structure=Product.PARENT)
    for title, price, number in (("20 g", "24.00", 5), ("60 g", "52.00", 0)):
        size = Product.objects.create(structure=Product.CHILD, parent_id=parent.pk, title=title, upc=f"GEL {title}")
        sku = f"GEL-{title}"
        size.stockrecords.create(partner=stock.partner, partner_sku=sku, price=Decimal(price), num_in_stock=number)
    stock.delete()
    return Product.objects.get(pk=parent.pk)


def review(product: Product, score: int, status: int, user) -> None:
    ProductReview.objects.create(product=product, score=score, title="So", body="So.", status=status, user=user)


def test_home_page_names_the_shop_with_returns_and_delivery(client):
    response = client.get("/")
    shop, policy = node_of(response, "OnlineStore"), node_of(response, "MerchantReturnPolicy")
    assert shop["@id"] == "https://shop.example/#organization"
    assert shop["url"] == "https://shop.example/"
    assert shop["logo"]["url"].startswith("https://shop.example/static/")
    assert shop["hasMerchantReturnPolicy"] == [{"@id": policy["@id"]}]
    assert policy["applicableCountry"] == ["CA", "US"] or policy["applicableCountry"] == ["US", "CA"]
    assert policy["returnPolicyCategory"] == f"{SCHEMA}MerchantReturnFiniteReturnWindow"
    assert policy["merchantReturnDays"] == Promise.objects.get(slug="returns").days
    assert policy["returnFees"] == f"{SCHEMA}FreeReturn"
    assert policy["returnMethod"] == f"{SCHEMA}ReturnByMail"
    conditions = shop["hasShippingService"][0]["shippingConditions"]
    assert [each["shippingRate"]["value"] for each in conditions] == ["5.00", "0.00"]
    assert conditions[0]["orderValue"]["maxValue"] == "49.99"
    assert conditions[1]["orderValue"]["minValue"] == "50.00"


def test_return_policy_follows_the_promise(client):
    Promise.objects.filter(slug="returns").update(days=14, pays_postage=False)
    policy = node_of(client.get("/promises/returns/"), "MerchantReturnPolicy")
    assert policy["merchantReturnDays"] == 14
    assert policy["returnFees"] == f"{SCHEMA}ReturnFeesCustomerResponsibility"


def test_no_days_are_claimed_for_returns_without_a_limit(client):
    Promise.objects.filter(slug="returns").update(days=None, line="Send it back.", text="<p>So.</p>")
    policy = node_of(client.get("/"), "MerchantReturnPolicy")
    assert policy["returnPolicyCategory"] == f"{SCHEMA}MerchantReturnUnspecified"
    assert "merchantReturnDays" not in policy


def test_product_has_an_offer_with_delivery_and_returns_by_reference(client):
    product = make_product(title="Plain Soap", price="18.00")
    Product.objects.filter(pk=product.pk).update(upc="4006381333931", description="<p>Soap.</p><p>Plain.</p>")
    response = client.get(product.get_absolute_url())
    node = node_of(response, "Product")
    assert node["@id"] == f"https://shop.example{product.get_absolute_url()}#product"
    assert (node["name"], node["description"]) == ("Plain Soap", "Soap. Plain.")
    assert node["brand"] == {"@type": "Brand", "name": "The Modern Gentlemen"}
    assert (node["sku"], node["gtin"]) == (product.stockrecords.get().partner_sku, "4006381333931")
    offer = node["offers"]
    assert (offer["price"], offer["priceCurrency"]) == ("18.00", "USD")
    assert offer["availability"] == f"{SCHEMA}InStock"
    assert offer["itemCondition"] == f"{SCHEMA}NewCondition"
    graph = graph_of(response)
    (policy,) = offer["hasMerchantReturnPolicy"]
    assert graph[policy["@id"]]["@type"] == "MerchantReturnPolicy"
    standard = graph[offer["shippingDetails"][0]["@id"]]
    assert standard["shippingRate"] == {"@type": "MonetaryAmount", "value": "5.00", "currency": "USD"}
    assert {each["addressCountry"] for each in standard["shippingDestination"]} == {"US", "CA"}
    assert standard["deliveryTime"]["transitTime"]["maxValue"] == 5


def test_delivery_of_what_costs_enough_is_free(client):
    product = make_product(price="50.00")
    response = client.get(product.get_absolute_url())
    standard = graph_of(response)[node_of(response, "Product")["offers"]["shippingDetails"][0]["@id"]]
    assert standard["shippingRate"]["value"] == "0.00"


def test_sold_out_product_says_so(client):
    product = make_product(stock=0)
    offer = node_of(client.get(product.get_absolute_url()), "Product")["offers"]
    assert offer["availability"] == f"{SCHEMA}OutOfStock"


def test_product_without_price_offers_nothing(client):
    product = make_product()
    product.stockrecords.update(price=None)
    assert "offers" not in node_of(client.get(product.get_absolute_url()), "Product")


def test_sizes_are_variants_of_one_group(client):
    parent = make_sizes()
    response = client.get(parent.get_absolute_url())
    group = node_of(response, "ProductGroup")
    assert group["variesBy"] == [f"{SCHEMA}size"]
    assert group["productGroupID"] == f"P{parent.pk}"
    assert "offers" not in group
    small, large = group["hasVariant"]
    assert (small["size"], small["name"], small["sku"]) == ("20 g", "Scar Gel, 20 g", "GEL-20 g")
    assert small["offers"]["price"] == "24.00"
    assert small["url"].endswith(f"?size={parent.children.get(title='20 g').pk}")
    assert large["offers"]["availability"] == f"{SCHEMA}OutOfStock"
    assert small["offers"]["shippingDetails"] != large["offers"]["shippingDetails"]  # one travels free


def test_rating_counts_approved_reviews_alone(client, django_user_model):
    product = make_product()
    people = [django_user_model.objects.create_user(f"reader-{number}") for number in range(3)]
    review(product, 1, ProductReview.FOR_MODERATION, people[0])
    url = product.get_absolute_url()
    assert "aggregateRating" not in node_of(client.get(url), "Product")
    review(product, 5, ProductReview.APPROVED, people[1])
    review(product, 4, ProductReview.APPROVED, people[2])
    rating = node_of(client.get(url), "Product")["aggregateRating"]
    assert (rating["ratingValue"], rating["reviewCount"], rating["bestRating"]) == (4.5, 2, 5)


def test_breadcrumbs_lead_from_home_to_the_product(client):
    category = Category.add_root(name="Treat")
    product = make_product(title="Plain Soap")
    product.categories.add(category)
    places = node_of(client.get(product.get_absolute_url()), "BreadcrumbList")["itemListElement"]
    assert [place["name"] for place in places] == ["Home", "Treat", "Plain Soap"]
    assert [place["position"] for place in places] == [1, 2, 3]
    assert places[1]["item"] == f"https://shop.example{category.get_absolute_url()}"
    assert "item" not in places[2]


def test_category_lists_its_products(client):
    category = Category.add_root(name="Treat")
    product = make_product()
    product.categories.add(category)
    page = node_of(client.get(category.get_absolute_url()), "CollectionPage")
    listed = [row["url"] for row in page["mainEntity"]["itemListElement"]]
    assert listed == [f"https://shop.example{product.get_absolute_url()}"]


@pytest.mark.parametrize("path", ["/", "/promises/returns/", "/promises/secure-checkout/"])
def test_every_reference_leads_to_a_node_of_the_page(client, path):
    graph = list(graph_of(client.get(path)).values())
    assert references(graph) <= ids(graph) | {f"https://shop.example{path}#breadcrumb"}


def test_every_reference_of_a_product_leads_to_a_node_of_its_page(client):
    graph = list(graph_of(client.get(make_sizes().get_absolute_url())).values())
    assert references(graph) <= ids(graph)


def test_a_title_cannot_end_the_script(client):
    title = "</script><script>alert(1)</script><!--"
    product = make_product(title=title)
    response = client.get(product.get_absolute_url())
    assert "<script>alert" not in response.content.decode()
    assert node_of(response, "Product")["name"] == title


@pytest.mark.parametrize(
    ("upc", "known"),
    [("4006381333931", True), ("96385074", True), ("036000291452", True), ("4006381333932", False), ("TMG-1", False)],
)
def test_only_a_number_with_the_right_check_digit_is_a_gtin(upc, known):
    assert gtin(upc) == (upc if known else None)
