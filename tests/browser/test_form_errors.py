"""A form that comes back with mistakes: they stand at its top, which has the focus, and lead to their fields."""

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from oscar.core.loading import get_model
from playwright.sync_api import expect

from tests.browser.conftest import fill
from tests.factories import make_countries, make_product

pytestmark = pytest.mark.looks

WishList = get_model("wishlists", "WishList")
User = get_user_model()

PASSWORD = "a long pass phrase"
PLACE = {"First name": "Alex", "Last name": "Example", "Address line 1": "12 Sample Street", "City": "Austin"}

# What a browser lets through and the shop does not: page, what is typed, the button, the label of the field at fault.
FORMS = {
    "register": (
        "/accounts/register/",
        {"Email address": "new@example"},
        "Send me the link",
        "Email address",
    ),
    "reset password": ("/password-reset/", {"Email": "alex@example"}, "Send me a link", "Email"),
    "profile": ("/accounts/profile/edit/", {"Email address": "alex@example"}, "Save", "Email address"),
    "delete account": ("/accounts/profile/delete/", {"Password": "not this one"}, "Delete my account", "Password"),
    "change password": (
        "/accounts/change-password/",
        {"Old password": "not this one", "New password": PASSWORD, "New password confirmation": PASSWORD},
        "Save the new password",
        "Old password",
    ),
    "address": (
        "/accounts/addresses/add/",
        PLACE | {"Postcode": "78701", "Phone number (optional)": "x"},
        "Save address",
        "Phone number",
    ),
    "wish list": ("/accounts/wishlists/create/", {"Name": " "}, "Save wish list", "Name"),
    "wish list's people": ("/accounts/wishlists/create/", {"Email": "friend@example"}, "Save wish list", "Email"),
    "quantities": ("/accounts/wishlists/{list}/", {"Quantity of {product}": ""}, "Save quantities", "Quantity"),
    "review": ("/catalogue/{slug}/reviews/add/", {"Title": " ", "Your review": "Fine."}, "Send review", "Title"),
    "score": (
        "/catalogue/{slug}/reviews/add/",
        {"Title": "Fine", "Your review": "Fine."},
        "Send review",
        "Your score",
    ),
}
FOR_VISITORS = ("/accounts/register/", "/password-reset/")


@pytest.fixture
def product(db):
    return make_product()


@pytest.fixture
def shop(promises, product, live_server):
    """A shop with one product, which takes less time to open than the demo; its address."""
    make_countries()
    return live_server.url


@pytest.fixture
def account(shop, product, context):
    """A shopper called Alex, signed in, with a wish list; where his pages are."""
    alex = User.objects.create_user("alex", "alex@example.com", PASSWORD)
    wishlist = WishList.objects.create(owner=alex)
    wishlist.add(product)
    client = Client()
    client.force_login(alex)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": shop}])
    return {"list": wishlist.key, "slug": f"{product.slug}_{product.pk}", "product": product.title}


def send_with_a_mistake(page, where, fields, button) -> None:
    for label, value in fields.items():
        page.get_by_label(label.format(**where), exact=True).first.fill(value)
    if button == "Send review" and fields["Title"].strip():
        page.locator("form").evaluate_all("forms => { for (const form of forms) form.noValidate = true; }")
    elif button == "Send review":
        page.get_by_label("4 out of 5").check()
    page.get_by_role("button", name=button, exact=True).click()


def summary(page):
    return page.get_by_role("alert").filter(has_text="Please check these fields.")


@pytest.mark.parametrize(("path", "fields", "button", "label"), FORMS.values(), ids=FORMS)
def test_the_mistakes_have_the_focus_and_lead_to_their_fields(
    request, visit, assert_accessible, path, fields, button, label
):
    where = {} if path in FOR_VISITORS else request.getfixturevalue("account")
    page = visit(path.format(**where))
    send_with_a_mistake(page, where, fields, button)
    expect(summary(page)).to_be_focused()
    assert_accessible(page)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_contain_text(label)
    href = page.locator(":focus").get_attribute("href")
    page.keyboard.press("Enter")
    expect(page.locator(f"[id='{href.removeprefix('#')}']")).to_be_focused()
    expect(page.locator(".field__error").first).to_be_in_viewport()


def test_a_wrong_password_has_the_focus(visit):
    page = visit("/accounts/login/")
    fill(page, {"Email address": "alex@example.com", "Password": "not this one"})
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(summary(page)).to_be_focused()
    expect(summary(page)).to_contain_text("This email address and password do not belong together.")


def test_a_mistaken_stock_alert_has_the_focus(visit, product):
    product.stockrecords.update(num_in_stock=0)
    page = visit(product.get_absolute_url())
    page.get_by_label("Email", exact=True).fill("alex@example")
    page.locator(f"form[action='{reverse('customer:alert-create', args=[product.pk])}'] button").click()
    expect(summary(page)).to_be_focused()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_javascript_the_mistakes_stand_at_the_top(visit):
    page = visit("/password-reset/")
    fill(page, {"Email": "alex@example"})
    page.get_by_role("button", name="Send me a link").click()
    expect(summary(page).get_by_role("link", name="Email")).to_have_attribute("href", "#id_email")
