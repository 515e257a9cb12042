"""A return and a claim, walked by a guest, a customer and the staff."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from oscar.core.loading import get_model
from playwright.sync_api import expect

from shop.order.processing import EventHandler
from shop.returns.models import Limits, Return
from tests.browser.conftest import tab_to
from tests.browser.test_buying import add_from_the_guide, check_out, pay

Order = get_model("order", "Order")

PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}


@pytest.fixture(autouse=True)
def nobody_has_asked():
    cache.clear()


@pytest.fixture
def order(visit):
    """The serum for 38.00, bought by this browser without an account, and on its way."""
    page = add_from_the_guide(visit)
    check_out(page)
    pay(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("is confirmed")
    EventHandler().handle_order_status_change(Order.objects.get(), "Shipped")
    return Order.objects.get()


def ask_for_the_return(page) -> None:
    page.get_by_label("How many").select_option("1")
    page.get_by_label("Why").select_option(label="It arrived broken")
    page.get_by_role("button", name="Ask for the return").click()


def receive_and_refund(staff, shop) -> None:
    case = Return.objects.get()
    staff.goto(shop + reverse("returns-desk:queue") + f"?q={case.order.number}")
    staff.get_by_role("link", name=case.number).click()
    staff.get_by_label("Came damaged").fill("1")
    staff.get_by_role("button", name="Write down what came").click()
    expect(staff.get_by_text("Received. The customer gets a letter")).to_be_visible()
    staff.get_by_role("button", name="Refund $43.00").click()
    expect(staff.get_by_text("$43.00 is on its way back to the customer.")).to_be_visible()


@pytest.mark.browser_context_args(**PHONE)
def test_guest_returns_something_on_a_phone_and_the_staff_refund_it(visit, order, staff, shop, assert_accessible):
    page = visit(f"/accounts/order-status/{order.number}/")
    page.get_by_role("link", name="Send something back").first.click()
    assert_accessible(page)
    ask_for_the_return(page)
    expect(page.get_by_role("heading", name="Approved: pack it and send it.")).to_be_visible()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    address = page.url
    page.get_by_role("link", name="Print the slip").click()
    expect(page.get_by_text("In this box")).to_be_visible()
    assert_accessible(page)
    receive_and_refund(staff, shop)
    page.goto(address)
    expect(page.get_by_role("heading", name="Your money is on its way back.")).to_be_visible()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_guest_without_javascript_claims_by_a_link_from_elsewhere(visit, order, run_tasks, browser):
    elsewhere = browser.new_context(java_script_enabled=False).new_page()
    elsewhere.goto(visit("/returns/").url)
    elsewhere.get_by_label("Order number").fill(order.number.lower())
    elsewhere.get_by_label("Email").fill("alex@example.com")
    elsewhere.get_by_role("button", name="Go on").click()
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Look into your mailbox.")
    run_tasks()
    letter = next(sent for sent in mail.outbox if sent.subject.startswith("The link to return"))
    elsewhere.goto(re.search(r"http\S+/returns/orders/\S+", letter.body)[0])
    elsewhere.get_by_role("link", name="Claim the guarantee instead").click()
    elsewhere.get_by_label("How many").select_option("1")
    elsewhere.get_by_role("button", name="Claim my money back").click()
    expect(elsewhere.get_by_role("heading", name="Your money is on its way back.")).to_be_visible()
    assert Return.objects.get().state == "refunded"


def test_customer_asks_by_keyboard_alone_and_takes_it_back(visit, order):
    page = visit(f"/returns/orders/{order.number}/")
    tab_to(page, page.get_by_label("How many"))
    page.keyboard.press("ArrowDown")
    tab_to(page, page.get_by_role("button", name="Ask for the return"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Approved: pack it and send it.")).to_be_visible()
    tab_to(page, page.get_by_role("button", name="Take the return back"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Taken back: you keep it.")).to_be_visible()


def test_staff_refuse_a_claim_and_the_customer_reads_why(visit, order, staff, shop, assert_accessible):
    Limits(claim_amount=0).save()
    page = visit(f"/returns/claims/{order.number}/")
    page.get_by_label("How many").select_option("1")
    page.get_by_role("button", name="Claim my money back").click()
    expect(page.get_by_role("heading", name="We are looking at it.")).to_be_visible()
    staff.goto(shop + reverse("returns-desk:queue"))
    staff.get_by_role("link", name=Return.objects.get().number).click()
    staff.get_by_label("Reason").fill("Please try it for two weeks first.")
    staff.get_by_role("button", name="Refuse").click()
    expect(staff.get_by_text("Refused. The customer gets a letter with the reason.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Please try it for two weeks first.")).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_returns(visit, order, assert_accessible, color_scheme):
    page = visit("/returns/")
    page.emulate_media(color_scheme=color_scheme)
    assert_accessible(page)
    page = visit(f"/returns/orders/{order.number}/")
    page.get_by_label("How many").select_option("0")
    page.get_by_role("button", name="Ask for the return").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert_accessible(page)
    page = visit("/promises/returns/")
    assert_accessible(page)
