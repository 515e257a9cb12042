"""Django's question which database a query goes to."""

from typing import Any

from django.db.models import Model

from shop.databases import reading

ALWAYS_CURRENT = frozenset(
    {
        "address",
        "admin",
        "analytics",
        "auth",
        "basket",
        "communication",
        "customer",
        "django_tasks_database",
        "order",
        "otp_static",
        "otp_totp",
        "outbox",
        "parcels",
        "partner",
        "payment",
        "returns",
        "reversion",
        "sessions",
        "shared_pages",
        "sign_ins",
        "staff",
        "stripe_checkout",
        "voucher",
        "wishlists",
    }
)
"""Apps whose rows are read from the primary by everybody: money, stock, and what belongs to somebody."""


class Router:
    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return "default" if model._meta.app_label in ALWAYS_CURRENT else reading.source()

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        reading.note_write()
        return "default"

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return True  # wherever each was read, it is the same row

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "default"
