"""Requests that Django's admin answers with a failure, because no page of its own sends them: here it refuses them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.widgets import AutocompleteMixin
from django.core.exceptions import ValidationError

_optgroups = AutocompleteMixin.optgroups


def refuse_bad_requests(site: AdminSite) -> None:
    """Of every model that the site knows by now."""
    for model_admin in site._registry.values():
        model_admin.get_object = partial(_by_any_field, model_admin.get_object)
    AutocompleteMixin.optgroups = _of_keys  # the one place where Django builds the widget leaves no other way in


def _by_any_field(get_object: Callable[..., Any], request: Any, object_id: str, from_field: str | None = None) -> Any:
    """An empty `_to_field` names no field, as a missing one does."""
    return get_object(request, object_id, from_field or None)


def _of_keys(self: AutocompleteMixin, name: str, value: list[Any], attr: Any = None) -> Any:
    """The form's own field says which choice is none; what it then shows again can only hold what may be a key."""
    relation = self.field.remote_field
    key = relation.model._meta.get_field(getattr(relation, "field_name", None) or relation.model._meta.pk.attname)
    return _optgroups(self, name, [each for each in value if _is_one(key, each)], attr)


def _is_one(key: Any, value: Any) -> bool:
    try:
        key.run_validators(key.to_python(value))
    except (ValidationError, OverflowError):
        return False
    return "\0" not in str(value)
