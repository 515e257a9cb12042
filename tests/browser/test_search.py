"""Suggestions while one types, by mouse and by keyboard, and the plain form without scripts."""

import pytest
from playwright.sync_api import expect

FIELD = "Look for a guide or a product"


@pytest.fixture
def searching(visit):
    """The search page, with something typed of which suggestions are open."""
    page = visit("/search/")
    field = page.get_by_role("combobox", name=FIELD)
    field.press_sequentially("sc")
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_visible()
    return page


def test_keyboard_chooses_a_suggestion(searching):
    field = searching.get_by_role("combobox", name=FIELD)
    options = searching.get_by_role("option")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(field).not_to_have_attribute("aria-activedescendant", "suggestion-1")
    field.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "suggestion-1")
    expect(options.first).to_have_attribute("aria-selected", "true")
    field.press("ArrowUp")
    expect(searching.locator("[role=option][aria-selected=true]")).to_have_count(0)
    field.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    expect(field).to_be_focused()
    field.press("Home")
    field.press("ArrowDown")
    field.press("ArrowDown")
    field.press("Enter")
    searching.wait_for_url("**/catalogue/silicone-scar-gel_*/")


def test_mouse_chooses_a_suggestion(searching):
    searching.get_by_role("option", name="Sunscreen and Scars").click()
    searching.wait_for_url("**/blog/sunscreen-and-scars/")


def test_escape_closes_and_keeps_what_was_typed(searching):
    field = searching.get_by_role("combobox", name=FIELD)
    field.press("ArrowDown")
    field.press("Escape")
    expect(searching.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("sc")
    field.press("ArrowDown")
    expect(searching.get_by_role("listbox")).to_be_visible()


def test_enter_without_a_choice_searches_for_what_was_typed(searching):
    searching.get_by_role("combobox", name=FIELD).press("Enter")
    searching.wait_for_url("**/search/?q=sc")


def test_leaving_the_field_closes_the_list(searching):
    searching.keyboard.press("Tab")
    expect(searching.get_by_role("button", name="Search")).to_be_focused()
    expect(searching.get_by_role("listbox")).to_be_hidden()


def test_screen_reader_hears_whether_there_is_something_to_choose(searching):
    said = searching.locator("[data-suggestions-said]")
    expect(said).to_have_text("Suggestions below: choose one with the arrow keys.")
    searching.get_by_role("combobox", name=FIELD).fill("umbrella")
    expect(said).to_have_text("No suggestions.")
    expect(searching.get_by_role("listbox")).to_be_hidden()


def test_shop_that_does_not_answer_leaves_the_form(shop, page):
    page.goto(f"{shop}/search/")
    page.route("**/search/suggestions/**", lambda route: route.abort())
    field = page.get_by_role("combobox", name=FIELD)
    field.press_sequentially("scar")
    page.wait_for_timeout(400)
    field.press("Enter")
    expect(page.get_by_role("heading", name="Products")).to_be_visible()


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_open_list_is_accessible(searching, assert_accessible, color_scheme):
    searching.emulate_media(color_scheme=color_scheme)
    searching.get_by_role("combobox", name=FIELD).press("ArrowDown")
    assert_accessible(searching)


def test_search_works_without_scripts(shop, browser):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{shop}/search/")
    page.get_by_label(FIELD).fill("scars")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="Products")).to_be_visible()
    expect(page.locator("mark").first).to_be_visible()
    page.context.close()
