"""A real browser on a real server, with nothing stood in for but Stripe's machines."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import reverse

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

AXE = Axe()
# WCAG 2.2 at its levels A and AA, and what axe advises besides. Without their names it leaves out those of 2.2.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

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
def staff(shop, new_context):
    """A browser of somebody who works here, signed in."""
    page = new_context().new_page()
    page.goto(shop + reverse("admin:index"))
    page.get_by_label("Username").fill(settings.DEMO_STAFF["email"])
    page.get_by_label("Password").fill(settings.DEMO_STAFF["password"])
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/")
    return page


@pytest.fixture
def assert_accessible():
    """axe-core finds nothing on the page as it stands."""

    def check(page) -> None:
        found = violations(page)
        assert not found, "\n".join(found)

    return check


# A color on its way from one scheme to the other has the contrast of neither.
COLORS_HAVE_SETTLED = """() => Promise.allSettled(
  document.getAnimations().filter(it => it.effect.getComputedTiming().endTime < Infinity).map(it => it.finished)
)"""


def violations(page) -> list[str]:
    """What axe-core finds on the page as it stands: rule, place, and what is wrong there."""
    page.evaluate(COLORS_HAVE_SETTLED)
    found = AXE.run(page, options={"resultTypes": ["violations"], "runOnly": RULES}).response["violations"]
    return [
        f"{rule['id']} at {node['target'][0]}: {' '.join(node['failureSummary'].split())}"
        for rule in found
        for node in rule["nodes"]
    ]


# Of nine points of what has the focus, one at least is seen, and not what lies over it. A label stands for its field.
FOCUS_IS_IN_SIGHT = """() => {
  const shown = document.activeElement.closest("label") ?? document.activeElement;
  const { left, top, width, height } = shown.getBoundingClientRect();
  const at = (x, y) => document.elementFromPoint(left + x * width, top + y * height);
  const parts = [0.1, 0.5, 0.9];
  return parts.some(x => parts.some(y => shown.contains(at(x, y))));
}"""


def fill(page, fields: dict[str, str]) -> None:
    """Type into fields by their labels."""
    for label, value in fields.items():
        page.get_by_label(label, exact=True).fill(value)


def tab_to(page, target) -> None:
    """Press Tab until the target has the focus, and shows it."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            break
    else:
        pytest.fail(f"Tab never reaches {target}")
    outline = target.evaluate("element => getComputedStyle(element).outlineStyle")
    assert outline != "none", f"{target} does not show that it has the focus"
    assert page.evaluate(FOCUS_IS_IN_SIGHT), f"{target} has the focus under something else, or outside of the window"
