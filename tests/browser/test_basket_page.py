"""The basket page: changed in place with a script, by its buttons without one, and in sight however long it is."""

import pytest
from oscar.core.loading import get_model
from playwright.sync_api import expect

Basket = get_model("basket", "Basket")
Line = get_model("basket", "Line")
Product = get_model("catalogue", "Product")

SERUM, PATCHES = "Renewal Retinol Serum", "Spot Patches"


@pytest.fixture
def basket(visit):
    """The page of a basket with a serum (38.00) and spot patches (12.00)."""
    page = visit("/blog/understanding-pockmarks/")
    for number, title in enumerate((SERUM, PATCHES), start=1):
        page.get_by_role("button", name=f"Add to basket: {title}").first.click()
        expect(page.get_by_role("link", name="Basket", exact=True)).to_have_accessible_description(
            "1 item" if number == 1 else f"{number} items"
        )
    return visit("/basket/")


def total(page):
    return page.locator(".summary__total")


def test_a_step_saves_and_keeps_the_focus(basket):
    more = basket.get_by_role("button", name=f"One more: {PATCHES}")
    more.click()
    expect(total(basket)).to_have_text("$62.00")
    expect(more).to_be_focused()
    expect(basket.get_by_label(f"Quantity of {PATCHES}")).to_have_value("2")


def test_quick_steps_are_one_change(basket):
    sent = []
    basket.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    more = basket.get_by_role("button", name=f"One more: {PATCHES}")
    for _ in range(3):
        more.click()
    expect(total(basket)).to_have_text("$86.00")
    assert len(sent) == 1


def test_a_typed_number_saves_and_is_said(basket):
    basket.get_by_label(f"Quantity of {SERUM}").fill("2")
    basket.keyboard.press("Tab")
    expect(total(basket)).to_have_text("$88.00")
    expect(basket.get_by_role("status").filter(has_text="Your basket comes to $88.00")).to_be_attached()
    expect(basket.get_by_role("link", name="Basket", exact=True)).to_have_accessible_description("3 items")


def test_too_many_is_said_beside_the_number_and_keeps_the_focus(basket):
    field = basket.get_by_label(f"Quantity of {SERUM}")
    field.fill("5000")
    field.press("Enter")
    expect(basket.locator(".field__error")).to_be_visible()
    expect(field).to_be_focused()
    expect(total(basket)).to_have_text("$50.00")


def test_what_is_taken_out_leaves_the_focus_on_the_line_that_follows(basket):
    basket.get_by_role("button", name=f"Remove: {SERUM}").click()
    expect(basket.get_by_role("heading", name=SERUM)).to_have_count(0)
    expect(basket.get_by_role("main").get_by_role("link", name=PATCHES)).to_be_focused()


def test_the_last_line_taken_out_leaves_an_empty_basket(basket):
    for title in (SERUM, PATCHES):
        basket.get_by_role("button", name=f"Remove: {title}").click()
    expect(basket.get_by_role("heading", name="Your basket is empty.")).to_be_visible()
    expect(basket.get_by_role("link", name="Basket", exact=True)).to_have_accessible_description("empty")


def test_a_code_typed_wrong_says_what_to_do_and_has_the_focus(basket, assert_accessible):
    basket.get_by_text("Add a discount code").click()
    code = basket.get_by_label("Discount code")
    code.fill("NOPE")
    code.press("Enter")
    expect(code).to_have_accessible_description("We do not know the code NOPE. Check it for a typing mistake.")
    expect(code).to_be_focused()
    assert_accessible(basket)


def test_when_nothing_answers_the_change_is_sent_as_any_other(shop, page):
    page.goto(shop + "/blog/understanding-pockmarks/")
    page.get_by_role("button", name=f"Add to basket: {PATCHES}").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.goto(shop + "/basket/")
    page.route("**/basket/", lambda r: r.abort() if r.request.resource_type == "fetch" else r.continue_())
    page.get_by_role("button", name=f"Remove: {PATCHES}").click()
    expect(page.get_by_role("heading", name="Your basket is empty.")).to_be_visible()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_javascript_update_saves(visit):
    page = visit("/blog/understanding-pockmarks/")
    page.get_by_role("button", name=f"Add to basket: {PATCHES}").first.click()
    page.get_by_role("link", name="Basket", exact=True).click()
    page.get_by_label(f"Quantity of {PATCHES}").fill("2")
    page.get_by_role("button", name=f"Update: {PATCHES}").click()
    expect(total(page)).to_have_text("$29.00")
    expect(page.get_by_role("button", name=f"One more: {PATCHES}")).to_be_hidden()


@pytest.mark.parametrize("width", [360, 1440])
def test_of_forty_lines_the_total_is_always_in_sight(basket, width):
    line = Line.objects.first()
    for number in range(38):
        line.pk, line.line_reference = None, f"again {number}"
        line.save()
    basket.set_viewport_size({"width": width, "height": 740})
    basket.reload()
    shown = basket.locator(".to-checkout__total" if width == 360 else ".summary__total")
    for place in (0, 0.5):
        basket.evaluate("place => scrollTo(0, document.body.scrollHeight * place)", place)
        expect(shown).to_be_in_viewport()
        expect(basket.get_by_role("link", name="Checkout", exact=True)).to_be_in_viewport()
