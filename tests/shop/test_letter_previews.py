"""Every letter as the style guide shows it: complete, and fit for mail programs, whatever it is about."""

import re
from decimal import Decimal
from html.parser import HTMLParser
from types import SimpleNamespace

import html5lib
import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.template.loader import get_template
from django.utils import translation
from oscar.apps.customer.alerts.utils import AlertsDispatcher
from oscar.apps.customer.utils import CustomerDispatcher
from oscar.apps.order.utils import OrderDispatcher
from oscar.core.loading import get_model

from shop.communication.previews import previews
from shop.communication.templatetags.letters import flowed, joined
from shop.communication.utils import Dispatcher

Country = get_model("address", "Country")
Order = get_model("order", "Order")
Partner = get_model("partner", "Partner")
ShippingAddress = get_model("order", "ShippingAddress")
User = get_user_model()

EMAILS = settings.BASE_DIR / "templates/oscar/communication/emails"
CODES = sorted(previews())

LONG = "Renewal " * 31 + "Serum"
MARKUP = 'A "class="text" <b>&amp;</b> {{ name }}'
UNBROKEN = "Donaudampfschifffahrt" * 4
PRICE = {
    f"line_price_{before}{tax}": Decimal("18.00")
    for before in ("", "before_discounts_")
    for tax in ("incl_tax", "excl_tax")
}
RULE = re.compile(r"\.([\w-]+) {")
PARTS = ("subject.txt", "body.txt", "body.html")


def codes_of_oscar() -> set[str]:
    dispatchers = (AlertsDispatcher, CustomerDispatcher, OrderDispatcher)
    return {getattr(each, name) for each in dispatchers for name in dir(each) if name.endswith("EVENT_CODE")}


def codes_of_ours() -> set[str]:
    sources = "".join(file.read_text() for file in (settings.BASE_DIR / "shop").rglob("*.py"))
    calls = r'(?:\b(?:post|post_to_staff)\(\s*code=|_tell(?:_staff)?\(|\nCODE = )"([A-Z_]+)"'
    return set(re.findall(calls, sources))


# --- All of them ---------------------------------------------------------------------------------------------------


def test_there_is_a_preview_of_every_letter_that_is_sent():
    assert set(CODES) == codes_of_oscar() | codes_of_ours()


def test_there_is_no_template_of_a_letter_that_nobody_sends():
    assert {file.name for file in EMAILS.glob("commtype_*")} == {
        f"commtype_{code.lower()}_{part}" for code in CODES for part in PARTS
    }


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("code", CODES)
def test_every_letter_is_ours_and_not_oscars(code, part):
    template = get_template(f"oscar/communication/emails/commtype_{code.lower()}_{part}")
    assert template.origin.name.startswith(str(EMAILS))


# --- Each of them --------------------------------------------------------------------------------------------------


@pytest.fixture(params=CODES)
def letter(request, db, settings):
    """Each letter in turn, as the style guide shows it."""
    settings.SITE_URL = "https://shop.example"
    return SimpleNamespace(**previews()[request.param].messages())


