"""What delivery costs, for templates: from the settings by which the methods charge."""

from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings

from shop.shipping.methods import Express, Standard

register = template.Library()


@register.simple_tag
def delivery_terms() -> dict[str, Any]:
    """Prices in the shop's currency, and in words how long each method takes."""
    return {
        "standard": settings.DELIVERY_STANDARD_PRICE,
        "standard_time": Standard.description,
        "free_from": settings.DELIVERY_FREE_FROM,
        "express": settings.DELIVERY_EXPRESS_PRICE,
        "express_time": Express.description,
    }


@register.simple_tag
def missing_for_free_delivery(basket: Any) -> Decimal | None:
    """How much more makes standard delivery free, in the basket's currency; None once it is."""
    missing = settings.DELIVERY_FREE_FROM - basket.total_incl_tax
    return missing if missing > 0 else None
