"""Rows of whatever model, for tests that are about every one of them."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import count
from string import ascii_uppercase
from typing import Any
from uuid import uuid4

from django.db import models
from django.utils import timezone
from treebeard.mp_tree import MP_Node

numbers, words = count(1), count()
SHORT = 4  # letters
DEEP_ENOUGH = 2  # what a row points to has all that it points to; what that points to, only what it must


def make_rows(model: type[models.Model], number: int, **fields: Any) -> list[Any]:
    """So many rows, each pointing to rows of its own, so that none of them is known from the row before.

    They are written past `save` and signals, and mean nothing beyond what the database asks of them.
    """
    return [_make(model, fields) for _ in range(number)]


def _make(model: Any, given: dict[str, Any], depth: int = 0) -> Any:
    values = {**dict(_values(model, given, depth)), **given}
    if issubclass(model, MP_Node):
        place = next(numbers)
        values |= {"path": model._get_path("", 1, 1000 + place), "depth": 1, "numchild": 0}
    row = model(**values)
    model._base_manager.bulk_create([row])
    return row


def _values(model: Any, given: dict[str, Any], depth: int) -> Iterator[tuple[str, Any]]:
    for field in model._meta.concrete_fields:
        if field.name in given or (field.primary_key and isinstance(field, models.AutoField)):
            continue
        if field.remote_field:
            if field.related_model is model or (field.null and depth >= DEEP_ENOUGH):
                continue
            yield field.name, _make(field.related_model, {}, depth + 1)
        elif not field.has_default() and (not field.null or depth < DEEP_ENOUGH):
            yield field.name, _value(field)


def _value(field: Any) -> Any:
    number = next(numbers)
    if field.choices:
        return next(value for value, _label in field.flatchoices if value != "")
    match field:
        case models.UUIDField():
            return uuid4()
        case models.BooleanField():
            return False
        case models.DecimalField():
            return Decimal("1.00")
        case models.FloatField() | models.SmallIntegerField():
            return 1
        case models.IntegerField():
            return number
        case models.DateTimeField():
            return timezone.now() - timedelta(minutes=number)
        case models.DateField():
            return timezone.now().date() - timedelta(days=number)
        case models.JSONField():
            return {}
        case models.FileField():
            return ""
        case models.URLField():
            return f"https://shop.example/{number}"
        case models.EmailField():
            return f"somebody-{number}@example.com"
        case models.GenericIPAddressField():
            return "127.0.0.1"
        case _:
            return f"x{number}" if field.max_length is None or field.max_length > SHORT else _letters(field.max_length)


def _letters(length: int) -> str:
    """Another word of so many letters each time, as a country's code must be."""
    number, word = next(words), ""
    for _ in range(length):
        number, letter = divmod(number, len(ascii_uppercase))
        word += ascii_uppercase[letter]
    return word
