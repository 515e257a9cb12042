"""The letters that staff write in the database: rendered from plain values, by an engine that knows words and no code.

A template of a file is the shop's own. One of the database is text that a person or a thief of a session typed in, and
Django's whole language would give it settings, passwords and every file: `{% include %}`, `{% debug %}`,
`{{ user.password }}`, `{{ order.user.auth_token }}`.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import Manager, Model, QuerySet
from django.template import Context, Engine, Library, defaultfilters, defaulttags
from django.utils.functional import Promise

TAGS = ("comment", "filter", "firstof", "for", "if", "now", "spaceless", "verbatim", "with")
FILTERS = (
    *("capfirst", "cut", "date", "default", "default_if_none", "escape", "first", "floatformat", "join", "last"),
    *("length", "linebreaks", "linebreaksbr", "lower", "pluralize", "striptags", "time", "title", "truncatechars"),
    *("truncatewords", "upper", "urlencode", "yesno"),
)

READABLE: dict[str, tuple[str, ...]] = {
    "address.Country": ("printable_name",),
    "auth.User": ("first_name", "last_name", "get_full_name"),
    "catalogue.Product": ("title", "get_title", "get_absolute_url"),
    "customer.ProductAlert": ("product", "get_cancel_url", "get_confirm_url"),
    "order.Line": ("title", "quantity", "line_price_incl_tax"),
    "order.Order": (
        "number",
        "date_placed",
        "total_incl_tax",
        "currency",
        "shipping_method",
        "shipping_address",
        "lines",
    ),
    "order.ShippingAddress": ("first_name", "last_name", "line1", "line2", "line4", "state", "postcode", "country"),
    "sites.Site": ("name", "domain"),
}
"""What a letter may say of a record, by the name of its model; of others it says nothing."""

PLAIN = (str, int, float, Decimal, date, Promise)  # a datetime is a date, a bool is an int


class Sandbox(Engine):
    """Django's engine with a few of its tags and filters, and without files."""

    default_builtins = []

    def __init__(self, *, autoescape: bool) -> None:
        super().__init__(autoescape=autoescape, loaders=[], string_if_invalid="")
        self.template_builtins = [_vocabulary()]


@cache
def _vocabulary() -> Library:
    words = Library()
    words.tags = {name: defaulttags.register.tags[name] for name in TAGS}
    words.filters = {name: defaultfilters.register.filters[name] for name in FILTERS}
    return words


def compile_template(text: str, *, autoescape: bool = True) -> Any:
    """The template of this text. Raises TemplateSyntaxError for what it may not say or does not close."""
    return Sandbox(autoescape=autoescape).from_string(text)


def render(text: str, context: Mapping[str, Any], *, autoescape: bool) -> str:
    """The text with the plain values of the context in it: escaped for HTML, or as they are."""
    return compile_template(text, autoescape=autoescape).render(Context(plain(context), autoescape=autoescape))


def plain(value: Any) -> Any:
    """The value without anything behind it: text, numbers and dates, in dictionaries and lists; None for the rest."""
    if value is None or isinstance(value, PLAIN):
        return value
    if isinstance(value, Model):
        fields = READABLE.get(value._meta.label, ())
        return {name: plain(_read(value, name)) for name in fields}
    if isinstance(value, Manager):
        return plain(value.all())
    if isinstance(value, Mapping):
        return {str(key): said for key, each in value.items() if (said := plain(each)) is not None}
    if isinstance(value, QuerySet | list | tuple):
        return [plain(each) for each in value]
    return None


def _read(record: Model, name: str) -> Any:
    value = getattr(record, name, None)
    return value() if callable(value) and not isinstance(value, Manager) else value
