"""What the components are shown with: records like the shop's own, and none of them in the database."""

from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import slugify
from oscar.apps.partner.availability import Available, Unavailable
from oscar.apps.partner.prices import FixedPrice
from oscar.apps.partner.prices import Unavailable as NoPrice
from oscar.apps.partner.strategy import PurchaseInfo
from oscar.core.loading import get_model

from shop.search.excerpts import marked
from shop.search.filters import Chip, Choice, Group
from shop.search.suggestions import Suggestion

ProductImage = get_model("catalogue", "ProductImage")

LONG_TITLE = (
    "A Night Serum With Retinol, Squalane and Ceramides for Skin Left Uneven by Acne, in the Larger Glass Bottle "
    "With the Pipette, Spare Cap, the Card That Says in Which Order to Use It and the Little Linen Bag in Which "
    "All of It Stands Upright on a Shelf, Packed in One Box of Brown Board Without Plastic"
)
LONG_WORD = "Sodiumhyaluronateniacinamidepanthenolallantoinsqualaneceramideretinaldehydecomplex"
ARABIC_NAME = "عبد الرحمن بن محمد الأنصاري"


@dataclass(frozen=True)
class Product:
    """A product as the tiles, picks and prices read it. Without a price it cannot be bought."""

    pk: int
    title: str
    line: str = ""
    size: str = ""
    price: Decimal | None = Decimal("38.00")
    is_sold_out: bool = False
    is_parent: bool = False
    image: Any = None

    @property
    def get_title(self) -> str:
        return self.title

    @property
    def attr(self) -> dict[str, str]:
        return {"line": self.line, "size": self.size}

    def get_all_images(self) -> list[dict[str, Any]]:
        return [{"original": self.image}] if self.image else []

    def get_absolute_url(self) -> str:
        return reverse("catalogue:index")


@dataclass(frozen=True)
class Filters:
    """What components/filters.html reads of shop.search.filters.ProductFilters."""

    count: int
    are_offered: bool = True
    labels: tuple[str, ...] = ("Rough texture", "Dry skin")
    chosen: tuple[str, ...] = ()
    prices: tuple[Decimal, Decimal] = (Decimal("12.00"), Decimal("68.00"))
    sort: str = "recommended"

    @property
    def path(self) -> str:
        return reverse("catalogue:index")

    plain_url = path

    @property
    def offered_groups(self) -> list[Group]:
        choices = [Choice(slugify(label), label, 3 - n, label in self.chosen) for n, label in enumerate(self.labels)]
        nowhere = Choice("newer-scars", "Newer scars", 0)
        return [Group("concern", "skin_concern", "For", {each.value: each for each in [*choices, nowhere]})]

    @property
    def stock(self) -> Choice:
        return Choice("1", "In stock", 2, "In stock" in self.chosen)

    @property
    def sorts(self) -> dict[str, str]:
        return {"recommended": "Recommended", "price": "Price, low to high"}

    @property
    def chips(self) -> list[Chip]:
        return [Chip(label, self.path) for label in self.chosen]


class Shelf:
    """Prices and stock of the products above, in the place of the shop's strategy."""

    def fetch_for_product(self, product: Product) -> PurchaseInfo:
        price = NoPrice() if product.price is None else FixedPrice("USD", product.price, tax=Decimal("0.00"))
        available = price.exists and not product.is_sold_out
        return PurchaseInfo(price, Available() if available else Unavailable(), None)

    fetch_for_parent = fetch_for_product


@dataclass(frozen=True)
class Author:
    name: str
    credentials: str = ""

    def get_absolute_url(self) -> str:
        return reverse("home")


@dataclass(frozen=True)
class Guide:
    """A text to read, as cards and bylines read it."""

    title: str
    summary: str = ""
    hero: Any = None
    author: Author = Author("The Modern Gentlemen editors")
    reading_minutes: int = 6
    is_public: bool = True
    is_updated: bool = False
    publish_at: datetime = datetime(2026, 3, 2, 14, tzinfo=UTC)
    updated_at: datetime = datetime(2026, 5, 18, 14, tzinfo=UTC)
    reviewed_by: Author | None = None
    reviewed_on: date = date(2026, 4, 2)
    next_review_ahead: date | None = None

    @property
    def year(self) -> int:
        return self.publish_at.year

    @property
    def changed_at(self) -> datetime:
        return self.updated_at if self.is_updated else self.publish_at

    def get_absolute_url(self) -> str:
        return reverse("home")


