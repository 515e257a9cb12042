"""The pages of the shop: what they show, what they leave out, and that they stand when something is missing."""

import re
from decimal import Decimal
from xml.etree.ElementTree import Element

import html5lib
import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from oscar.core.loading import get_class, get_model

from tests.factories import make_product

Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")
ProductAttribute = get_model("catalogue", "ProductAttribute")
ProductAlert = get_model("customer", "ProductAlert")
ProductReview = get_model("reviews", "ProductReview")
CatalogueView = get_class("search.views", "CatalogueView")
User = get_user_model()


def text_of(response) -> str:
    """What is read on the page, its white space made single."""
    return re.sub(r"\s+", " ", "".join(main_of(response).itertext()))


def parse(response) -> Element:
    return html5lib.parse(response.content.decode(), namespaceHTMLElements=False)


def main_of(response) -> Element:
    return parse(response).find(".//main")


def buttons_of(response) -> list[str]:
    """The accessible names of all buttons in the page's own part."""
    return [button.get("aria-label") or "".join(button.itertext()) for button in main_of(response).iter("button")]


def links_of(response) -> list[str]:
    return [link.get("href") for link in parse(response).iter("a")]


def make_sizes(product: Product, *sizes: tuple[str, str, int]) -> Product:
    """Turn `product` into one that comes in sizes, each a title, a price and a stock. Returns it."""
    partner = product.stockrecords.get().partner
    product.stockrecords.all().delete()
    product.structure = Product.PARENT
    product.save()
    for title, price, stock in sizes:
        size = Product.objects.create(structure=Product.CHILD, parent=product, title=title)
        size.stockrecords.create(
            partner=partner, partner_sku=f"{product.upc}-{title}", price=Decimal(price), num_in_stock=stock
        )
    return product


def describe(product: Product, **texts: str) -> Product:
    """Give the product attributes, each a text. Returns it."""
    for code, text in texts.items():
        ProductAttribute.objects.get_or_create(
            product_class=product.get_product_class(), code=code, defaults={"name": code, "type": "text"}
        )
        setattr(product.attr, code, text)
    product.save()
    return product


@pytest.fixture
def shopper(db):
    return User.objects.create_user("alex", "alex@example.com", "a long pass phrase")


def test_header_says_how_much_is_in_the_basket(client, db):
    product = make_product()
    client.post(reverse("basket:add", args=[product.pk]), {"quantity": 3})
    page = client.get("/")
    assert parse(page).find(".//*[@id='basket-count']").text == "3 items"


# Home


def test_home_shows_the_first_product_of_each_category(client, db):
    soap, brush = make_product(title="Soap"), make_product(title="Brush")
    Category.add_root(name="Wash").product_set.add(soap)
    Category.add_root(name="Tools").product_set.add(brush)
    make_product(title="On no shelf")
    assert {product.title for product in client.get("/").context["products"]} == {"Soap", "Brush"}


def test_home_stands_without_any_product_or_guide(client, db):
    assert client.get("/").status_code == 200


# Lists


def test_category_shows_its_help_and_its_products(client, db):
    category = Category.add_root(name="Wash", description="A clean start.")
    category.product_set.add(make_product(title="Soap"))
    make_product(title="Brush")
    page = client.get(category.get_absolute_url())
    assert "A clean start." in text_of(page)
    assert [product.title for product in page.context["products"]] == ["Soap"]


def test_category_shows_the_products_of_those_below_it(client, db):
    category = Category.add_root(name="Wash")
    category.add_child(name="Face").product_set.add(make_product(title="Soap"))
    category.refresh_from_db()
    assert "Soap" in text_of(client.get(category.get_absolute_url()))


def test_empty_category_leads_to_the_guides(client, db):
    category = Category.add_root(name="Wash")
    page = client.get(category.get_absolute_url())
    assert reverse("blog:index") in [link.get("href") for link in main_of(page).iter("a")]


def test_hidden_category_is_not_found(client, db):
    category = Category.add_root(name="Wash", is_public=False)
    assert client.get(category.get_absolute_url()).status_code == 404


