"""The shop in a language that runs from right to left and takes more room than English, on a narrow phone."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.looks

PAGES = [
    "/",
    "/blog/",
    "/blog/understanding-pockmarks/",
    "/catalogue/",
    "/promises/returns/",
    "/search/?q=gel",
    "/accounts/login/",
    "/accounts/register/",
    "/basket/",
    "/checkout/",
]


@pytest.fixture
def browser_context_args(browser_context_args):
    return browser_context_args | {"viewport": {"width": 360, "height": 740}}


@pytest.fixture
def visit_in_arabic(visit, arabic):  # in this order: the demo shop keeps its own words
    return visit


def open_a_product(visit):
    page = visit("/catalogue/")
    page.get_by_role("link", name="Renewal Retinol Serum").first.click()
    page.wait_for_url("**/renewal-retinol-serum_*/")
    return page


def test_nothing_is_wider_than_the_glass(visit_in_arabic):
    too_wide = {}

    def measure(page):
        page.wait_for_load_state()
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > page.evaluate("innerWidth"):
            too_wide[page.url] = width

    page = open_a_product(visit_in_arabic)
    measure(page)
    page.locator("form[action*='/basket/add/'] button").first.click()
    expect(page.get_by_role("status").first).to_be_visible()
    measure(page)
    for path in PAGES:
        measure(visit_in_arabic(path))
    page.locator("#checkout button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    measure(page)
    assert too_wide == {}


def test_arrows_point_the_way_one_reads(visit_in_arabic):
    arrow = visit_in_arabic("/").locator(".text-link .icon--right").first
    assert arrow.evaluate("arrow => getComputedStyle(arrow).scale") == "-1 1"
