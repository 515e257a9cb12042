"""Filters that apply at once, and the shelf of what was looked at: scripts on pages that work without them."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import tab_to

TILES = "article.product-card"


@pytest.fixture
def catalogue(visit):
    """All products, with the filters open; home is the page before."""
    visit("/")
    page = visit("/catalogue/")
    page.get_by_text("Filter and sort").click()
    return page


def test_choice_applies_at_once_and_keeps_the_focus(catalogue):
    choice = catalogue.get_by_label("Dry skin")
    tab_to(catalogue, choice)
    catalogue.keyboard.press("Space")
    expect(catalogue.get_by_role("status").filter(has_text="product")).to_have_text("1 product")
    expect(catalogue.locator(TILES)).to_have_count(1)
    expect(choice).to_be_focused()
    assert catalogue.url.endswith("/catalogue/?concern=dry-skin")


def test_choices_made_in_a_hurry_all_count(catalogue):
    for label in ("Newer scars", "Dry skin", "Price, high to low"):
        catalogue.get_by_label(label).check()
    expect(catalogue.get_by_role("link", name="Remove filter")).to_have_count(2)
    catalogue.wait_for_url("**/catalogue/?concern=newer-scars&concern=dry-skin&sort=price-desc")


def test_what_is_typed_while_a_list_loads_is_kept(catalogue):
    catalogue.get_by_label("From", exact=True).fill("20")
    catalogue.keyboard.press("Tab")
    catalogue.keyboard.type("30")
    catalogue.keyboard.press("Tab")
    catalogue.wait_for_url("**/catalogue/?price_from=20&price_to=30")
    expect(catalogue.get_by_label("To", exact=True)).to_have_value("30")


def test_back_leads_to_the_page_before_the_list(catalogue, shop):
    for label in ("Dry skin", "Breakouts"):
        catalogue.get_by_label(label).check()
    catalogue.wait_for_url("**/catalogue/?concern=breakouts&concern=dry-skin")
    catalogue.go_back()
    catalogue.wait_for_url(f"{shop}/")


def test_coming_back_from_a_product_finds_the_list_as_it_was(catalogue):
    catalogue.get_by_label("Dry skin").check()
    catalogue.wait_for_url("**/catalogue/?concern=dry-skin")
    catalogue.get_by_role("link", name="Barrier Moisturizer").click()
    catalogue.wait_for_url("**/barrier-moisturizer_*/")
    catalogue.go_back()
    expect(catalogue.locator(TILES)).to_have_count(1)
    expect(catalogue.locator("[value='dry-skin']")).to_be_checked()


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_open_filters_are_accessible(catalogue, assert_accessible, color_scheme):
    catalogue.emulate_media(color_scheme=color_scheme)
    catalogue.get_by_label("Dry skin").check()
    catalogue.wait_for_url("**/catalogue/?concern=dry-skin")
    assert_accessible(catalogue)


def test_filters_work_without_scripts(shop, browser):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{shop}/catalogue/")
    page.get_by_text("Filter and sort").click()
    page.get_by_label("Dry skin").check()
    page.get_by_role("button", name="Show products").click()
    expect(page.locator(TILES)).to_have_count(1)
    page.get_by_role("link", name="Remove filter: Dry skin").click()
    expect(page.locator(TILES)).to_have_count(9)
    page.context.close()


def look_at(page, *names: str) -> None:
    for name in names:
        page.goto(page.url.partition("/catalogue/")[0] + "/catalogue/")
        page.get_by_role("link", name=name, exact=True).click()
        page.wait_for_url("**/catalogue/*_*/")
        page.wait_for_function("localStorage.getItem('recently-viewed')")


def test_product_page_shows_what_was_looked_at_before(visit, assert_accessible):
    page = visit("/catalogue/")
    look_at(page, "Spot Patches")
    expect(page.get_by_role("heading", name="You looked at")).to_have_count(0)
    look_at(page, "Barrier Moisturizer", "Spot Patches", "Silicone Scar Gel")
    seen = page.get_by_role("region", name="You looked at").get_by_role("link")
    expect(seen).to_have_text(["Spot Patches", "Barrier Moisturizer"])
    assert_accessible(page)


@pytest.mark.parametrize("stored", ["x", "{}", "null", '["<img>", -1, 1e99, null]', "[999999999]"])
def test_nonsense_in_storage_shows_nothing(visit, stored):
    page = visit("/catalogue/")
    page.evaluate("text => localStorage.setItem('recently-viewed', text)", stored)
    page.get_by_role("link", name="Spot Patches", exact=True).click()
    page.wait_for_url("**/spot-patches_*/")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("heading", name="You looked at")).to_have_count(0)