def test_old_address_of_a_category_leads_to_the_new_one(client, db):
    category = Category.add_root(name="Wash")
    old = reverse("catalogue:category", args=["old-name", category.pk])
    assert client.get(old).headers["Location"] == category.get_absolute_url()


def test_list_leaves_out_hidden_products_and_single_sizes(client, db):
    Product.objects.filter(pk=make_product(title="Hidden").pk).update(is_public=False)
    make_sizes(make_product(title="Gel"), ("20 g", "18.00", 5))
    assert [product.title for product in client.get("/catalogue/").context["products"]] == ["Gel"]


def test_product_in_sizes_costs_from_the_cheapest(client, db):
    make_sizes(make_product(title="Gel"), ("60 g", "42.00", 5), ("20 g", "18.00", 5))
    assert "From $18.00" in text_of(client.get("/catalogue/"))


def test_long_list_has_pages(client, db, monkeypatch):
    monkeypatch.setattr(CatalogueView, "paginate_by", 2)
    for title in ("One", "Two", "Three"):
        make_product(title=title)
    page = client.get("/catalogue/?page=2")
    assert len(page.context["products"]) == 1
    assert "?page=1" in links_of(page)


@pytest.mark.parametrize("number", ["0", "99", "x", "%00", "9" * 40])
def test_page_number_that_does_not_exist_is_not_found(client, db, number):
    assert client.get(f"/catalogue/?page={number}").status_code == 404


def test_list_asks_as_many_questions_for_nine_products_as_for_one(client, db):
    describe(make_sizes(make_product(title="First"), ("20 g", "18.00", 5)), line="One line.")
    with CaptureQueriesContext(connection) as few:
        client.get("/catalogue/")
    for number in range(8):
        describe(make_sizes(make_product(title=f"More {number}"), ("20 g", "18.00", 5)), line="One line.")
    with CaptureQueriesContext(connection) as many:
        client.get("/catalogue/")
    assert len(many) == len(few)


# A product


def test_product_page_has_one_button_to_buy(client, db):
    page = client.get(make_product().get_absolute_url())
    assert buttons_of(page).count("Add to basket") == 1


def test_page_of_a_product_in_sizes_has_one_button_to_buy(client, db):
    page = client.get(make_sizes(make_product(), ("20 g", "18.00", 5), ("60 g", "42.00", 5)).get_absolute_url())
    assert buttons_of(page).count("Add to basket") == 1


def test_sizes_stand_cheapest_first(client, db):
    product = make_sizes(make_product(), ("60 g", "42.00", 5), ("20 g", "18.00", 5))
    choices = main_of(client.get(product.get_absolute_url())).findall(".//label")
    assert ["".join(choice.itertext()).split("$")[0].strip() for choice in choices] == ["20 g", "60 g"]


def test_sold_out_size_cannot_be_chosen(client, db):
    product = make_sizes(make_product(), ("20 g", "18.00", 0), ("60 g", "42.00", 5))
    choices = main_of(client.get(product.get_absolute_url())).findall(".//label/input")
    assert [choice.get("disabled") is not None for choice in choices] == [True, False]


def test_address_of_a_size_leads_to_its_product(client, db):
    product = make_sizes(make_product(), ("20 g", "18.00", 5))
    response = client.get(product.children.get().get_absolute_url())
    assert response.headers["Location"] == product.get_absolute_url()


def test_size_is_named_with_its_product(db):
    product = make_sizes(make_product(title="Gel"), ("20 g", "18.00", 5))
    assert product.children.get().get_title() == "Gel, 20 g"


def test_product_page_says_what_delivery_costs(client, db, settings):
    settings.DELIVERY_STANDARD_PRICE, settings.DELIVERY_FREE_FROM = Decimal("4.50"), Decimal("75.00")
    page = client.get(make_product().get_absolute_url())
    assert "Standard delivery $4.50, three to five business days; free from $75.00." in text_of(page)


def test_product_page_lists_what_it_does_line_by_line(client, db):
    product = describe(make_product(), does="Foams\nRinses off", does_not="Sting")
    items = main_of(client.get(product.get_absolute_url())).findall(".//section//ul/li/span")
    assert [item.text for item in items] == ["Foams", "Rinses off", "Sting"]


