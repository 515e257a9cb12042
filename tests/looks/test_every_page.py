"""Every page wears our face: no URL without a sight, nothing of Oscar's, nothing inline, an order to read it in."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import oscar
import pytest
from django.urls import URLPattern, get_resolver

from tests.looks.sights import Sight

pytestmark = pytest.mark.looks

# Where no shopper looks: for staff, for machines, and a stand-in's own pages.
NOT_FOR_SHOPPERS = ("admin:", "dashboard:", "returns-desk:", "stripe_sandbox:", "stripe_checkout:webhook")
FOR_MACHINES = {
    *("blog:feed", "google-feed", "sitemap", "sitemap-index", "robots", "manifest"),
    *("healthz", "readyz", "policy-reports", "staff:qr-code"),
}
# They look as a mail program shows them, which test_valid_html.py reads.
LETTERS = {"styleguide:letter", "styleguide:letter-text"}
# A script asks for them, and puts what comes into a page.
PARTS = {"basket:mini", "catalogue:shelf", "search:suggestions"}
# They change something, or know the way, and lead to a page that is seen.
LEADING_ON = {
    "basket:add",
    "basket:saved",
    "basket:vouchers-remove",
    "blog:routine",
    "catalogue:reviews-vote",
    "customer:address-change-status",
    "customer:alert-create",
    "customer:logout",
    "customer:notifications-update",
    "customer:summary",
    "customer:wishlists-add-product",
    "customer:wishlists-move-product-to-another",
    "staff:remove-key",
    "staff:show-key",
}

# What Oscar's own templates are made of: Bootstrap's classes, Font Awesome's, and Oscar's for its scripts.
FOREIGN_CLASS = re.compile(
    r"container(-fluid)?|row|col(-\w+)*|btn(-\w+)*|card(-\w+)*|table(-\w+)*|alert(-\w+)*|badge(-\w+)?|nav|nav-[\w-]+"
    r"|navbar(-\w+)*|form-[\w-]+|col-form-label|input-group(-\w+)*|input-mini|dropdown(-\w+)*|breadcrumb(-item)?"
    r"|page-(item|link|header)|list-[\w-]+|img-[\w-]+|jumbotron|well|text-(muted|right|center)|sub-header|float-\w+"
    r"|d-[\w-]+|[mp][xytblr]?-\d|[wh]-(auto|100)|fa[srb]?|fa-\w+|error-block|star-rating|nonefound|dismissible|fade|show"
)
FOREIGN_FILE = re.compile(r"bootstrap|jquery|font-?awesome|oscar", re.IGNORECASE)
OSCARS = Path(oscar.__file__).parent


@pytest.fixture(scope="session")
def parsed(every_page) -> dict[Sight, Element]:
    """All but the page that stands in for Stripe's, and wears its own face."""
    ours = [answer for answer in every_page.answers if answer.view != "stripe_sandbox:pay"]
    return {answer.sight: html5lib.parse(answer.html, namespaceHTMLElements=False) for answer in ours}


@pytest.fixture
def trees(parsed) -> dict[str, Element]:
    """All elements of every page, by the name of its sight."""
    return {sight.name: tree for sight, tree in parsed.items()}


def assert_none(trees: dict[str, Element], find: Callable[[list[Element]], list[str]]) -> None:
    """`find` finds nothing among the elements of any page."""
    found = {name: find([e for e in tree.iter() if isinstance(e.tag, str)]) for name, tree in trees.items()}
    faults = [f"{name}: {some}" for name, some in found.items() if some]
    assert not faults, "\n".join(faults)


def names_of_urls(patterns: list, before: str = "") -> Iterator[str]:
    for pattern in patterns:
        if not isinstance(pattern, URLPattern):
            inside = f"{before}{pattern.namespace}:" if pattern.namespace else before
            yield from names_of_urls(pattern.url_patterns, inside)
        elif pattern.name:
            yield before + pattern.name


NAMES = set(names_of_urls(get_resolver().url_patterns))


def test_every_url_for_shoppers_has_a_sight(every_page):
    named = {name for name in NAMES if not name.startswith(NOT_FOR_SHOPPERS)}
    seen = {answer.view for answer in every_page.answers}
    assert named - FOR_MACHINES - LETTERS - PARTS - LEADING_ON - seen == set()


def test_what_needs_no_sight_exists_and_has_none(every_page):
    needless = FOR_MACHINES | LETTERS | PARTS | LEADING_ON
    assert needless - NAMES == set()
    assert needless & {answer.view for answer in every_page.answers} == set()


