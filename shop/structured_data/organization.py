"""Who we are, and what holds for every order: returns and delivery."""

from collections.abc import Sequence
from decimal import Decimal
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from oscar.core.loading import get_model

from shop.communication.templatetags.full_url import full_url
from shop.promises.models import Promise
from shop.shipping.methods import Express, Standard
from shop.structured_data.graph import Node, known, reference

CENT = Decimal("0.01")
TAKEN_BACK = {
    Promise.Condition.ANY: ["NewCondition", "UsedCondition"],
    Promise.Condition.UNOPENED: ["NewCondition"],
}

Country = get_model("address", "Country")


def delivery_countries() -> list[str]:
    """The codes (ISO 3166-1 alpha-2) of the countries to which we send."""
    return list(Country.objects.filter(is_shipping_country=True).values_list("pk", flat=True))


def organization() -> Node:
    """The shop, as pages name it that sell nothing themselves."""
    email = parseaddr(settings.OSCAR_FROM_EMAIL)[1]
    return {
        "@type": "OnlineStore",
        "@id": full_url("/#organization"),
        "name": settings.OSCAR_SHOP_NAME,
        "url": full_url("/"),
        "logo": {
            "@type": "ImageObject",
            "url": full_url(static("icons/icon-512.png")),
            "width": 512,
            "height": 512,
        },
        "email": email,
        "contactPoint": {
            "@type": "ContactPoint",
            "contactType": "customer service",
            "email": email,
            "url": full_url(reverse("contact:form")),
        },
    } | known(legalName=settings.SHOP_LEGAL_NAME, address=settings.SHOP_ADDRESS)


def organization_with_policies(*, returns: Promise | None, countries: Sequence[str]) -> list[Node]:
    """The shop with its return policy, which stands beside it, and with what delivery costs."""
    holds_in = returns.holds_in(countries) if returns else []
    policies = [return_policy(returns, holds_in)] if returns and holds_in else []
    shop = organization() | known(
        hasMerchantReturnPolicy=[reference(policy) for policy in policies],
        hasShippingService=shipping_services(countries) if countries else [],
    )
    return [shop, *policies]


def website() -> Node:
    return {
        "@type": "WebSite",
        "@id": full_url("/#website"),
        "name": settings.OSCAR_SHOP_NAME,
        "url": full_url("/"),
        "inLanguage": settings.LANGUAGE_CODE,
        "publisher": reference(organization()),
    }


def return_policy(returns: Promise, countries: Sequence[str]) -> Node:
    """The promise about returns. Days that do not begin with the arrival, as merchantReturnDays do, are not told."""
    page = full_url(returns.get_absolute_url())
    policy = {
        "@type": "MerchantReturnPolicy",
        "@id": full_url("/#returns"),
        "applicableCountry": list(countries),
        "merchantReturnLink": page,
    }
    if returns.days_from_arrival is None:
        return policy | {"returnPolicyCategory": "https://schema.org/MerchantReturnUnspecified"}
    fees = "FreeReturn" if returns.pays_postage else "ReturnFeesCustomerResponsibility"
    return policy | {
        "returnPolicyCategory": "https://schema.org/MerchantReturnFiniteReturnWindow",
        "merchantReturnDays": returns.days,
        "itemCondition": [f"https://schema.org/{condition}" for condition in TAKEN_BACK[returns.condition]],
        "returnMethod": "https://schema.org/ReturnByMail",
        "returnFees": f"https://schema.org/{fees}",
        "refundType": "https://schema.org/FullRefund",
    }


def no_return_policy(general: Node) -> Node:
    """For a product that the promise about returns does not cover."""
    return {
        "@type": "MerchantReturnPolicy",
        "@id": full_url("/#no-returns"),
        "applicableCountry": general["applicableCountry"],
        "merchantReturnLink": general["merchantReturnLink"],
        "returnPolicyCategory": "https://schema.org/MerchantReturnNotPermitted",
    }


def shipping_services(countries: Sequence[str]) -> list[Node]:
    """What delivery costs by the value of an order."""
    paid = [
        _condition(countries, Standard, settings.DELIVERY_STANDARD_PRICE, up_to=settings.DELIVERY_FREE_FROM - CENT)
    ]
    free = [_condition(countries, Standard, Decimal("0.00"), minimum=settings.DELIVERY_FREE_FROM)]
    express = [_condition(countries, Express, settings.DELIVERY_EXPRESS_PRICE)]
    return [_service(Standard, paid + free), _service(Express, express)]


def shipping_details(price: Decimal, countries: Sequence[str]) -> list[Node]:
    """What delivery of one thing of that price costs, each method a node."""
    if not countries:
        return []
    standard = Standard.charge_for(price)
    return [
        _details("delivery" if standard else "free-delivery", standard, Standard, countries),
        _details("express-delivery", settings.DELIVERY_EXPRESS_PRICE, Express, countries),
    ]


def _details(name: str, rate: Decimal, method: Any, countries: Sequence[str]) -> Node:
    return {
        "@type": "OfferShippingDetails",
        "@id": full_url(f"/#{name}"),
        "shippingRate": _money(rate),
        "shippingDestination": _destinations(countries),
        "deliveryTime": {
            "@type": "ShippingDeliveryTime",
            "handlingTime": _days(0, 0),  # the days that we name to shoppers are those until it arrives
            "transitTime": _days(*method.business_days),
        },
    }


def _service(method: Any, conditions: list[Node]) -> Node:
    return {
        "@type": "ShippingService",
        "@id": full_url(f"/#{method.code}"),
        "name": str(method.name),
        "description": str(method.description),
        "fulfillmentType": "https://schema.org/FulfillmentTypeDelivery",
        "shippingConditions": conditions,
    }


def _condition(
    countries: Sequence[str],
    method: Any,
    rate: Decimal,
    *,
    minimum: Decimal | None = None,
    up_to: Decimal | None = None,
) -> Node:
    value = known(minValue=minimum, maxValue=up_to)
    order = {"@type": "MonetaryAmount", "currency": settings.OSCAR_DEFAULT_CURRENCY} | value if value else None
    return {
        "@type": "ShippingConditions",
        "shippingDestination": _destinations(countries),
        "shippingRate": _money(rate),
        "transitTime": {"@type": "ServicePeriod", "duration": _days(*method.business_days)},
    } | known(orderValue=order)


def _destinations(countries: Sequence[str]) -> list[Node]:
    return [{"@type": "DefinedRegion", "addressCountry": country} for country in countries]


def _money(amount: Decimal) -> Node:
    return {"@type": "MonetaryAmount", "value": amount, "currency": settings.OSCAR_DEFAULT_CURRENCY}


def _days(fewest: int, most: int) -> Node:
    return {"@type": "QuantitativeValue", "minValue": fewest, "maxValue": most, "unitCode": "DAY"}
