"""Rows that are ticked in a list, of the dashboard or of messages. Oscar takes whatever a form names for a key."""

from typing import Any

from django.db import DataError
from oscar.views.generic import BulkEditMixin

_get_selected_ids = BulkEditMixin.get_selected_ids


def refuse_what_is_no_key() -> None:
    """In all lists: the page says then that some should be selected."""
    BulkEditMixin.get_selected_ids = _of_keys


def _of_keys(view: Any, request: Any) -> list[int]:
    try:
        return _get_selected_ids(view, request)
    except (ValueError, OverflowError, DataError):
        return []
