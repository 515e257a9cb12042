"""Our words in place of Oscar's: the catalogue of messages, and what shoppers and staff read because of it."""

import re
from pathlib import Path

import html5lib
import oscar
import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from oscar.core.loading import get_model

from tests.factories import make_product, make_voucher

Basket = get_model("basket", "Basket")
User = get_user_model()

CATALOGUE = settings.BASE_DIR / "locale/en/LC_MESSAGES"
OSCAR = Path(oscar.__file__).parent
KEYWORDS = DEFAULT_KEYWORDS | {"gettext_lazy": None, "ngettext_lazy": (1, 2), "pgettext_lazy": ((1, "c"), 2)}
PASSWORD = "a long pass phrase"


def messages_in(file: Path) -> dict[tuple[str, ...], tuple[str, ...]]:
    """What stands in a catalogue, by what it stands for: one text or, where it counts something, two."""
    with file.open("rb") as opened:
        catalogue = read_mo(opened) if file.suffix == ".mo" else read_po(opened, locale="en")
    return {texts(message.id): texts(message.string) for message in catalogue if message.id}


def texts(message) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(message)


def test_the_compiled_catalogue_is_that_of_its_source():
    assert messages_in(CATALOGUE / "django.mo") == messages_in(CATALOGUE / "django.po")


def test_every_message_that_we_reword_is_one_of_oscars():
    code = {texts(found[2]) for found in extract_from_dir(OSCAR, [("**.py", "python")], keywords=KEYWORDS)}
    templates = "".join(file.read_text() for file in OSCAR.glob("templates/**/*.html"))
    reworded = [ours for ours in messages_in(CATALOGUE / "django.po") if ours not in code]
    gone = [ours for ours in reworded if re.sub(r"%\((\w+)\)s", r"{{ \1 }}", ours[0]) not in templates]
    assert not gone


def test_no_rewording_loses_or_invents_a_placeholder():
    with (CATALOGUE / "django.po").open("rb") as opened:
        assert list(read_po(opened, locale="en").check()) == []


def test_our_words_are_calm():
    loud = [string for string in messages_in(CATALOGUE / "django.po").values() if "!" in str(string)]
    assert not loud


# --- What shoppers read --------------------------------------------------------------------------------------------


class Visitor:
    """A shopper without an account, who keeps all that the pages and their messages said."""

    def __init__(self) -> None:
        self.client = Client()
        self.read = ""

    def get(self, name: str, *args) -> None:
        self._read(self.client.get(reverse(name, args=args), follow=True))

    def post(self, name: str, *args, **fields) -> None:
        self._read(self.client.post(reverse(name, args=args), fields, follow=True))

    def _read(self, response) -> None:
        assert response.status_code == 200
        self.read += words_of(response)


def words_of(response) -> str:
    tree = html5lib.parse(response.content.decode(), namespaceHTMLElements=False)
    read = ["".join(tree.find("body").itertext())]
    read += [e.get(name) for e in tree.iter() for name in ("aria-label", "alt", "placeholder", "title") if e.get(name)]
    return re.sub(r"\s+", " ", " ".join(read))


def assert_oscars_words_are_not_among(read: str) -> None:
    assert not re.findall(r"[^.]*\b(?:cart|coupon|voucher)s?\b[^.]*", read, re.IGNORECASE)


@pytest.fixture
def soap(db):
    return make_product(title="Plain Soap", stock=10)


@pytest.fixture
def visitor(soap):
    """Has a soap in the basket."""
    visitor = Visitor()
    visitor.post("basket:add", soap.pk, quantity=1)
    return visitor


