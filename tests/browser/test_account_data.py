"""On a phone and without JavaScript: a customer takes his data along, and deletes his account once nothing is open."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from oscar.core.loading import get_model
from playwright.sync_api import expect

from tests.factories import make_countries, make_product
from tests.shop.test_accounts import PASSWORD, make_order
from tests.shop.test_personal_data import HOME, make_account

Order = get_model("order", "Order")
User = get_user_model()

PHONE = {"width": 360, "height": 740}
ON_A_PHONE_WITHOUT_SCRIPTS = pytest.mark.browser_context_args(viewport=PHONE, java_script_enabled=False)


@pytest.fixture
def shop(promises, live_server):
    """A shop with one product, which takes less time to open than the demo; its address."""
    make_countries()
    cache.clear()
    return live_server.url


@pytest.fixture
def alex(shop, context):
    """Signed in, with an order that is paid and not sent."""
    soap = make_product()
    user = make_account("alex", soap)
    make_order(number="34679-CDFGH", product=soap, address=HOME, user=user, status="Paid")
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": shop}])
    return user


@ON_A_PHONE_WITHOUT_SCRIPTS
def test_a_customer_reads_his_data_takes_it_along_and_deletes_the_account(visit, alex):
    page = visit("/accounts/profile/")
    page.get_by_role("main").get_by_role("link", name="Your data").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Show me my data").click()
    expect(page.get_by_role("heading", name="Order 34679-CDFGH")).to_be_visible()
    expect(page.get_by_text("Review of alex")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    page = visit("/accounts/profile/data/")
    page.get_by_label("A JSON file, for other software to read").check()
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_download() as download:
        page.get_by_role("button", name="Show me my data").click()
    assert json.loads(Path(download.value.path()).read_text())["orders"][0]["number"] == "34679-CDFGH"

    page = visit("/accounts/profile/delete/")
    expect(page.get_by_text("Order 34679-CDFGH is paid, and not all of it has been sent yet.")).to_be_visible()
    expect(page.get_by_label("Password")).to_have_count(0)

    Order.objects.update(status="Complete")
    page = visit("/accounts/profile/")
    page.get_by_role("link", name="Delete my account").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_text("Your account is deleted.")).to_be_visible()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    assert not User.objects.exists()


@pytest.mark.looks
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_axe_finds_nothing_on_these_pages(visit, alex, assert_accessible, color_scheme):
    make_order(number="99999-RRRRR", product=make_product(), address=HOME, user=alex, status="Complete")
    page = visit("/accounts/profile/delete/")
    page.emulate_media(color_scheme=color_scheme)
    assert_accessible(page)
    visit("/accounts/profile/data/")
    assert_accessible(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Show me my data").click()
    expect(page.get_by_role("heading", name="Order 34679-CDFGH")).to_be_visible()
    assert_accessible(page)
