"""axe finds nothing on the pages of the main journey, in both colour schemes."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ADDRESS, CARD, fill

PAGES = {
    "home": "/",
    "guides": "/blog/",
    "guide": "/blog/understanding-pockmarks/",
    "catalogue": "/catalogue/",
    "search": "/search/?q=gel",
    "promise": "/promises/returns/",
    "sign in": "/accounts/login/",
    "empty basket": "/basket/",
}


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_pages_to_look_at(visit, assert_accessible, color_scheme):
    for path in PAGES.values():
        page = visit(path)
        page.emulate_media(color_scheme=color_scheme)
        assert_accessible(page)
    for link, address in (("Treat", "**/category/treat_*/"), ("Silicone Scar Gel", "**/silicone-scar-gel_*/")):
        page.get_by_role("link", name=link, exact=True).first.click()
        page.wait_for_url(address)  # and for its stylesheet: colors are judged
        assert_accessible(page)


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_pages_on_the_way_to_a_confirmed_order(visit, assert_accessible, color_scheme):
    page = visit("/blog/understanding-pockmarks/")
    page.emulate_media(color_scheme=color_scheme)
    page.get_by_role("button", name="Add to basket: Renewal Retinol Serum").first.click()
    page.wait_for_url("**/#pick-*")
    assert_accessible(page)
    page.get_by_role("link", name="Basket", exact=True).click()
    page.wait_for_url("**/basket/")
    assert_accessible(page)
    page.get_by_role("link", name="Checkout", exact=True).click()
    page.wait_for_url("**/checkout/")
    assert_accessible(page)
    page.get_by_role("button", name="Pay", exact=True).click()
    expect(page.get_by_text("Please check these fields.")).to_be_visible()
    page.wait_for_load_state()
    assert_accessible(page)
    fill(page, ADDRESS)
    page.get_by_role("button", name="Pay", exact=True).click()
    page.wait_for_url("**/stripe-sandbox/pay/**")
    assert_accessible(page)
    fill(page, CARD)
    page.get_by_role("button", name="Pay $").click()
    page.wait_for_url("**/checkout/thank-you/**")
    assert_accessible(page)
