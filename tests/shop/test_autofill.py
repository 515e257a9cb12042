"""What browsers and password managers are told about the fields of each form, as the page has them."""

import html5lib
import pytest
from django.contrib.auth import get_user_model
from django.core import signing
from django.test import Client
from django.urls import reverse
from oscar.core.loading import get_model

from shop.customer import registration
from tests.factories import make_countries, make_product

WishList = get_model("wishlists", "WishList")
User = get_user_model()

ADDRESS = {
    "first_name": "given-name",
    "last_name": "family-name",
    "line1": "address-line1",
    "line2": "address-line2",
    "line4": "address-level2",
    "state": "address-level1",
    "postcode": "postal-code",
    "country": "country",
}
SIGNED_OUT = {
    "/accounts/login/": {"login-username": "username", "login-password": "current-password"},
    "/accounts/register/": {"email": "email"},
    "/password-reset/": {"email": "email"},
    "/checkout/": ADDRESS | {"email": "email"},
}
SIGNED_IN = {
    "/accounts/profile/edit/": {"first_name": "given-name", "last_name": "family-name", "email": "email"},
    "/accounts/profile/delete/": {"password": "current-password"},
    "/accounts/change-password/": {
        "old_password": "current-password",
        "new_password1": "new-password",
        "new_password2": "new-password",
    },
    "/accounts/addresses/add/": ADDRESS | {"line3": "address-line3", "phone_number": "tel", "notes": "off"},
    "/accounts/orders/?date_from=&date_to=&order_number=": {
        "date_from": "off",
        "date_to": "off",
        "order_number": "off",
    },
    "/accounts/wishlists/create/": {"name": "off", "shared_emails-0-email": "off"},
    "/catalogue/{product.slug}_{product.pk}/reviews/add/": {"title": "off", "body": "off"},
    "/accounts/wishlists/{wishlist.key}/": {"lines-0-quantity": "off"},
}


@pytest.fixture
def product(db):
    make_countries()
    return make_product()


@pytest.fixture
def alex(db):
    return User.objects.create_user("alex", "alex@example.com", "a long pass phrase")


@pytest.fixture
def wishlist(alex, product):
    wishlist = WishList.objects.create(owner=alex)
    wishlist.add(product)
    return wishlist


@pytest.fixture
def signed_in(alex):
    client = Client()
    client.force_login(alex)
    return client


def fields_in(response) -> list:
    tree = html5lib.parse(response.content.decode(), namespaceHTMLElements=False)
    return [field for field in tree.iter() if field.tag in ("input", "select", "textarea")]


def tokens_in(response) -> dict[str, str]:
    return {field.get("name"): field.get("autocomplete") for field in fields_in(response) if field.get("name")}


@pytest.mark.parametrize(("path", "tokens"), SIGNED_OUT.items(), ids=SIGNED_OUT)
def test_every_field_of_a_visitor_says_what_it_holds(client, product, path, tokens):
    client.post(reverse("basket:add", args=[product.pk]), {"quantity": 1})
    assert tokens.items() <= tokens_in(client.get(path)).items()


@pytest.mark.parametrize(("path", "tokens"), SIGNED_IN.items(), ids=SIGNED_IN)
def test_every_field_of_an_account_says_what_it_holds(signed_in, product, wishlist, path, tokens):
    page = signed_in.get(path.format(product=product, wishlist=wishlist))
    assert tokens.items() <= tokens_in(page).items()


def test_a_stock_alert_asks_for_an_email_address(client, product):
    page = client.post(reverse("customer:alert-create", args=[product.pk]), {"email": "nobody"})
    field = next(field for field in fields_in(page) if field.get("name") == "email")
    assert (field.get("type"), field.get("autocomplete")) == ("email", "email")


@pytest.mark.parametrize("path", ["/accounts/change-password/", "/accounts/profile/delete/"])
def test_a_password_manager_learns_whose_password_it_is(signed_in, path):
    account = [
        field.get("value") for field in fields_in(signed_in.get(path)) if field.get("autocomplete") == "username"
    ]
    assert account == ["alex@example.com"]


@pytest.mark.parametrize(
    ("path", "name", "kind"),
    [
        ("/accounts/addresses/add/", "phone_number", ("tel", None)),
        ("/accounts/profile/edit/", "email", ("email", None)),
        ("/accounts/wishlists/{wishlist.key}/", "lines-0-quantity", ("number", "numeric")),
    ],
)
def test_a_phone_shows_the_right_keys(signed_in, wishlist, path, name, kind):
    page = signed_in.get(path.format(wishlist=wishlist))
    field = next(field for field in fields_in(page) if field.get("name") == name)
    assert (field.get("type"), field.get("inputmode")) == kind


def test_the_rules_for_a_password_stand_beside_it_before_a_mistake(client, db):
    path = reverse("customer:register-finish", args=[signing.dumps(["new@example.com", "/"], salt=registration.SALT)])
    assert "must contain at least" in client.get(path).content.decode()
