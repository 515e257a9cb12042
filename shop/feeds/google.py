"""What we sell, for Google's Merchant Center and everybody who reads its format: RSS 2.0 with attributes of theirs.

https://support.google.com/merchants/answer/7052112
"""

from collections.abc import Iterator
from decimal import Decimal
from io import StringIO
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from oscar.core.loading import get_class, get_model

from shop.catalogue.gtin import gtin
from shop.communication.templatetags.full_url import full_url
from shop.feeds.xml import sayable
from shop.promises.models import RETURNS, Promise
from shop.shipping.methods import PACKED_WITHIN, Express, Standard
from shop.structured_data.organization import delivery_countries
from shop.structured_data.products import description_of, group_id, page_of

Product = get_model("catalogue", "Product")
Selector = get_class("partner.strategy", "Selector")

NAMESPACE = "http://base.google.com/ns/1.0"
A_CHUNK = 1000  # products that are in memory at once
LONGEST_TITLE = 150
LONGEST_ID = 50
MOST_MORE_IMAGES = 10

Attribute = tuple[str, Any]  # its name, and its text or the attributes in it


@require_safe
@cache_control(public=True, max_age=600)
def google(request: HttpRequest) -> StreamingHttpResponse:
    """The feed, written while it is sent: it may be as long as the catalogue."""
    return StreamingHttpResponse(_document(), content_type="application/xml; charset=utf-8")


def _document() -> Iterator[str]:
    text = StringIO()
    xml = SimplerXMLGenerator(text, "utf-8")
    xml.startDocument()
    xml.startElement("rss", {"version": "2.0", "xmlns:g": NAMESPACE})
    xml.startElement("channel", {})
    xml.addQuickElement("title", settings.OSCAR_SHOP_NAME)
    xml.addQuickElement("link", full_url("/"))
    xml.addQuickElement(
        "description", gettext("Everything we sell: a few products for textured skin, each with one job.")
    )
    for attributes in _items():
        _write(xml, ("item", attributes))
        yield _taken(text)
    xml.endElement("channel")
    xml.endElement("rss")
    xml.endDocument()
    yield _taken(text)


def _items() -> Iterator[list[Attribute]]:
    """What can be bought by itself: sizes in place of their product. Without price or picture Google takes nothing."""
    strategy = Selector().strategy()
    countries = delivery_countries()
    returns = Promise.objects.in_force().filter(slug=RETURNS).first()
    excluded = set(returns.excluded.values_list("pk", flat=True)) if returns else set()
    holds_in = returns.holds_in(countries) if returns else []
    for product in _products().iterator(chunk_size=A_CHUNK):
        for each in product.get_public_children() if product.is_parent else [product]:
            info = strategy.fetch_for_product(each)
            images = list(each.images.all()) or list(product.images.all())
            if info.price.exists and images:
                yield [
                    *_described(each, info, images),
                    *_sold(info),
                    *_delivered(info.price.incl_tax, countries),
                    *_returned(returns, holds_in, is_covered=not {each.pk, product.pk} & excluded),
                ]


def _products() -> QuerySet:
    sizes = Product.objects.public().cheapest_first().prefetch_related("stockrecords", "images")
    return (
        Product.objects.browsable()
        .order_by("pk")
        .select_related("product_class")
        .prefetch_related(
            "stockrecords", "images", "categories", Prefetch("children", sizes, "_prefetched_public_children")
        )
    )


def _described(product: Any, info: Any, images: list[Any]) -> Iterator[Attribute]:
    whole = product.parent if product.is_child else product
    number = gtin(product.upc)
    sku = info.stockrecord.partner_sku
    yield "g:id", sku if len(sku) <= LONGEST_ID else f"P{product.pk}"
    yield "g:title", Truncator(product.get_title()).chars(LONGEST_TITLE)
    yield "g:description", description_of(product)
    yield "g:link", page_of(product)
    first, *others = (full_url(image.original.url) for image in images)
    yield "g:image_link", first
    yield from (("g:additional_image_link", image) for image in others[:MOST_MORE_IMAGES])
    yield "g:brand", settings.OSCAR_SHOP_NAME
    yield ("g:gtin", number) if number else ("g:identifier_exists", "no")
    yield "g:condition", "new"
    if product.is_child:
        yield "g:item_group_id", group_id(whole)
        yield "g:size", product.title
    yield from (("g:product_type", category.name) for category in whole.categories.all())


def _sold(info: Any) -> Iterator[Attribute]:
    yield "g:availability", "in_stock" if info.availability.is_available_to_buy else "out_of_stock"
    yield "g:price", _money(info.price.incl_tax, info.price.currency)


def _delivered(price: Decimal, countries: list[str]) -> Iterator[Attribute]:
    for country in countries:
        for method, rate in ((Standard, Standard.charge_for(price)), (Express, settings.DELIVERY_EXPRESS_PRICE)):
            fewest, most = method.business_days
            yield (
                "g:shipping",
                [
                    ("g:country", country),
                    ("g:service", str(method.name)),
                    ("g:price", _money(rate, settings.OSCAR_DEFAULT_CURRENCY)),
                    ("g:min_handling_time", "0"),
                    ("g:max_handling_time", str(PACKED_WITHIN)),
                    ("g:min_transit_time", str(fewest)),
                    ("g:max_transit_time", str(most)),
                ],
            )


def _returned(returns: Promise | None, countries: list[str], *, is_covered: bool) -> Iterator[Attribute]:
    """What may go back, for how long, and who pays the postage: https://support.google.com/merchants/answer/17081382

    The label names the policy in the Merchant Center. Its days begin with the arrival; where ours do not, the label
    says all.
    """
    if returns is None:
        return
    if is_covered:
        yield "g:return_policy_label", returns.slug
    window = _window(returns) if is_covered else [("g:window_type", "NO_RETURNS")]
    for country in countries if window else []:
        condition = "NEW" if returns.condition == Promise.Condition.UNOPENED else "USED"
        how = [
            ("g:country", country),
            ("g:item_condition", condition),
            ("g:method", "BY_MAIL"),
            ("g:outcome", "REFUND"),
            _postage(returns),
            ("g:policy_url", full_url(returns.get_absolute_url())),
        ]
        yield "g:returns", [*how, *window]


def _postage(returns: Promise) -> Attribute:
    """Nothing where we pay it; else the customer pays his carrier, and nothing is taken off his refund."""
    if returns.pays_postage:
        return "g:shipping_fee", _money(Decimal(0), settings.OSCAR_DEFAULT_CURRENCY)
    return "g:shipping_fee_type", "CUSTOMER_RESPONSIBILITY"


def _window(returns: Promise) -> list[Attribute]:
    if returns.days is None:
        return [("g:window_type", "LIFETIME")]
    if returns.days_from_arrival is None:
        return []
    return [("g:window_type", "FINITE_RETURN_WINDOW"), ("g:window_days", str(returns.days))]


def _money(amount: Decimal, currency: str) -> str:
    return f"{amount:.2f} {currency}"


def _write(xml: SimplerXMLGenerator, attribute: Attribute) -> None:
    name, value = attribute
    if isinstance(value, str):
        xml.addQuickElement(name, sayable(value))
        return
    xml.startElement(name, {})
    for each in value:
        _write(xml, each)
    xml.endElement(name)


def _taken(text: StringIO) -> str:
    """What was written since the last time."""
    written = text.getvalue()
    text.seek(0)
    text.truncate()
    return written
