"""All that the shop holds about an account, read by the table: in as many queries for forty orders as for one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from html import unescape
from typing import Any

from django.apps import apps
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.functional import Promise as Lazy
from django.utils.html import strip_tags
from django.utils.translation import gettext

from shop.customer.personal_data.table import TABLE, Column, Data

MOST_COLUMNS = 5
FIRST = ("profile", "orders")


@dataclass
class Record:
    """One row: its values by their keys, and the sections that are part of it."""

    columns: tuple[Column, ...]
    values: dict[str, Any]
    parts: list["Section"] = field(default_factory=list)

    @property
    def facts(self) -> list[tuple[str | Lazy, str]]:
        """What there is to read, each value with its name."""
        named = zip(self.columns, self.cells, strict=True)
        return [(column.label, words) for column, words in named if words]

    @property
    def cells(self) -> list[str]:
        """The same as a row of a table, where nothing leaves its cell empty."""
        words = ((column, in_words(self.values[column.key])) for column in self.columns)
        return [" ".join(unescape(strip_tags(each)).split()) if column.is_html else each for column, each in words]

    def as_json(self) -> dict[str, Any]:
        return self.values | {part.data.key: part.as_json() for part in self.parts}


@dataclass
class Section:
    """The rows of one model."""

    data: Data
    records: list[Record]

    @property
    def is_table(self) -> bool:
        """Whether its rows read better under one another than one by one."""
        return len(self.data.columns) <= MOST_COLUMNS and self.data.model != "auth.User"

    @property
    def is_narrow(self) -> bool:
        """Whether it fits a phone as it is."""
        return len(self.data.columns) <= 2

    def as_json(self) -> list[dict[str, Any]]:
        return [record.as_json() for record in self.records]


def personal_data(user: Any) -> list[Section]:
    """Everything of the account, section by section, in the order of the table; profile and orders come first.

    One query a model: what is part of an order is read for all orders at once, and sorted to them here.
    """
    shown = [data for data in TABLE if data.key]
    sections = {data.key: Section(data, []) for data in shown if not data.part_of}
    by_order: dict[Any, Record] = {}
    for data in shown:
        rows = _read(data, user)
        if data.part_of:
            _hand_out(data, rows, by_order)
            continue
        for owner, values in rows:
            record = Record(data.columns, values)
            sections[data.key].records.append(record)
            if data.order:
                by_order[owner] = record
    return [sections.pop(key) for key in FIRST] + [*sections.values()]


def as_json(sections: Iterable[Section], *, shop: str) -> dict[str, Any]:
    """The download for machines; moments are in ISO 8601, money is in the currency of its order."""
    return {"shop": shop, "made_at": timezone.now()} | {section.data.key: section.as_json() for section in sections}


def in_words(value: Any) -> str:
    """A value as the page has it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    return str(localize(value))


def rows_of(data: Data, user: Any) -> QuerySet[Any]:
    """The account's rows of a model."""
    if data.order:
        path = "user" if data.order == "pk" else f"{data.order}__user"
        return _of(data, **{path: user})
    if data.by_email:
        return _of(data, **{f"{data.account}__iexact": user.email}) if user.email else _of(data).none()
    return _of(data, **{data.account: user.pk})


def rows_of_orders(data: Data, orders: list[Any]) -> QuerySet[Any]:
    """The rows of a model that belong to these orders, given by their keys."""
    return _of(data, **{f"{data.order}__in": orders})


def _of(data: Data, **which: Any) -> QuerySet[Any]:
    return apps.get_model(data.model)._base_manager.filter(data.only, **which).order_by("pk")


def _read(data: Data, user: Any) -> list[tuple[Any, dict[str, Any]]]:
    """Each row with the key of its order, if it belongs to one."""
    # Aliases, since the names of the download may be those of fields.
    sources = {f"_{column.key}": column.source for column in data.columns}
    extra = {f"_read_{name}": F(path) for name, path in data.reads.items()}
    owner = {"_owner": F(data.order)} if data.order else {}
    words = _choices(data)
    rows = []
    for row in rows_of(data, user).values(**sources, **extra, **owner):
        values = {column.key: row[f"_{column.key}"] for column in data.columns}
        values |= {key: str(choices.get(values[key], values[key])) for key, choices in words.items()}
        if data.finish:
            read = {name: row[f"_read_{name}"] for name in data.reads}
            finished = data.finish(read | values)
            values = {key: finished[key] for key in values}
        rows.append((row.get("_owner"), {key: _plain(value) for key, value in values.items()}))
    return rows


def _hand_out(data: Data, rows: list[tuple[Any, dict[str, Any]]], by_order: dict[Any, Record]) -> None:
    parts: dict[Any, list[Record]] = defaultdict(list)
    for owner, values in rows:
        parts[owner].append(Record(data.columns, values))
    for owner, record in by_order.items():
        record.parts.append(Section(data, parts[owner]))


def _choices(data: Data) -> dict[str, dict[Any, Any]]:
    """For columns that are fields with choices: the words for what is stored."""
    fields = {each.name: each for each in apps.get_model(data.model)._meta.get_fields()}
    named = {column.key: fields.get(getattr(column.source, "name", "")) for column in data.columns}
    found = {key: dict(getattr(each, "flatchoices", None) or {}) for key, each in named.items() if each}
    return {key: choices for key, choices in found.items() if choices}


def _plain(value: Any) -> Any:
    """What JSON has no word for, such as a telephone number, as it is written."""
    return value if value is None or isinstance(value, (bool, int, float, str, date)) else str(value)
