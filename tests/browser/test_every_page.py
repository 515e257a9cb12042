"""Every page of the list in a browser: on a phone and on a desk, light and dark, in forced colors, and by keyboard."""

from collections.abc import Iterator

import pytest

from tests.browser.conftest import FOCUS_IS_IN_SIGHT, violations
from tests.looks.window import Window

pytestmark = pytest.mark.looks

PARTS = 4  # of the list, so that all cores look at it
ZOOMED = {"width": 320, "height": 256}  # 1280 × 1024 pixels at a zoom of 400 %; as wide as a small phone
DESK = {"width": 1280, "height": 1024}

IS_TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"
MOVING = """() => [...document.querySelectorAll("*")].filter(element => {
  const { transitionDuration, animationDuration } = getComputedStyle(element);
  return `${transitionDuration}, ${animationDuration}`.split(", ").some(time => parseFloat(time) > 0);
}).map(element => element.className)"""
FOCUS_HAS_A_RING = """() => ["", "::after"].some(part => {
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement, part);
  return outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
})"""
WITHOUT_EDGE = """() => [...document.querySelectorAll(".button, input, select, textarea")].filter(element => {
  const { borderBlockStartStyle, borderBlockStartWidth, appearance } = getComputedStyle(element);
  const hasEdge = borderBlockStartStyle !== "none" && parseFloat(borderBlockStartWidth) > 0;
  return element.checkVisibility() && appearance === "none" && !hasEdge;
}).map(element => element.outerHTML)"""


@pytest.fixture
def window(every_page, settings, live_server, page):
    settings.MEDIA_ROOT = every_page.media
    return Window(page, live_server.url, every_page.answers)


@pytest.fixture
def complaints(page):
    """What the console says."""
    heard = []
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page(every_page, window, complaints, subtests, part):
    """Many in one test, so that each page is loaded once; each of its parts fails by itself."""
    page = window.page
    for answer in every_page.answers[part::PARTS]:
        complaints.clear()
        page.set_viewport_size(ZOOMED)
        page.emulate_media(color_scheme="light", forced_colors="none", reduced_motion="reduce")
        window.show(answer)
        with subtests.test("zoomed", page=answer.sight.name):
            assert not page.evaluate(IS_TOO_WIDE)
        with subtests.test("without motion", page=answer.sight.name):
            assert page.evaluate(MOVING) == []
        with subtests.test("light, zoomed", page=answer.sight.name):
            assert violations(page) == []
        page.set_viewport_size(DESK)
        page.emulate_media(color_scheme="dark")
        with subtests.test("dark, on a desk", page=answer.sight.name):
            assert violations(page) == []
        page.emulate_media(forced_colors="active")
        with subtests.test("in forced colors", page=answer.sight.name):
            assert page.evaluate(WITHOUT_EDGE) == []
        with subtests.test("quiet", page=answer.sight.name):
            assert complaints == []


@pytest.mark.parametrize("name", ["Guide, pockmarks", "All products", "Product with sizes", "Basket", "Checkout"])
def test_nothing_has_the_focus_out_of_sight_at_a_zoom_of_400_percent(every_page, window, name):
    window.page.set_viewport_size(ZOOMED)
    assert [stop for stop in stops(window.show(every_page[name])) if not window.page.evaluate(FOCUS_IS_IN_SIGHT)] == []


@pytest.mark.parametrize("name", ["Guide, pockmarks", "All products", "Product with sizes", "Basket", "Checkout"])
def test_the_focus_has_a_ring_in_forced_colors(every_page, window, name):
    window.page.emulate_media(forced_colors="active")
    assert [stop for stop in stops(window.show(every_page[name])) if not window.page.evaluate(FOCUS_HAS_A_RING)] == []


def stops(page) -> Iterator[str]:
    """Everything at which Tab stops, as HTML, each while it has the focus."""
    for count in range(300):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            assert count > 10, "Tab has left the page at once."
            return
        yield page.evaluate("document.activeElement.outerHTML")
    pytest.fail("Tab does not leave the page.")


def test_axe_knows_the_rules_of_wcag_22_and_its_own(page):
    page.set_content("<main><button>1</button><button>2</button></main><p>Outside</p><style>*{font-size:1px}</style>")
    found = {fault.partition(" at ")[0] for fault in violations(page)}
    assert {"target-size", "region", "html-has-lang"} <= found
