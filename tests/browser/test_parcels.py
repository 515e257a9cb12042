"""An order after it was paid: staff send it in two parcels, its buyer follows it on a phone, or cancels it in time."""

import re

import pytest
from django.core import mail
from django.urls import reverse
from oscar.core.loading import get_model
from playwright.sync_api import expect

from shop.catalogue.reviews.asking import ask_for_reviews
from shop.parcels.models import CallOff, Parcel
from tests.browser.conftest import tab_to
from tests.browser.test_buying import add_from_the_guide, check_out, pay
from tests.shop.test_asking_for_reviews import receive

Order = get_model("order", "Order")
ProductReview = get_model("reviews", "ProductReview")

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def order(visit):
    """Two kinds, paid, by a guest on a phone who sees his order."""
    page = visit("/catalogue/")
    page.set_viewport_size(PHONE)
    page = add_from_the_guide(visit)
    page = visit(get_model("catalogue", "Product").objects.get(slug="spot-patches").get_absolute_url())
    page.get_by_role("button", name="Add to basket", exact=True).click()
    check_out(page)
    pay(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("is confirmed")
    return Order.objects.get()


def send_by_keyboard(staff, *, empty: str = "", number: str) -> None:
    """Fill the form without a mouse; the units of the line `empty` stay here."""
    if empty:
        tab_to(staff, staff.get_by_label(f"Units of {empty}"))
        staff.keyboard.press("Control+A")
        staff.keyboard.type("0")
    tab_to(staff, staff.get_by_label("Carrier", exact=True))
    staff.keyboard.type("UPS")
    tab_to(staff, staff.get_by_label("Tracking number"))
    staff.keyboard.type(number)
    tab_to(staff, staff.get_by_role("button", name="Send the parcel"))
    staff.keyboard.press("Enter")


def test_staff_send_two_parcels_by_keyboard_and_the_buyer_follows_them_on_a_phone(
    staff, shop, order, page, assert_accessible
):
    staff.goto(shop + reverse("dashboard:order-detail", args=[order.number]))
    send_by_keyboard(staff, empty="Spot Patches", number="1Z 999 AA1 01 2345 6784")
    expect(staff.get_by_text("The parcel is on its way, and the customer is told.")).to_be_visible()
    page.get_by_role("link", name="Follow this order").click()
    expect(page.get_by_role("heading", name="Paid: a part is on its way.")).to_be_visible()
    first = page.get_by_role("region", name="Package 1: on its way")
    expect(first.get_by_role("link", name="Follow package 1")).to_have_attribute(
        "href", "https://www.ups.com/track?tracknum=1Z999AA10123456784"
    )
    send_by_keyboard(staff, number="nothing")
    expect(staff.get_by_role("alert")).to_contain_text("Nothing was sent.")
    expect(staff.get_by_text("Enter a tracking number of UPS, such as")).to_be_visible()
    tab_to(staff, staff.get_by_label("Tracking number"))
    staff.keyboard.press("Control+A")
    staff.keyboard.type("1Z999AA10123456785")
    staff.keyboard.press("Enter")
    expect(staff.get_by_text("The parcel is on its way, and the customer is told.")).to_be_visible()
    assert Parcel.objects.count() == 2
    page.reload()
    expect(page.get_by_role("heading", name="Shipped: on its way.")).to_be_visible()
    tab_to(staff, staff.get_by_role("button", name="All of it was delivered"))
    staff.keyboard.press("Enter")
    expect(staff.get_by_text("It is written down as delivered, and the customer is told.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Complete.")).to_be_visible()
    expect(page.get_by_role("region", name="Package 2: delivered")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert_accessible(page)


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_a_guest_cancels_on_a_phone_without_javascript(order, page):
    page.get_by_role("link", name="Follow this order").click()
    page.get_by_role("link", name="Cancel this order").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cancel this order?")
    page.get_by_role("button", name="Cancel this order").click()
    expect(page.get_by_role("heading", name="Cancelled.")).to_be_visible()
    expect(page.get_by_text("before anything left. Nothing is sent.")).to_be_visible()
    expect(page.get_by_role("link", name="Cancel this order")).to_have_count(0)
    assert CallOff.objects.filter(order=order).exists()


def test_the_invoice_of_a_usual_order_is_one_page_of_paper(order, page, visit, assert_accessible):
    page.get_by_role("link", name="See and print the invoice").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Invoice")
    assert_accessible(page)
    for paper in ("Letter", "A4"):
        assert _pages(page.pdf(format=paper)) == 1


def test_the_packing_slip_is_one_page_and_axe_finds_nothing_on_it(staff, shop, order, assert_accessible):
    staff.goto(shop + reverse("dashboard:order-slip", args=[order.number]))
    assert_accessible(staff)
    assert _pages(staff.pdf(format="Letter")) == 1


def test_an_invoice_of_many_lines_repeats_its_head_and_tears_no_line(order, page, visit):
    line = order.lines.first()
    for number in range(70):
        line.pk, line.title = None, f"A thing with a name that goes on and on over more than one line, number {number}"
        line.save()
    page.goto(page.url.split("/checkout/")[0] + f"/accounts/order-status/{order.number}/invoice/")
    assert _pages(page.pdf(format="Letter")) > 1
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('.paper__table thead')).display") == (
        "table-header-group"
    )
    assert page.evaluate("getComputedStyle(document.querySelector('.paper__table tbody tr')).breakInside") == "avoid"


def _pages(pdf: bytes) -> int:
    return pdf.count(b"/Type /Page\n") or pdf.count(b"/Type /Page ")


def test_guest_reviews_what_arrived_by_the_link_in_the_letter(order, browser, run_tasks):
    receive(order)
    ask_for_reviews.enqueue()
    run_tasks()
    asked = next(sent for sent in mail.outbox if "/reviews/" in sent.body)
    page = browser.new_context(java_script_enabled=False, viewport=PHONE).new_page()
    page.goto(re.search(r"http\S+/reviews/\S+", asked.body)[0])
    page.get_by_label("4 out of 5").check()
    page.get_by_label("Title").fill("Calm after a shave")
    page.get_by_label("Your review").fill("It does what the guide says, and smells of nothing.")
    page.get_by_label("Your name").fill(" ")
    page.get_by_role("button", name="Send review").click()
    expect(page.get_by_role("alert")).to_contain_text("A first name will do.")
    page.get_by_label("Your name").fill("Alex")
    expect(page.get_by_label("4 out of 5")).to_be_checked()
    page.get_by_role("button", name="Send review").click()
    review = ProductReview.objects.get(title="Calm after a shave")
    assert (review.score, review.status, review.user) == (4, ProductReview.FOR_MODERATION, None)
    review.status = ProductReview.APPROVED
    review.save()
    page.goto(page.url)
    shown = page.get_by_role("article").filter(has_text="Calm after a shave")
    expect(shown.get_by_text("Verified buyer")).to_be_visible()