def test_product_about_which_nothing_is_known_has_no_empty_section(client, db):
    page = client.get(make_product().get_absolute_url())
    assert [heading.text for heading in main_of(page).iter("h2")] == ["Reviews"]


def test_product_page_shows_the_guides_that_recommend_it(demo_shop, client):
    page = client.get(Product.objects.get(title="Silicone Scar Gel").get_absolute_url())
    assert reverse("blog:post", args=["understanding-pockmarks"]) in links_of(page)


def test_hidden_product_is_not_recommended_beside_another(client, db):
    soap, brush = make_product(title="Soap"), make_product(title="Brush")
    soap.primary_recommendations.create(recommendation=brush)
    Product.objects.filter(pk=brush.pk).update(is_public=False)
    assert "Brush" not in text_of(client.get(soap.get_absolute_url()))


def test_recommended_products_stand_in_the_order_of_their_ranking(client, db):
    soap, brush, towel = make_product(title="Soap"), make_product(title="Brush"), make_product(title="Towel")
    soap.primary_recommendations.create(recommendation=brush, ranking=1)
    soap.primary_recommendations.create(recommendation=towel, ranking=2)
    assert list(soap.sorted_recommended_products) == [towel, brush]


def test_sold_out_product_says_so_instead_of_a_button(client, db):
    page = client.get(make_product(stock=0).get_absolute_url())
    assert "Sold out for now." in text_of(page)
    assert "Add to basket" not in buttons_of(page)


def test_guest_can_ask_for_a_letter_when_it_is_back(client, db):
    product = make_product(stock=0)
    client.post(reverse("customer:alert-create", args=[product.pk]), {"email": "alex@example.com"})
    assert ProductAlert.objects.get(product=product).email == "alex@example.com"


def test_shopper_is_told_that_an_alert_is_on(client, shopper):
    product = make_product(stock=0)
    client.force_login(shopper)
    client.post(reverse("customer:alert-create", args=[product.pk]))
    assert "We will write to you" in text_of(client.get(product.get_absolute_url()))


def test_shopper_puts_a_product_on_the_wish_list(client, shopper):
    product = make_product()
    client.force_login(shopper)
    client.post(reverse("customer:wishlists-add-product", args=[product.pk]))
    assert "On your wish list" in text_of(client.get(product.get_absolute_url()))


@pytest.mark.parametrize(("status", "shown"), [(ProductReview.APPROVED, True), (ProductReview.FOR_MODERATION, False)])
def test_review_shows_once_it_is_approved(client, shopper, status, shown):
    product = make_product()
    ProductReview.objects.create(
        product=product, user=shopper, score=4, title="Good", body="Foams well.", status=status
    )
    assert ("Foams well." in text_of(client.get(product.get_absolute_url()))) is shown


def test_long_name_of_a_product_is_not_cut(client, db):
    product = make_product(title="An honest soap " * 17)  # 255 letters, the most that Oscar stores
    assert product.title.strip() in text_of(client.get(product.get_absolute_url()))


def test_broken_picture_leaves_the_page_standing(client, db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    product = make_product()
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    product.images.create(original="broken.jpg")
    assert client.get(product.get_absolute_url()).status_code == 200


# When something goes wrong


def test_unknown_address_is_answered_in_our_face(client, db):
    page = client.get("/no/such/page/")
    assert page.status_code == 404
    assert "There is no page at this address." in text_of(page)


def test_form_that_cannot_be_trusted_says_what_to_do(db):
    page = Client(enforce_csrf_checks=True).post(reverse("basket:add", args=[make_product().pk]), {"quantity": 1})
    assert page.status_code == 403
    assert "reload the page, and send it again" in text_of(page)


@pytest.mark.parametrize("name", ["400", "403_csrf", "429", "500", "503"])
def test_error_page_needs_no_database(name):
    # pytest-django forbids the database to a test that does not ask for it.
    page = html5lib.parse(render_to_string(f"{name}.html"), namespaceHTMLElements=False)
    assert len(page.findall(".//h1")) == 1
