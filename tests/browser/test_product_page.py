"""The product page on a phone: the bar that keeps the way to buy in sight; and sizes, with a script and without."""

import pytest
from oscar.core.loading import get_model
from playwright.sync_api import expect

Product = get_model("catalogue", "Product")

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def gel(visit):
    """The page of the gel in two sizes, on a phone."""
    page = visit(Product.objects.get(title="Silicone Scar Gel").get_absolute_url())
    page.set_viewport_size(PHONE)
    return page


def bar(page):
    return page.get_by_role("button", name="Put in basket: Silicone Scar Gel")


def scroll_past_the_button(page):
    page.get_by_role("heading", name="How to use it").scroll_into_view_if_needed()
    expect(bar(page)).to_be_visible()


def test_the_bar_is_there_for_nobody_while_the_button_is_in_sight(gel):
    gel.get_by_role("button", name="Add to basket", exact=True).scroll_into_view_if_needed()
    expect(bar(gel)).to_have_count(0)


def test_the_bar_adds_the_chosen_size(gel):
    gel.get_by_label("60 g").check()
    scroll_past_the_button(gel)
    expect(gel.locator("[data-buy-bar]")).to_contain_text("$42.00 60 g")
    expect(gel.get_by_role("button", name="Add to basket", exact=True)).to_have_count(1)
    bar(gel).click()
    expect(gel.get_by_role("dialog", name="In your basket")).to_contain_text("Silicone Scar Gel, 60 g")


def test_the_bar_never_lies_over_what_has_the_focus(gel):
    scroll_past_the_button(gel)
    gel.get_by_role("heading", name="Reviews").scroll_into_view_if_needed()
    for _ in range(12):
        gel.keyboard.press("Tab")
        covered = gel.evaluate(
            """() => {
                const bar = document.querySelector("[data-buy-bar]"), on = document.activeElement;
                if (bar.hidden || bar.contains(on) || on === document.body) return false;
                return on.getBoundingClientRect().bottom > bar.getBoundingClientRect().top;
            }"""
        )
        assert not covered, gel.evaluate("document.activeElement.outerHTML")


def test_on_a_magnified_glass_there_is_no_bar(gel):
    gel.set_viewport_size({"width": 320, "height": 256})
    gel.get_by_role("heading", name="How to use it").scroll_into_view_if_needed()
    expect(bar(gel)).to_have_count(0)


def test_axe_finds_nothing_while_the_bar_shows(gel, assert_accessible):
    scroll_past_the_button(gel)
    assert_accessible(gel)


def test_a_chosen_size_shows_its_price_and_stock_and_stays_in_the_address(gel):
    gel.get_by_label("60 g").check()
    expect(gel.locator(".price--large [data-price]")).to_have_text("$42.00")
    expect(gel.get_by_text("60 g in stock.")).to_be_visible()
    gel.goto(gel.url)
    expect(gel.get_by_label("60 g")).to_be_checked()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_javascript_each_size_says_its_price_and_no_bar_shows(gel):
    expect(gel.get_by_label("20 g")).to_have_accessible_name("20 g $18.00")
    expect(gel.get_by_label("60 g")).to_have_accessible_name("60 g $42.00")
    gel.get_by_role("heading", name="How to use it").scroll_into_view_if_needed()
    expect(bar(gel)).to_have_count(0)


def test_the_pictures_are_counted(gel):
    expect(gel.locator("[data-gallery-position]")).to_have_text("1 / 3")
    gel.get_by_role("region", name="Pictures of Silicone Scar Gel").evaluate(
        "gallery => { gallery.scrollLeft = 1000 }"
    )
    expect(gel.locator("[data-gallery-position]")).to_have_text("3 / 3")


def test_pictures_shown_side_by_side_and_then_swiped_are_counted_anew(gel):
    gel.set_viewport_size({"width": 1440, "height": 900})
    gel.get_by_role("region", name="Pictures of Silicone Scar Gel").scroll_into_view_if_needed()
    gel.set_viewport_size({"width": 360, "height": 740})
    expect(gel.locator("[data-gallery-position]")).to_have_text("1 / 3")
