"""A product, its sizes and what they cost."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.html import strip_tags
from django.utils.text import Truncator

from shop.catalogue.gtin import gtin
from shop.communication.templatetags.full_url import full_url
from shop.promises.models import Promise
from shop.structured_data.graph import Node, known, reference
from shop.structured_data.organization import no_return_policy, organization_with_policies, shipping_details

LONGEST_DESCRIPTION = 5000  # characters, as merchant centers take them


def product_graph(product: Any, *, strategy: Any, returns: Promise | None, countries: Sequence[str]) -> list[Node]:
    """The product with its offers, and what these point to: the shop, its policies and what delivery costs.

    `strategy` prices it as the page does.
    """
    sizes = list(product.get_public_children()) if product.is_parent else []
    sold = {each.pk: strategy.fetch_for_product(each) for each in sizes or [product]}
    delivery = {
        details["@id"]: details
        for info in sold.values()
        if info.price.exists
        for details in shipping_details(info.price.incl_tax, countries)
    }
    shop = organization_with_policies(returns=returns, countries=countries)
    seller, policies = shop[0], shop[1:]
    if returns and policies and not returns.covers(product):
        no_returns = no_return_policy(policies[0])
        shop, policies = [*shop, no_returns], [no_returns]

    def offers(each: Any) -> Node | None:
        return _offer(each, sold[each.pk], seller=seller, policies=policies, countries=countries)

    node = _described(product) | known(aggregateRating=_rating(product))
    if product.is_parent:
        node |= {
            "@type": "ProductGroup",
            "productGroupID": group_id(product),
            "variesBy": ["https://schema.org/size"],
            "hasVariant": [_variant(size, sold[size.pk]) | known(offers=offers(size)) for size in sizes],
        }
    else:
        node |= _named(product, sold[product.pk]) | known(offers=offers(product))
    return [node, *shop, *delivery.values()]


def group_id(parent: Any) -> str:
    """What the sizes of a product have in common, on its page and in feeds."""
    return f"P{parent.pk}"


def page_of(product: Any) -> str:
    """The address of its page; that of a size has it chosen there."""
    if product.is_child:
        return f"{full_url(product.parent.get_absolute_url())}?size={product.pk}"
    return full_url(product.get_absolute_url())


def description_of(product: Any) -> str:
    """Its description as plain text; a size has that of its product."""
    whole = product.parent if product.is_child else product
    words = " ".join(strip_tags((whole.description or "").replace("><", "> <")).split())
    return Truncator(words or whole.meta_description or whole.get_title()).chars(LONGEST_DESCRIPTION)


def _described(product: Any) -> Node:
    page = page_of(product)
    return {
        "@type": "Product",
        "@id": f"{page}#product",
        "name": product.get_title(),
        "url": page,
        "description": description_of(product),
        "brand": {"@type": "Brand", "name": settings.OSCAR_SHOP_NAME},
    } | known(image=[full_url(image.original.url) for image in product.get_all_images()])


def _named(product: Any, info: Any) -> Node:
    return known(sku=getattr(info.stockrecord, "partner_sku", None), gtin=gtin(product.upc))


def _variant(size: Any, info: Any) -> Node:
    return _described(size) | _named(size, info) | {"size": size.title}


def _offer(product: Any, info: Any, *, seller: Node, policies: list[Node], countries: Sequence[str]) -> Node | None:
    if not info.price.exists:
        return None
    page = page_of(product)
    availability = "InStock" if info.availability.is_available_to_buy else "OutOfStock"
    details = shipping_details(info.price.incl_tax, countries)
    return {
        "@type": "Offer",
        "@id": f"{page}#offer",
        "url": page,
        "price": info.price.incl_tax,
        "priceCurrency": info.price.currency,
        "availability": f"https://schema.org/{availability}",
        "itemCondition": "https://schema.org/NewCondition",
        "seller": reference(seller),
    } | known(
        hasMerchantReturnPolicy=[reference(policy) for policy in policies],
        shippingDetails=[reference(each) for each in details],
    )


def _rating(product: Any) -> Node | None:
    """What shoppers gave it, as far as somebody has read and approved it; None where nobody did."""
    reviews = product.review_figures
    if not reviews["number"]:
        return None
    return {
        "@type": "AggregateRating",
        "ratingValue": round(reviews["average"], 2),
        "reviewCount": reviews["number"],
        "bestRating": 5,
        "worstRating": 1,
    }
