"""Staff at work with orders and payments: in the dashboard and in the admin, and how that looks to axe."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from oscar.core.loading import get_model
from playwright.sync_api import expect

from shop.stripe_checkout.models import PaymentAttempt
from shop.stripe_sandbox import disputes
from shop.stripe_sandbox.temper import behave, misbehave
from tests.browser.conftest import tab_to
from tests.browser.test_buying import add_from_the_guide, check_out, pay

Order = get_model("order", "Order")
StockRecord = get_model("partner", "StockRecord")


@pytest.fixture
def order(visit):
    """The serum for 38.00, sent for 5.00, paid."""
    page = add_from_the_guide(visit)
    check_out(page)
    pay(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("is confirmed")
    return Order.objects.get()


@pytest.fixture
def assert_accessible():
    """axe-core finds nothing in what is ours of a page; the rest of it is Django's or Oscar's."""

    def check(page, region: str) -> None:
        found = Axe().run(page, context=region)
        assert found.violations_count == 0, found.generate_report()

    return check


def refund_the_serum(staff, shop, order):
    staff.goto(shop + reverse("dashboard:order-list"))
    staff.get_by_role("link", name=order.number).first.click()
    staff.get_by_role("link", name="Refund…").click()
    staff.get_by_label("Units of Renewal Retinol Serum to give back").fill("1")
    staff.get_by_label("Back on sale: Renewal Retinol Serum").check()
    staff.get_by_label("Reason").fill("Changed their mind")
    staff.get_by_role("button", name="Give money back").click()
    expect(staff.get_by_text("$38.00 is on its way back to the customer.")).to_be_visible()


def test_one_line_is_given_back_and_stands_in_the_timeline(staff, shop, order):
    record = StockRecord.objects.get(partner_sku="MG-RETINOL-30")
    refund_the_serum(staff, shop, order)
    staff.get_by_role("link", name="$43.00").first.click()
    timeline = staff.get_by_role("region", name="What happened")
    expect(timeline).to_contain_text("Refund of $38.00 asked for")
    expect(timeline).to_contain_text("1 × Renewal Retinol Serum, back on sale. Changed their mind")
    expect(timeline).to_contain_text("−$38.00")
    assert record.num_allocated == 1
    record.refresh_from_db()
    assert record.num_allocated == 0


def test_the_same_by_keyboard_alone_in_the_admin(staff, shop, order):
    def press_on(role: str, name: str):
        tab_to(staff, staff.get_by_role(role, name=name, exact=True))
        staff.keyboard.press("Enter")

    staff.goto(shop + reverse("admin:stripe_checkout_paymentattempt_change", args=[PaymentAttempt.objects.get().pk]))
    press_on("link", "Skip to main content")
    press_on("link", "Refund…")
    staff.wait_for_url("**/refund/")
    press_on("link", "Skip to main content")
    tab_to(staff, staff.get_by_label("Units of Renewal Retinol Serum to give back"))
    staff.keyboard.type("1")
    tab_to(staff, staff.get_by_label("Back on sale: Renewal Retinol Serum"))
    staff.keyboard.press("Space")
    tab_to(staff, staff.get_by_label("Reason"))
    staff.keyboard.type("Changed their mind")
    press_on("button", "Give money back")
    expect(staff.get_by_text("$38.00 is on its way back to the customer.")).to_be_visible()
    assert StockRecord.objects.get(partner_sku="MG-RETINOL-30").num_allocated == 0


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_the_same_without_javascript(staff, shop, order):
    refund_the_serum(staff, shop, order)
    expect(staff.get_by_role("heading", name="Ledger")).to_be_visible()  # in a tab that a script would open


def test_a_stuck_payment_is_settled_by_asking_stripe(staff, shop, visit):
    page = add_from_the_guide(visit)
    check_out(page)
    misbehave(events="dropped")
    misbehave(api="disconnect")  # neither the webhook nor the return page hears of it
    pay(page)
    page.wait_for_url("**/checkout/**")
    PaymentAttempt.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    staff.goto(shop + reverse("admin:index"))
    staff.get_by_role("link", name="1 payment", exact=True).click()
    expect(staff.get_by_text("we were not told how it ended")).to_be_visible()
    staff.get_by_role("link", name=Order.objects.get().number).click()
    staff.get_by_role("button", name="Ask Stripe now").click()
    expect(staff.get_by_text("Stripe does not answer for this payment")).to_be_visible()
    behave()
    staff.get_by_role("button", name="Ask Stripe now").click()
    expect(staff.get_by_text("Stripe was asked. The payment is succeeded.")).to_be_visible()
    assert Order.objects.get().status == "Paid"


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_admins_pages(staff, shop, order, assert_accessible, color_scheme):
    staff.emulate_media(color_scheme=color_scheme)
    attempt = PaymentAttempt.objects.get()
    disputes.open_dispute(payment_intent=attempt.payment_intent, inquiry=True)
    payment = reverse("admin:stripe_checkout_paymentattempt_change", args=[attempt.pk])
    refund = reverse("admin:stripe_checkout_refund", args=[attempt.pk])
    for path, region in (
        ("/admin/", ".health"),
        (payment, ".payment__now"),
        (payment, ".timeline"),
        (refund, ".refund"),
    ):
        staff.goto(shop + path)
        assert_accessible(staff, region)


def test_axe_finds_nothing_on_the_dashboards_form(staff, shop, order, assert_accessible):
    staff.goto(shop + reverse("dashboard:order-refund", args=[order.number]))
    staff.get_by_role("button", name="Give money back").click()
    expect(staff.get_by_role("alert").first).to_be_visible()
    assert_accessible(staff, ".page-content")