def elements(html: str) -> list:
    """All elements of a page that is well-formed to the last tag: html5lib raises otherwise."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    return [element for element in tree.iter() if isinstance(element.tag, str)]


class Closing(HTMLParser):
    """Keeps the tags that were opened and not closed, or closed and not opened."""

    EMPTY = {"br", "meta", "img"}

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.amiss: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.amiss.append(tag)


def test_a_letter_is_well_formed(letter):
    assert elements(letter.html)
    closing = Closing(letter.html)
    assert (closing.open, closing.amiss) == ([], [])


def test_a_letter_brings_all_that_it_needs(letter):
    tags = {element.tag for element in elements(letter.html)}
    assert not tags & {"script", "link", "iframe", "form", "object", "video"}
    assert "@import" not in letter.html
    assert "url(" not in letter.html


def test_every_address_in_a_letter_is_a_whole_one(letter):
    addresses = [e.get(name) for e in elements(letter.html) for name in ("href", "src") if e.get(name) is not None]
    assert addresses
    assert all(address.startswith(("https://shop.example/", "https://www.ups.com/track?")) for address in addresses)


def test_every_picture_in_a_letter_has_a_text(letter):
    assert all(element.get("alt") is not None for element in elements(letter.html) if element.tag == "img")


def test_a_letter_is_600_pixels_wide_at_most(letter):
    assert max(map(int, re.findall(r'(?<!-)\bwidth(?:="|: )(\d+)(?!%|\d)', letter.html))) == 600
    assert "max-width: 600px" in letter.html


def test_every_look_of_a_letter_stands_in_its_style_sheet(letter):
    known = {*RULE.findall((EMAILS / "inlined.css").read_text())}
    classes = {name for element in elements(letter.html) for name in (element.get("class") or "").split()}
    assert classes <= known


def test_every_look_of_a_letter_stands_in_its_elements_too(letter):
    assert [e.get("class") for e in elements(letter.html) if e.get("class") and not e.get("style")] == []


def test_a_letter_knows_the_dark(letter):
    assert "@media (prefers-color-scheme: dark)" in letter.html
    assert '<meta name="color-scheme" content="light dark">' in letter.html


def test_a_letter_says_its_language(letter):
    assert elements(letter.html)[0].attrib == {"lang": "en-us", "dir": "ltr"}


def test_the_title_of_a_letter_is_its_subject(letter):
    title = next(element for element in elements(letter.html) if element.tag == "title")
    assert title.text.strip() == letter.subject


def test_a_letter_in_text_has_no_entities_and_no_markup(letter):
    assert not re.search(r"&#?\w+;|</?\w+", letter.subject + letter.body)


def test_the_lines_of_a_letter_are_short(letter):
    assert [line for line in letter.body.splitlines() if len(line) > 78 and "://" not in line] == []


def test_the_preview_of_a_letter_has_no_gap(letter):
    assert not re.search(r"None|  | [.,:;]|\{|\n\n\n", letter.subject + letter.body)


def test_letters_are_read_from_right_to_left_where_people_do(db):
    with translation.override("ar"):
        html = previews()["ORDER_PLACED"].messages()["html"]
    assert elements(html)[0].attrib == {"lang": "ar", "dir": "rtl"}
    assert {e.get("align") for e in elements(html) if e.tag == "th"} == {"right"}


def test_letters_have_the_colours_of_the_shop():
    """Mail programs know no custom properties, so the colours are written out."""
    house = set(re.findall(r"#[0-9a-f]{6}\b", (settings.BASE_DIR / "static/css/tokens.css").read_text()))
    sheets = "".join((EMAILS / name).read_text() for name in ("inlined.css", "kept.css"))
    assert set(re.findall(r"#[0-9a-f]{3,6}\b", sheets)) <= house


def test_every_look_in_the_dark_is_one_of_the_light():
    kept = set(re.findall(r"\.([a-z][\w-]*)", (EMAILS / "kept.css").read_text()))
    assert kept <= {*RULE.findall((EMAILS / "inlined.css").read_text())}


# --- Whatever it is about ------------------------------------------------------------------------------------------


@pytest.fixture
def odd_order(db):
    """Forty lines with names of all kinds, to somebody far away."""
    country = Country.objects.create(iso_3166_1_a2="CA", printable_name="Canada", name="Canada")
    address = ShippingAddress.objects.create(
        first_name="محمد",
        last_name="بن راشد",
        line1="١٢ شارع الورد 🏡",
        line2=UNBROKEN,
        line4="Montréal",
        state="QC",
        postcode="H2X 1Y4",
        country=country,
    )
    order = Order.objects.create(
        number="34679-CDFGH",
        currency="USD",
        guest_email="alex@example.com",
        shipping_address=address,
        shipping_method="Standard",
        total_incl_tax=720,
        total_excl_tax=720,
    )
    partner = Partner.objects.create(name="The shop")
    for title in [LONG, UNBROKEN, MARKUP, *["Plain Soap"] * 37]:
        order.lines.create(partner=partner, title=title, quantity=1, num_allocated=0, **PRICE)
    return order


@pytest.fixture
def odd_letter(odd_order):
    messages = Dispatcher().get_messages("ORDER_PLACED", {"order": odd_order, "lines": odd_order.lines.all()})
    return SimpleNamespace(**messages)


def words_of(html: str) -> str:
    body = html5lib.parse(html, namespaceHTMLElements=False).find("body")
    return re.sub(r"\s+", " ", "".join(body.itertext()))


def test_an_odd_order_leaves_its_letter_well_formed(odd_letter):
    assert len([e for e in elements(odd_letter.html) if "bill__cell--line" in (e.get("class") or "")]) == 80
    assert Closing(odd_letter.html).amiss == []


@pytest.mark.parametrize(
    "words",
    [LONG, UNBROKEN, MARKUP, "Hello محمد,", "١٢ شارع الورد 🏡"],
    ids=["long", "unbroken", "markup", "Arabic", "emoji"],
)
def test_an_odd_order_is_written_out_in_html_and_text(odd_letter, words):
    assert words in words_of(odd_letter.html)
    assert words in re.sub(r"\s+", " ", odd_letter.body)


def test_the_sums_of_a_letter_are_those_of_its_lines(odd_letter):
    assert "Items: $720.00" in odd_letter.body


def test_delivery_that_a_discount_paid_for_costs_nothing_in_the_letter(odd_order):
    """What was paid for delivery, so that the rows add up: Oscar's sum of discounts is that of the lines alone."""
    odd_order.discounts.create(category="Shipping", offer_name="Free delivery", amount=Decimal("5.00"))
    messages = Dispatcher().get_messages("ORDER_PLACED", {"order": odd_order, "lines": odd_order.lines.all()})
    assert "Standard delivery: $0.00" in messages["body"]


