"""Rows that a form names, in a list of the dashboard or in a field of many. Oscar and Django take them for keys."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError
from django.forms import ModelMultipleChoiceField
from oscar.views.generic import BulkEditMixin

_get_selected_ids = BulkEditMixin.get_selected_ids
_check_values = ModelMultipleChoiceField._check_values


def refuse_what_is_no_key() -> None:
    """In all lists: the page says then that some should be selected. In all fields: the field says it."""
    BulkEditMixin.get_selected_ids = _of_keys
    ModelMultipleChoiceField._check_values = _rows


def _of_keys(view: Any, request: Any) -> list[int]:
    try:
        return _get_selected_ids(view, request)
    except (ValueError, OverflowError, DataError):
        return []


def _rows(field: ModelMultipleChoiceField, value: Any) -> Any:
    """SQLite cannot even look for a number of forty digits."""
    try:
        return _check_values(field, value)
    except OverflowError as error:
        raise ValidationError(field.error_messages["invalid_list"], code="invalid_list") from error
