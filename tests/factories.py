"""Rows for tests, made through the models with the least that makes sense."""

from datetime import timedelta
from decimal import Decimal
from itertools import count

from django.utils import timezone
from oscar.core.loading import get_model

Country = get_model("address", "Country")
Product = get_model("catalogue", "Product")
ProductClass = get_model("catalogue", "ProductClass")
Partner = get_model("partner", "Partner")
StockRecord = get_model("partner", "StockRecord")
Benefit = get_model("offer", "Benefit")
Condition = get_model("offer", "Condition")
ConditionalOffer = get_model("offer", "ConditionalOffer")
Range = get_model("offer", "Range")
Voucher = get_model("voucher", "Voucher")

numbers = count(1)


def make_countries() -> None:
    """Where the shop sends to: the United States and Canada."""
    for code, name, order in (("US", "United States", 2), ("CA", "Canada", 1)):
        Country.objects.get_or_create(
            pk=code,
            defaults={"printable_name": name, "name": name, "is_shipping_country": True, "display_order": order},
        )


def make_product(*, title: str = "Plain Soap", price: str = "18.00", stock: int = 10) -> Product:
    """A product on the shelf, at `price` dollars."""
    product_class, _created = ProductClass.objects.get_or_create(
        name="Goods", defaults={"requires_shipping": True, "track_stock": True}
    )
    partner, _created = Partner.objects.get_or_create(name="The shop")
    number = next(numbers)
    product = Product.objects.create(
        structure=Product.STANDALONE, product_class=product_class, title=title, upc=f"TEST-{number}"
    )
    StockRecord.objects.create(
        product=product,
        partner=partner,
        partner_sku=f"SKU-{number}",
        price=Decimal(price),
        price_currency="USD",
        num_in_stock=stock,
    )
    return product


def make_voucher(*, code: str = "TENOFF", percent: str = "10", usage: str = Voucher.MULTI_USE) -> Voucher:
    """A code that takes `percent` off everything."""
    everything = Range.objects.create(name=f"All for {code}", includes_all_products=True)
    offer = ConditionalOffer.objects.create(
        name=f"Offer of {code}",
        offer_type=ConditionalOffer.VOUCHER,
        condition=Condition.objects.create(range=everything, type=Condition.COUNT, value=1),
        benefit=Benefit.objects.create(range=everything, type=Benefit.PERCENTAGE, value=Decimal(percent)),
    )
    now = timezone.now()
    voucher = Voucher.objects.create(
        name=code,
        code=code,
        usage=usage,
        start_datetime=now - timedelta(days=1),
        end_datetime=now + timedelta(days=1),
    )
    voucher.offers.add(offer)
    return voucher
