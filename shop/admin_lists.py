"""Lists in the admin fetch what they show of other tables with their rows, instead of once a row.

Django follows the columns of a list by itself, but not those that may be empty, nor what stands behind a row's name.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet

# By the model that is listed: what its own name is made of, and those of its columns.
BEHIND_NAMES = {
    "address.UserAddress": ["country"],
    "analytics.UserSearch": ["user"],
    "basket.Line": ["basket__owner", "product__parent", "stockrecord__partner", "stockrecord__product"],
    "basket.LineAttribute": ["line__basket", "line__product"],
    "catalogue.Product": ["parent__product_class"],
    "catalogue.ProductAttributeValue": ["value_option"],
    "communication.Notification": ["recipient"],
    "offer.Benefit": ["range"],
    "offer.ConditionalOffer": ["benefit__range", "condition__range"],
    "order.BillingAddress": ["country"],
    "order.CommunicationEvent": ["event_type", "order"],
    "order.Line": ["stockrecord__partner", "stockrecord__product"],
    "order.LinePrice": ["line__product"],
    "order.Order": ["billing_address__country"],
    "order.OrderNote": ["user"],
    "order.OrderStatusChange": ["order"],
    "order.ShippingAddress": ["country"],
    "order.ShippingEvent": ["event_type", "order"],
    "partner.StockRecord": ["product__parent"],
    "wishlists.Line": ["wishlist__owner"],
    "wishlists.WishListSharedEmail": ["wishlist"],
}
# What is many to each row.
MANY: dict[str, Callable[[Any], QuerySet[Any]]] = {
    "basket.Basket": lambda rows: rows.prefetch_related("lines", "vouchers"),
    "basket.Line": lambda rows: rows.prefetch_related("basket__lines"),
    "catalogue.AttributeOptionGroup": lambda rows: rows.prefetch_related("options"),
    "catalogue.Product": lambda rows: rows.prefetch_attribute_values(),
    "catalogue.ProductAttributeValue": lambda rows: rows.prefetch_related("value_multi_option"),
    "order.PaymentEvent": lambda rows: rows.prefetch_related("lines"),
}


def fetch_with_rows(site: AdminSite) -> None:
    """Of every list that does not say for itself what it needs."""
    for model, model_admin in site._registry.items():
        label = model._meta.label
        if model_admin.list_select_related is False:
            model_admin.list_select_related = [*_columns(model, model_admin), *BEHIND_NAMES.get(label, ())] or False
        if label in MANY and not isinstance(model_admin.get_queryset, partial):  # apps may be made ready once more
            model_admin.get_queryset = partial(_with_many, model_admin.get_queryset, MANY[label])


def _with_many(get_queryset: Callable[[Any], QuerySet[Any]], fetch: Callable[[Any], Any], request: Any) -> Any:
    return fetch(get_queryset(request))


def _columns(model: Any, model_admin: Any) -> list[str]:
    """The columns that are relations."""
    found = []
    for name in model_admin.list_display:
        try:
            field = model._meta.get_field(name)
        except (FieldDoesNotExist, TypeError):  # it is worked out
            continue
        if field.many_to_one or field.one_to_one:
            found.append(name)
    return found
