"""A security key, plugged into a real browser: added, used in place of a code, and refused once it was copied."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from shop.staff.models import Entry, SecurityKey
from tests.staff import PASSWORD, code_of, make_staff, phone_of

KEY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": False,
    "hasUserVerification": False,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def phone(shop, settings):
    """Of Sam, who works here."""
    settings.STAFF_SECOND_FACTOR = True
    return phone_of(make_staff(is_superuser=True))


class Plug:
    """What is plugged into the browser of a page."""

    def __init__(self, page) -> None:
        self.browser = page.context.new_cdp_session(page)
        self.browser.send("WebAuthn.enable")
        self.id = self.browser.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})["authenticatorId"]

    def turn_back(self) -> None:
        """From now on, a copy is plugged in that was made before the key answered anything."""
        place = {"authenticatorId": self.id}
        key = self.browser.send("WebAuthn.getCredentials", place)["credentials"][0]
        self.browser.send("WebAuthn.clearCredentials", place)
        self.browser.send("WebAuthn.addCredential", place | {"credential": key | {"signCount": 0}})

    def pull_out(self) -> None:
        self.browser.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self.id})


def sign_in(page, shop: str) -> None:
    """As far as the password leads."""
    page.context.clear_cookies()
    page.goto(shop + reverse("admin:index"))
    page.get_by_label("Username").fill("sam")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")


def type_code(page, phone) -> None:
    page.get_by_label("Code").fill(code_of(phone))
    page.get_by_role("button", name="Go on").click()


def add_key(page, shop: str) -> None:
    page.goto(shop + reverse("staff:add-key"))
    page.get_by_label("Name of the key").fill("On my key ring")
    page.get_by_role("button", name="Add this key").click()
    expect(page.get_by_role("heading", name="On my key ring")).to_be_visible()


def test_key_is_added_used_and_removed(visit, page, shop, phone, assert_accessible):
    plug = Plug(page)
    sign_in(page, shop)
    type_code(page, phone)
    page.wait_for_url("**/admin/")
    page.goto(shop + reverse("staff:add-key"))
    assert_accessible(page)
    add_key(page, shop)
    assert_accessible(page)
    sign_in(page, shop)
    assert_accessible(page)
    page.get_by_role("button", name="Use my security key").click()
    page.wait_for_url("**/admin/")
    page.goto(shop + reverse("staff:yours"))
    expect(page.get_by_text("last used on")).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("The key is removed")).to_be_visible()
    assert not SecurityKey.objects.exists()
    plug.pull_out()


def test_copy_is_refused_and_the_phone_still_works(page, shop, phone):
    plug = Plug(page)
    sign_in(page, shop)
    type_code(page, phone)
    page.wait_for_url("**/admin/")
    add_key(page, shop)
    for _time in range(2):
        sign_in(page, shop)
        page.get_by_role("button", name="Use my security key").click()
        page.wait_for_url("**/admin/")
    plug.turn_back()
    sign_in(page, shop)
    page.get_by_role("button", name="Use my security key").click()
    expect(page.get_by_text("This key does not open the door")).to_be_visible()
    assert Entry.objects.filter(what=Entry.What.KEY_REFUSED, who="sam").count() == 1
    expect(page.get_by_role("button", name="Use my security key")).to_be_hidden()
    expect(page.get_by_label("Code")).to_be_visible()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_javascript_the_page_says_so_and_the_code_works(page, shop, phone):
    SecurityKey.objects.create(user=phone.user, name="On my key ring", credential="AA", public_key=b"", sign_count=0)
    sign_in(page, shop)
    expect(page.get_by_text("needs JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Use my security key")).to_be_hidden()
    type_code(page, phone)
    page.wait_for_url("**/admin/")
