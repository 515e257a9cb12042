"""A guest asks where an order is, and sees it."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from oscar.core.loading import get_model
from playwright.sync_api import expect

from shop.order import links
from tests.browser.test_buying import add_from_the_guide, check_out, pay

Order = get_model("order", "Order")


@pytest.fixture(autouse=True)
def nobody_has_asked():
    cache.clear()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_a_guest_without_javascript_gets_a_link_by_email_and_follows_it(visit, run_tasks, shop, browser):
    page = add_from_the_guide(visit)
    check_out(page)
    pay(page)
    page.get_by_role("link", name="Follow this order").click()
    expect(page.get_by_role("heading", name="Paid: being packed.")).to_be_visible()
    page.get_by_role("link", name="Where is my order?").click()
    number = Order.objects.get().number
    page.get_by_label("Order number").fill(number.lower().replace("-", " "))
    page.get_by_label("Email").fill("alex@example.com")
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mailbox.")
    run_tasks()
    letter = next(sent for sent in mail.outbox if sent.subject.startswith("The link"))
    elsewhere = browser.new_context(java_script_enabled=False).new_page()
    elsewhere.goto(re.search(r"http\S+/order-status/\S+", letter.body)[0])
    expect(elsewhere.locator("[data-order-number]")).to_have_text(number)
    expect(elsewhere.get_by_role("heading", name="Paid: being packed.")).to_be_visible()


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_page_of_an_order(visit, assert_accessible, color_scheme):
    page = add_from_the_guide(visit)
    check_out(page)
    page = visit(f"/accounts/order-status/{Order.objects.get().number}/")
    page.emulate_media(color_scheme=color_scheme)
    expect(page.get_by_role("link", name="Go on to payment")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Go on to payment").click()
    page.get_by_role("main").get_by_role("link", name="Go on to payment").click()
    pay(page)
    page = visit(links.path_to(Order.objects.get()))
    assert_accessible(page)
