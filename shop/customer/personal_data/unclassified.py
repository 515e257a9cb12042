"""Which models might hold something about a person, and stand in no table yet."""

import re
from typing import Any

from django.apps import apps
from django.db import models

from shop.customer.personal_data.table import NOT_OF_CUSTOMERS, TABLE

SOUNDS_LIKE_A_PERSON = re.compile(
    r"(^|_)(e?mail|emails|phone|mobile|telephone|fax|first_?name|last_?name|full_?name|surname|nickname|customer|"
    r"recipient|sender|payer|shopper|person|birth|birthday|gender|street|line1|postcode|zip|city|ip|ip_address|"
    r"user_agent|session_key|username|signature|iban|passport|tax_id|vat_id|to)(_|$)",
    re.IGNORECASE,
)
HOLDS_ANYTHING = (models.JSONField, models.EmailField, models.GenericIPAddressField)

STAND_INS = ("stripe_sandbox",)
"""Apps that are not installed where real people buy."""


def unclassified() -> list[str]:
    """One sentence for each model that has to be classified in table.py, saying why."""
    known = _named()
    return [
        f"{model._meta.label} {why}: add it to shop/customer/personal_data/table.py."
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label not in known and model._meta.app_label not in STAND_INS and (why := _why_personal(model))
    ]


def stale() -> list[str]:
    """Models that the tables name and that are no more."""
    labels = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    return sorted(_named() - labels)


def _named() -> set[str]:
    """The models that are classified: here, or by their own apps."""
    by_apps = {label for app in apps.get_app_configs() for label in getattr(app, "not_of_customers", {})}
    return {data.model for data in TABLE} | NOT_OF_CUSTOMERS.keys() | by_apps


def _why_personal(model: type[models.Model]) -> str:
    if model._meta.proxy:  # its rows are another model's
        return ""
    people = {data.model for data in TABLE}  # the account and the order among them
    for field in model._meta.get_fields():
        if not getattr(field, "concrete", False):
            continue
        if field.is_relation and _target(field) in people:
            return f"points at {_target(field)} ({field.name})"
        if not field.is_relation and (isinstance(field, HOLDS_ANYTHING) or SOUNDS_LIKE_A_PERSON.search(field.name)):
            return f"has a field {field.name}"
    return ""


def _target(field: Any) -> str:
    return field.related_model._meta.label if field.related_model and field.related_model != "self" else ""