def test_a_guest_is_not_sent_to_an_account(odd_letter):
    assert "/accounts/orders/" not in odd_letter.html + odd_letter.body


@pytest.mark.parametrize("title", [LONG, UNBROKEN, "<i>Soap</i> & Water"])
def test_an_alert_names_any_product(db, title):
    alert = previews()["PRODUCT_ALERT"].context["alert"]
    alert.product.title = title
    messages = Dispatcher().get_messages("PRODUCT_ALERT", {"alert": alert})
    assert messages["subject"] == f"{title} is back"
    assert f"{title} is back, and you" in words_of(messages["html"])
    assert elements(messages["html"])


# --- Lines ---------------------------------------------------------------------------------------------------------


def test_broken_lines_can_be_joined_again():
    text = "A sentence of which there is more than a line has room for, and which goes on after that.\n\nEnd."
    broken = flowed(text)
    assert max(map(len, broken.splitlines())) <= 77
    assert joined(broken) == text


def test_a_line_without_a_blank_stays_whole():
    address = "https://shop.example/" + "x" * 120
    assert flowed(f"\n\n\n{address}\n\n\n\nEnd.\n") == f"{address}\n\nEnd."


# --- At the style guide --------------------------------------------------------------------------------------------


HTML, TEXT = "/styleguide/letters/ORDER_PLACED/", "/styleguide/letters/ORDER_PLACED.txt"


def test_staff_read_a_letter_as_a_mail_program_shows_it(admin_client):
    answer = admin_client.get(HTML)
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert "Your order is confirmed." in answer.content.decode()


def test_staff_read_a_letter_as_text(admin_client):
    answer = admin_client.get(TEXT)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "WHAT YOU ORDERED" in answer.content.decode()


@pytest.mark.parametrize("path", [HTML, TEXT])
def test_shoppers_find_no_letter(client, db, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", [HTML, TEXT])
def test_anybody_reads_letters_in_development(client, db, settings, path):
    settings.DEBUG = True
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", [HTML, TEXT])
def test_a_letter_that_does_not_exist_is_not_found(admin_client, path):
    assert admin_client.get(path.replace("ORDER_PLACED", "NO_SUCH")).status_code == 404