def lines_form(quantity: str) -> dict[str, str]:
    line = Basket.open.get().lines.get()
    return {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": line.pk, "form-0-quantity": quantity}


def test_adding_speaks_of_a_basket(visitor):
    assert "Plain Soap is in your basket." in visitor.read
    assert_oscars_words_are_not_among(visitor.read)


@pytest.mark.parametrize("quantity", ["3", "0", "99"])
def test_changing_and_emptying_speak_of_a_basket(visitor, quantity):
    visitor.post("basket:summary", **lines_form(quantity))
    assert_oscars_words_are_not_among(visitor.read)


def test_an_empty_basket_is_a_basket(db):
    visitor = Visitor()
    visitor.get("basket:summary")
    visitor.get("checkout:index")
    assert_oscars_words_are_not_among(visitor.read)


def test_a_price_that_changed_speaks_of_a_basket(visitor, soap):
    soap.stockrecords.update(price="21.00")
    visitor.get("basket:summary")
    assert "Plain Soap went from $18.00 to $21.00 since you put it into your basket." in visitor.read


def test_more_than_one_order_holds_speaks_of_a_basket(visitor, soap, settings):
    settings.OSCAR_MAX_BASKET_QUANTITY_THRESHOLD = 2
    visitor.post("basket:add", soap.pk, quantity=2)
    assert_oscars_words_are_not_among(visitor.read)


def test_adding_a_code_speaks_of_a_code(visitor):
    visitor.post("basket:vouchers-add", code=make_voucher().code)
    assert "The code TENOFF is added to your basket." in visitor.read
    assert_oscars_words_are_not_among(visitor.read)


def test_adding_a_code_twice_speaks_of_a_code(visitor):
    code = make_voucher().code
    visitor.post("basket:vouchers-add", code=code)
    visitor.post("basket:vouchers-add", code=code)
    assert "The code TENOFF is in your basket already." in visitor.read


def test_taking_a_code_off_speaks_of_a_code(visitor):
    voucher = make_voucher()
    visitor.post("basket:vouchers-add", code=voucher.code)
    visitor.post("basket:vouchers-remove", voucher.pk)
    assert "The code TENOFF is taken off." in visitor.read
    assert_oscars_words_are_not_among(visitor.read)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", "Enter a discount code."),
        ("WRONG", "We do not know the code WRONG. Check it for a typing mistake."),
        ("LATE", "The code LATE has expired."),
        ("EARLY", "The code EARLY cannot be used yet."),
        ("NOTHING", "This code takes nothing off what is in your basket."),
    ],
)
def test_a_code_that_does_not_work_says_why(visitor, code, words):
    move(make_voucher(code="LATE"), year=2001)
    move(make_voucher(code="EARLY"), year=2098)
    make_voucher(code="NOTHING", percent="0")
    visitor.post("basket:vouchers-add", code=code)
    assert words in visitor.read
    assert_oscars_words_are_not_among(visitor.read)


def move(voucher, *, year: int) -> None:
    voucher.start_datetime = voucher.start_datetime.replace(year=year, day=1)
    voucher.end_datetime = voucher.end_datetime.replace(year=year, day=2)
    voucher.save()


def test_two_baskets_become_one_in_our_words(visitor, soap):
    alex = User.objects.create_user("alex", "alex@example.com", PASSWORD)
    towel = make_product(title="Plain Towel")
    earlier = Client()
    earlier.force_login(alex)
    earlier.post(reverse("basket:add", args=[towel.pk]), {"quantity": 1})
    fields = {"login-username": alex.email, "login-password": PASSWORD, "login_submit": "1"}
    visitor.post("customer:login", **fields)
    assert "1 item from an earlier visit is in your basket too." in visitor.read
    assert_oscars_words_are_not_among(visitor.read)


def test_an_address_has_the_labels_of_the_checkout(db):
    client = Client()
    client.force_login(User.objects.create_user("alex"))
    words = words_of(client.get(reverse("customer:address-create")))
    labels = ["First name", "Last name", "Address line 1", "Address line 2", "City", "State", "Postcode", "Country"]
    assert [label for label in labels if label not in words] == []


# --- What staff read -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["index", "voucher-list", "voucher-create", "offer-list", "offer-metadata", "reports-index"]
)
def test_the_dashboard_speaks_of_baskets_and_vouchers(db, name):
    client = Client()
    staff = User.objects.create_user("staff", is_staff=True, is_superuser=True)
    client.force_login(staff)
    words = words_of(client.get(reverse(f"dashboard:{name}")))
    assert not re.findall(r"\b(?:cart|coupon)s?\b", words, re.IGNORECASE)