@dataclass(frozen=True)
class Topic:
    title: str

    def get_absolute_url(self) -> str:
        return reverse("home")


@dataclass(frozen=True)
class Place:
    """A category, or a step on the way to one."""

    name: str
    pk: int = 0

    @property
    def url(self) -> str:
        return f"{reverse('catalogue:index')}#{self.name.lower()}"

    get_absolute_url = url


@dataclass(frozen=True)
class Promise:
    title: str
    one_line: str
    icon: str

    def get_absolute_url(self) -> str:
        return reverse("home")


class Fields(forms.Form):
    """One field of every kind that the shop's forms have."""

    name = forms.CharField(label="First name")
    email = forms.EmailField(label="Email", help_text="For the receipt. Nothing else.")
    phone = forms.CharField(label="Phone", required=False, help_text="Only for the driver.")
    zip_code = forms.RegexField(
        r"^\d{5}$", label="ZIP code", error_messages={"invalid": "Enter a ZIP code of five digits, such as 78701."}
    )
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    country = forms.CharField(label="Country", disabled=True, initial="United States")
    state = forms.ChoiceField(label="State", choices=[("", "Choose a state"), ("TX", "Texas"), ("VT", "Vermont")])
    note = forms.CharField(label="Anything we should know?", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    agrees = forms.BooleanField(
        label="Fill this in at checkout", required=False, help_text="You can change it there for one order."
    )
    texture = forms.MultipleChoiceField(
        label="Your skin",
        required=False,
        choices=[("rough", "Rough"), ("even", "Even")],
        widget=forms.CheckboxSelectMultiple,
    )
    delivery = forms.ChoiceField(
        label="Delivery",
        choices=[("standard", "Standard, three to five business days"), ("express", "Express, one to two")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it should come."},
    )
    anything = forms.CharField(label=LONG_TITLE, help_text=LONG_WORD, required=False)

    def clean(self) -> None:
        self.add_error(None, "The address and the ZIP code belong to two different states.")


def filled(prefix: str) -> Fields:
    """The form as a page opens with it."""
    return Fields(prefix=prefix, initial={"name": ARABIC_NAME, "delivery": "standard", "agrees": True})


def refused(prefix: str) -> Fields:
    """The form as it comes back when most of it was left out."""
    return Fields({f"{prefix}-zip_code": "7870", f"{prefix}-email": "alex@"}, prefix=prefix)


def message(level: str, text: str, tags: str = "") -> Message:
    """One of Django's messages: level is "info", "success", "warning" or "error"."""
    return Message(getattr(constants, level.upper()), text, tags)


def page_of(count: int, number: int) -> Page:
    """Page `number` of a list of `count` pages."""
    return Paginator(range(count), 1).page(number)


def seen_by(request: HttpRequest, **changes: Any) -> HttpRequest:
    """The request with prices from the shelf here, and with what else a state needs."""
    shown = copy(request)
    shown.strategy = Shelf()
    for name, value in changes.items():
        setattr(shown, name, value)
    return shown


def suggestions() -> list[Suggestion]:
    """What is offered to somebody who has typed "sc"."""
    names = [("Silicone Scar Gel", "Product"), ("Sunscreen and Scars", "Guide"), (f"Scent of {LONG_WORD}", "Product")]
    return [Suggestion(marked(name, ["sc"], shortest=1), reverse("catalogue:index"), kind) for name, kind in names]


def pictures() -> list[Any]:
    """The pictures of the four products that are shown; None in place of those that this shop does not have."""
    slugs = ("renewal-retinol-serum", "silicone-scar-gel", "spot-patches", "daily-shield-spf-50")
    first = ProductImage.objects.filter(display_order=0, product__slug__in=slugs).select_related("product")
    found = {image.product.slug: image.original for image in first}
    return [found.get(slug) for slug in slugs]
