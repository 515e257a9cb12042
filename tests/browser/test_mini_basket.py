"""Adding without leaving the page: the panel, what it says, and what happens when the script cannot help."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import FLAGS, tab_to

GUIDE = "/blog/understanding-pockmarks/"
SERUM = "Add to basket: Renewal Retinol Serum"
MAGNIFIED = {"width": 320, "height": 256}  # a glass of 1280 × 1024 at 400 %
PHONE = {"width": 360, "height": 740}


def panel_of(page):
    return page.get_by_role("dialog", name="In your basket")


def basket_link(page):
    return page.get_by_role("link", name="Basket", exact=True)


def add(page):
    page.get_by_role("button", name=SERUM).first.click()
    expect(panel_of(page)).to_be_visible()


def test_adding_opens_the_panel_on_the_same_page(visit):
    page = visit(GUIDE)
    add(page)
    assert page.url.endswith(GUIDE)
    expect(panel_of(page)).to_contain_text("Renewal Retinol Serum is in your basket.")
    expect(panel_of(page)).to_contain_text("$38.00")


def test_adding_is_said_to_a_screen_reader(visit):
    page = visit(GUIDE)
    add(page)
    said = page.get_by_role("status").filter(has_text="Added to basket")
    expect(said).to_have_text("Added to basket: Renewal Retinol Serum, 1 item in all.")


def test_the_count_of_the_header_follows(visit):
    page = visit(GUIDE)
    add(page)
    expect(basket_link(page)).to_have_accessible_description("1 item")


def test_the_next_page_does_not_say_it_again(visit):
    page = visit(GUIDE)
    add(page)
    page.goto(page.url)
    expect(page.locator("[data-messages]")).to_have_count(0)


def test_a_double_click_adds_one(visit):
    page = visit(GUIDE)
    page.get_by_role("button", name=SERUM).first.dblclick()
    expect(panel_of(page)).to_be_visible()
    page.wait_for_timeout(500)  # in which a second one would have come
    expect(basket_link(page)).to_have_accessible_description("1 item")


def test_the_links_of_the_header_work_while_the_panel_is_open(visit):
    page = visit(GUIDE)
    add(page)
    basket_link(page).click()
    page.wait_for_url("**/basket/")


def test_what_the_shop_refuses_is_said_in_the_panel(visit):
    page = visit(GUIDE)
    page.locator("form[data-add-to-basket] [name=quantity]").first.evaluate("field => { field.value = 1000 }")
    page.locator("form[data-add-to-basket] button").first.click()
    expect(panel_of(page)).to_contain_text("a maximum of 120 can be bought")
    expect(page.get_by_role("status").filter(has_text="a maximum of 120 can be bought")).to_be_attached()


def test_escape_gives_the_focus_back(visit):
    page = visit(GUIDE)
    button = page.get_by_role("button", name=SERUM).first
    button.focus()
    page.keyboard.press("Enter")
    expect(panel_of(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel_of(page)).to_be_hidden()
    expect(button).to_be_focused()


def test_by_keyboard_the_panel_leads_to_the_checkout(visit):
    page = visit(GUIDE)
    page.get_by_role("button", name=SERUM).first.press("Enter")
    expect(panel_of(page)).to_be_focused()
    tab_to(page, panel_of(page).get_by_role("link", name="Checkout"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/checkout/")


def test_the_panel_closes_when_the_focus_goes_on(visit):
    page = visit(GUIDE)
    add(page)
    panel_of(page).get_by_role("link", name="Checkout").focus()
    page.keyboard.press("Tab")
    expect(panel_of(page)).to_be_hidden()


def test_a_press_beside_the_panel_closes_it(visit):
    page = visit(GUIDE)
    add(page)
    page.mouse.click(5, 5)
    expect(panel_of(page)).to_be_hidden()


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("glass", [PHONE, MAGNIFIED], ids=["phone", "400 %"])
def test_axe_finds_nothing_in_the_open_panel(visit, assert_accessible, glass, color_scheme):
    page = visit(GUIDE)
    page.set_viewport_size(glass)
    page.emulate_media(color_scheme=color_scheme, reduced_motion="reduce")
    add(page)
    assert_accessible(page)


def test_magnified_the_panel_leaves_the_header_free_and_nothing_is_cut_off(visit):
    page = visit(GUIDE)
    page.set_viewport_size(MAGNIFIED)
    add(page)
    assert page.evaluate("document.documentElement.scrollWidth") == MAGNIFIED["width"]
    panel_of(page).get_by_role("link", name="Checkout").scroll_into_view_if_needed()
    basket_link(page).click()
    page.wait_for_url("**/basket/")


def test_when_nothing_answers_the_form_is_sent_as_any_other(shop, page):
    page.goto(shop + GUIDE)
    page.route("**/basket/add/**", lambda route: route.abort() if is_fetch(route) else route.continue_())
    page.get_by_role("button", name=SERUM).first.click()
    page.wait_for_url("**/#pick-*")
    expect(page.get_by_text("Renewal Retinol Serum is in your basket")).to_be_visible()


def is_fetch(route) -> bool:
    return route.request.resource_type == "fetch"


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_javascript_the_page_comes_back_and_says_so(visit):
    page = visit(GUIDE)
    page.get_by_role("button", name=SERUM).first.click()
    page.wait_for_url("**/#pick-*")
    expect(page.get_by_text("Renewal Retinol Serum is in your basket")).to_be_visible()
    expect(basket_link(page)).to_have_accessible_description("1 item")


@pytest.fixture
def remembering_page(shop, browser_type, browser_type_launch_args):
    """A page of a browser that keeps pages for the way back, which drivers of browsers switch off."""
    kept = ["--disable-back-forward-cache"]
    browser = browser_type.launch(**browser_type_launch_args | {"args": FLAGS}, ignore_default_args=kept)
    page = browser.new_page()
    page.add_init_script("addEventListener('pageshow', (event) => { window.cameBack = event.persisted; })")
    yield page
    browser.close()


@pytest.mark.parametrize("path", ["/", "/blog/", GUIDE, "/catalogue/", "/search/?q=gel", "/basket/"])
def test_pages_come_back_from_the_memory_of_the_browser(shop, remembering_page, path):
    page = remembering_page
    page.goto(shop + path)
    page.goto(shop + "/promises/returns/")
    page.evaluate("history.back()")
    page.wait_for_url(shop + path, wait_until="commit")
    assert page.evaluate("window.cameBack")


def test_a_page_that_comes_back_counts_what_was_added_since(shop, remembering_page):
    page = remembering_page
    page.goto(shop + "/blog/")
    page.goto(shop + GUIDE)
    add(page)
    page.evaluate("history.back()")
    page.wait_for_url(re.compile("/blog/$"), wait_until="commit")
    expect(basket_link(page)).to_have_accessible_description("1 item")


def test_the_whole_routine_opens_the_panel_on_the_same_page(visit):
    page = visit(GUIDE)
    page.get_by_role("button", name="Add the routine").dblclick()
    expect(panel_of(page)).to_contain_text("In your basket now:")
    expect(panel_of(page)).to_contain_text("Silicone Scar Gel (20 g)")
    expect(basket_link(page)).to_have_accessible_description("6 items")  # a set of three of them stays apart
    assert page.url.endswith(GUIDE)