def test_sights_have_different_pictures(every_page):
    names = Counter(answer.sight.file_name for answer in every_page.answers)
    assert [name for name, times in names.items() if times > 1] == []


def test_no_template_is_oscars_own(every_page):
    own = {
        answer.sight.name: [name for name in answer.templates if Path(name).is_relative_to(OSCARS)]
        for answer in every_page.answers
    }
    assert {name: templates for name, templates in own.items() if templates} == {}


def test_every_page_tells_its_templates(every_page):
    assert [a.sight.name for a in every_page.answers if not (a.templates or a.sight.template)] == []


def test_no_comment_of_a_template_shows(every_page):
    assert [answer.sight.name for answer in every_page.answers if "{#" in answer.html or "{%" in answer.html] == []


def test_no_class_is_bootstraps(trees):
    def foreign(elements: list[Element]) -> list[str]:
        classes = {name for element in elements for name in element.get("class", "").split()}
        return [name for name in classes if FOREIGN_CLASS.fullmatch(name)]

    assert_none(trees, foreign)


def test_no_file_is_bootstraps_or_jquerys(trees):
    def foreign(elements: list[Element]) -> list[str]:
        files = [element.get("src") or element.get("href") or "" for element in elements if element.tag != "a"]
        return [file for file in files if FOREIGN_FILE.search(file)]

    assert_none(trees, foreign)


def test_no_script_or_style_is_inline(trees):
    def inline(elements: list[Element]) -> list[str]:
        scripts = [e for e in elements if e.tag == "script" and e.get("type") != "application/ld+json"]  # that is data
        blocks = [e.tag for e in elements if e.tag == "style"] + [e.tag for e in scripts if not e.get("src")]
        return blocks + [
            f"{e.tag} {name}" for e in elements for name in e.attrib if name == "style" or name.startswith("on")
        ]

    assert_none(trees, inline)


def test_every_picture_keeps_its_place_and_has_a_text(trees):
    def loose(elements: list[Element]) -> list[str]:
        return [e.get("src") for e in elements if e.tag == "img" and not {"alt", "width", "height"} <= set(e.attrib)]

    assert_none(trees, loose)


def test_one_picture_at_most_comes_before_the_others(trees):
    def hurried(elements: list[Element]) -> list[str]:
        pictures = [e for e in elements if e.tag == "img"]
        eager = [e.get("src") for e in pictures if e.get("loading") != "lazy"]
        high = [e.get("src") for e in elements if e.get("fetchpriority") == "high"]
        return [*eager[1:], *high[1:]]

    assert_none(trees, hurried)


def test_every_id_is_given_once(trees):
    def doubled(elements: list[Element]) -> list[str]:
        return [name for name, times in Counter(e.get("id") for e in elements).items() if name and times > 1]

    assert_none(trees, doubled)


def test_every_page_has_one_title_and_headings_in_steps(trees):
    def out_of_step(elements: list[Element]) -> list[str]:
        levels = [int(e.tag[1]) for e in elements if re.fullmatch("h[1-6]", e.tag)]
        steps = zip([0, *levels], levels, strict=False)
        jumps = [f"h{before} to h{after}" for before, after in steps if after > before + 1]
        return jumps + ["h1"] * (levels.count(1) - 1)

    del trees["Style guide"]  # it shows titles of pages
    assert_none(trees, out_of_step)


def test_every_page_says_what_it_is(trees):
    def missing(elements: list[Element]) -> list[str]:
        texts = {
            "lang": elements[0].get("lang"),
            "title": next((e.text for e in elements if e.tag == "title"), None),
            "h1": next((True for e in elements if e.tag == "h1"), None),
            "description": next((e.get("content") for e in elements if e.get("name") == "description"), None),
        }
        is_found = all(e.get("content") != "noindex" for e in elements if e.get("name") == "robots")
        return [name for name, text in texts.items() if not text and (is_found or name != "description")]

    assert_none(trees, missing)


def test_every_page_lets_a_keyboard_skip_to_its_text(parsed):
    def without_way(elements: list[Element]) -> list[str]:
        first = next((e.get("href") for e in elements if e.tag == "a"), None)
        return [] if first == "#main" else [first]

    whole = {sight.name: tree for sight, tree in parsed.items() if not sight.is_part}
    assert_none(whole, without_way)


def test_a_list_with_nothing_in_it_says_so(trees):
    empty = {name: tree for name, tree in trees.items() if name.startswith("Newcomer ")}
    assert [name for name, tree in empty.items() if not any(e.get("class") == "empty" for e in tree.iter("div"))] == []


def test_no_link_is_dead(every_page):
    assert {link: status for link, status in every_page.statuses.items() if status >= 400} == {}
