"""Who does what in the shop, out of the box: each group may do its own work, and nothing besides."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import connections

SUPPORT, WAREHOUSE, FINANCE, OWNERS = "Support", "Warehouse", "Finance", "Owners"

MAY = {
    SUPPORT: [
        "order.view_order",
        "order.change_shippingaddress",
        "returns.decide_return",
        "auth.view_user",
        "catalogue.view_product",
        "reviews.view_productreview",
        "reviews.change_productreview",
        "outbox.view_letter",
    ],
    WAREHOUSE: [
        "order.view_order",
        "order.change_order",
        "returns.receive_return",
        "catalogue.view_product",
        "partner.view_stockalert",
        "partner.view_stockrecord",
        "partner.change_stockrecord",
    ],
    FINANCE: [
        "order.view_order",
        "analytics.view_userrecord",  # what Oscar asks for its reports
        "stripe_checkout.view_paymentattempt",
        "stripe_checkout.view_stripeevent",
        "stripe_checkout.refund_payment",
        "staff.export_data",
    ],
}


def make_groups(*, using: str, **kwargs: Any) -> None:
    """Make the groups where they are missing; runs after migrations. What the shop makes of them stays.

    Owners may do everything, also what the last migration brought.
    """
    if Group._meta.db_table not in connections[using].introspection.table_names():  # only some apps were migrated
        return
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    for name, words in MAY.items():
        group, is_new = Group.objects.using(using).get_or_create(name=name)
        if is_new:
            group.permissions.set(known[word] for word in words if word in known)
    owners, _is_new = Group.objects.using(using).get_or_create(name=OWNERS)
    owners.permissions.set(known.values())
