"""A real browser on a real server, with nothing stood in for but Stripe's machines."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CARD = {"Card number": "4242 4242 4242 4242", "Expiry": "12 / 40", "CVC": "123", "Name on card": "Alex Example"}
ADDRESS = {
    "Email": "alex@example.com",
    "First name": "Alex",
    "Last name": "Example",
    "Address line 1": "12 Sample Street",
    "City": "Austin",
    "State": "TX",
    "ZIP code": "78701",
}

# Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture
def shop(demo_shop, stripe_with_webhooks, live_server):
    """The demo shop, open for business; its address."""
    return live_server.url


@pytest.fixture
def visit(shop, page):
    """Open a page of the shop and hear what its console complains about."""
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def open_page(path: str):
        answer = page.goto(shop + path)
        assert answer.ok, f"{path}: {answer.status}"
        return page

    yield open_page
    assert complaints == []


@pytest.fixture
def assert_accessible():
    """axe-core finds nothing on the page as it stands: WCAG 2.2 A and AA, and its best practices."""

    def check(page) -> None:
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()

    return check


def fill(page, fields: dict[str, str]) -> None:
    """Type into fields by their labels."""
    for label, value in fields.items():
        page.get_by_label(label, exact=True).fill(value)
