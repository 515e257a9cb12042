"""The main job: read, add, pay, hold a confirmed order."""

from decimal import Decimal

import pytest
from django.core import mail
from oscar.core.loading import get_model
from playwright.sync_api import expect

from tests.browser.conftest import ADDRESS, CARD, fill, tab_to

Order = get_model("order", "Order")
Source = get_model("payment", "Source")
StockRecord = get_model("partner", "StockRecord")


def add_from_the_guide(visit):
    page = visit("/")
    page.get_by_role("link", name="Understanding Pockmarks").first.click()
    page.get_by_role("button", name="Add to basket: Renewal Retinol Serum").first.click()
    expect(page.get_by_text("Renewal Retinol Serum is in your basket")).to_be_visible()
    return page


def check_out(page, **changes):
    page.get_by_role("link", name="Basket", exact=True).click()
    page.get_by_role("link", name="Checkout", exact=True).click()
    fill(page, ADDRESS | changes)
    page.get_by_role("button", name="Pay", exact=True).click()
    expect(page.get_by_text("Test payment page")).to_be_visible()


def pay(page, number: str = CARD["Card number"]):
    fill(page, CARD | {"Card number": number})
    page.get_by_role("button", name="Pay $").click()


def assert_confirmed(page, run_tasks):
    """What the page says, the stock, the ledger and the one e-mail."""
    expect(page.get_by_role("heading", level=1)).to_contain_text("is confirmed")
    order = Order.objects.get(number=page.locator("[data-order-number]").inner_text())
    source = Source.objects.get(order=order)
    record = StockRecord.objects.get(partner_sku="MG-RETINOL-30")
    run_tasks()
    assert order.status == "Paid"
    assert order.total_incl_tax == Decimal("43.00")  # the serum, and 5.00 for delivery
    assert (source.amount_debited, source.amount_refunded) == (Decimal("43.00"), Decimal("0.00"))
    assert source.transactions.count() == 1
    assert record.num_allocated == 1
    assert [letter.to for letter in mail.outbox] == [["alex@example.com"]]
    assert order.number in mail.outbox[0].body


def test_from_the_guide_to_a_confirmed_order(visit, run_tasks):
    page = add_from_the_guide(visit)
    check_out(page)
    pay(page)
    assert_confirmed(page, run_tasks)
    expect(page.get_by_role("link", name="Basket", exact=True)).to_have_accessible_description("empty")


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_the_same_without_javascript(visit, run_tasks):
    page = add_from_the_guide(visit)
    check_out(page)
    pay(page)
    assert_confirmed(page, run_tasks)


def test_a_declined_card_then_a_good_one(visit, run_tasks):
    page = add_from_the_guide(visit)
    check_out(page)
    pay(page, "4000 0000 0000 0002")
    expect(page.get_by_text("Your card was declined.")).to_be_visible()
    assert Order.objects.get().status == "Pending payment"
    pay(page)
    assert_confirmed(page, run_tasks)


def test_cancelled_at_stripe_the_basket_is_intact(visit):
    page = add_from_the_guide(visit)
    check_out(page)
    page.get_by_role("link", name="Cancel and return to the shop").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your order is not paid yet.")
    page.get_by_role("main").get_by_role("link", name="Back to the basket").click()
    expect(page.get_by_role("main").get_by_role("link", name="Renewal Retinol Serum")).to_be_visible()
    assert Order.objects.get().status == "Pending payment"
    page.go_back()
    page.get_by_role("button", name="Cancel this order").click()
    expect(page.get_by_role("main").get_by_role("link", name="Renewal Retinol Serum")).to_be_visible()
    assert Order.objects.get().status == "Cancelled"
    assert StockRecord.objects.get(partner_sku="MG-RETINOL-30").num_allocated == 0


def test_a_bank_that_asks_back(visit, run_tasks):
    page = add_from_the_guide(visit)
    check_out(page)
    pay(page, "4000 0027 6000 3184")
    page.get_by_role("button", name="Complete").click()
    assert_confirmed(page, run_tasks)


def test_a_variant_is_chosen_on_its_page(visit):
    page = visit("/blog/understanding-pockmarks/")
    page.get_by_role("link", name="Choose a size: Silicone Scar Gel").first.click()
    page.get_by_label("60 g").check()
    page.get_by_role("button", name="Add to basket", exact=True).click()
    expect(page.get_by_role("dialog", name="In your basket")).to_be_visible()
    page.get_by_role("link", name="Basket", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Silicone Scar Gel, 60 g")
    expect(page.get_by_role("main")).to_contain_text("$42.00")


@pytest.mark.parametrize("zoom", [1, 4])
def test_the_whole_purchase_by_keyboard_alone(visit, run_tasks, zoom):
    page = visit("/blog/understanding-pockmarks/")
    page.set_viewport_size({"width": 1280 // zoom, "height": 1024 // zoom})

    def press_on(role: str, name: str):
        tab_to(page, page.get_by_role(role, name=name, exact=True).first)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.keyboard.press("Enter")

    press_on("button", "Add to basket: Renewal Retinol Serum")
    expect(page.get_by_role("dialog", name="In your basket")).to_be_visible()
    press_on("link", "Basket")
    page.wait_for_url("**/basket/")
    press_on("link", "Checkout")
    page.wait_for_url("**/checkout/")
    for label, value in ADDRESS.items():
        tab_to(page, page.get_by_label(label, exact=True))
        page.keyboard.type(value)
    press_on("button", "Pay")
    expect(page.get_by_text("Test payment page")).to_be_visible()
    for label, value in CARD.items():
        page.get_by_label(label, exact=True).focus()
        page.keyboard.type(value)
    page.keyboard.press("Enter")
    assert_confirmed(page, run_tasks)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_total_follows_the_chosen_delivery(visit):
    page = add_from_the_guide(visit)
    page.goto(page.url.split("/blog")[0] + "/checkout/")
    expect(page.locator(".summary--desk [data-total]")).to_have_text("$43.00")
    page.get_by_label("Express").check()
    expect(page.locator(".summary--desk [data-total]")).to_have_text("$50.00")
    page.get_by_label("Country").select_option("CA")
    expect(page.get_by_label("Postcode")).to_be_visible()
