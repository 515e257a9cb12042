"""Puts the demo goods into the database, once."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from django.core.files import File
from django.db import transaction
from oscar.core.loading import get_model

from . import catalogue

PICTURES = Path(__file__).parent / "pictures"
WELCOME_OFFER = "10% off the items"

Country = get_model("address", "Country")
AttributeOption = get_model("catalogue", "AttributeOption")
AttributeOptionGroup = get_model("catalogue", "AttributeOptionGroup")
Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")
ProductAttribute = get_model("catalogue", "ProductAttribute")
ProductClass = get_model("catalogue", "ProductClass")
Benefit = get_model("offer", "Benefit")
Condition = get_model("offer", "Condition")
ConditionalOffer = get_model("offer", "ConditionalOffer")
Range = get_model("offer", "Range")
Synonym = get_model("search", "Synonym")
ShippingEventType = get_model("order", "ShippingEventType")
Partner = get_model("partner", "Partner")
Voucher = get_model("voucher", "Voucher")


@transaction.atomic
def load() -> None:
    """Create what the demo shop lacks, in one transaction.

    What exists is left as it is, edits included, so a second run changes nothing.
    """
    load_countries()
    load_shipping_event_types()
    product_class = load_product_class()
    load_categories()
    load_products(product_class=product_class)
    load_voucher()
    load_synonyms()


def load_countries() -> None:
    """Where the shop sends to, the United States first in every list."""
    Country.objects.get_or_create(
        iso_3166_1_a2="US",
        defaults={
            "iso_3166_1_a3": "USA",
            "iso_3166_1_numeric": "840",
            "printable_name": "United States",
            "name": "United States of America",
            "display_order": 2,
            "is_shipping_country": True,
        },
    )
    Country.objects.get_or_create(
        iso_3166_1_a2="CA",
        defaults={
            "iso_3166_1_a3": "CAN",
            "iso_3166_1_numeric": "124",
            "printable_name": "Canada",
            "name": "Canada",
            "display_order": 1,
            "is_shipping_country": True,
        },
    )


def load_shipping_event_types() -> None:
    """What staff can record on an order in the dashboard."""
    for code, name in (("shipped", "Shipped"), ("delivered", "Delivered")):
        ShippingEventType.objects.get_or_create(code=code, defaults={"name": name})


def load_product_class() -> ProductClass:
    """The kind of product that all nine are, with its attributes and their options. Returns it."""
    product_class, _ = ProductClass.objects.get_or_create(
        name=catalogue.PRODUCT_CLASS, defaults={"requires_shipping": True, "track_stock": True}
    )
    for attribute in catalogue.ATTRIBUTES:
        ProductAttribute.objects.get_or_create(
            product_class=product_class,
            code=attribute.code,
            defaults={
                "name": attribute.name,
                "type": ProductAttribute.MULTI_OPTION if attribute.options else ProductAttribute.TEXT,
                "option_group": load_option_group(attribute) if attribute.options else None,
            },
        )
    return product_class


def load_option_group(attribute: catalogue.Attribute) -> AttributeOptionGroup:
    """What a shopper can filter by. Returns the group, its options in the order of the catalogue."""
    group, created = AttributeOptionGroup.objects.get_or_create(code=attribute.code, defaults={"name": attribute.name})
    if created:
        AttributeOption.objects.bulk_create(
            AttributeOption(group=group, option=option) for option in attribute.options
        )
    return group


def load_categories() -> None:
    for category in catalogue.CATEGORIES:
        if not Category.objects.filter(code=category.slug).exists():
            Category.objects.add_root(
                instance=Category(
                    code=category.slug,
                    slug=category.slug,
                    name=category.name,
                    description=category.help,
                    meta_description=category.meta_description,
                )
            )


def load_products(*, product_class: ProductClass) -> None:
    partner, _ = Partner.objects.get_or_create(code="the-modern-gentlemen", defaults={"name": "The Modern Gentlemen"})
    existing = set(Product.objects.filter(code__isnull=False).values_list("code", flat=True))
    missing = [goods for goods in catalogue.PRODUCTS if goods.slug not in existing]
    # Oscar lists the newest product first, so the first on the shelf is created last.
    for goods in reversed(missing):
        create_product(goods, product_class=product_class, partner=partner)
    for goods in missing:
        recommend_beside(goods)


def create_product(goods: catalogue.Product, *, product_class: ProductClass, partner: Partner) -> None:
    """One product with all that hangs on it. Its code, which no form shows, is how a second run knows it again."""
    product = Product(
        structure=Product.STANDALONE if len(goods.sizes) == 1 else Product.PARENT,
        product_class=product_class,
        code=goods.slug,
        slug=goods.slug,
        title=goods.title,
        description=goods.description,
        meta_description=goods.meta_description,
    )
    describe(product, goods)
    product.save()
    product.categories.set(Category.objects.filter(code__in=goods.categories))
    hang_pictures(product, goods.pictures)
    if product.is_standalone:
        put_on_shelf(product, goods.sizes[0], partner=partner)
    else:
        # The newest variant is also the one whose price stands for all: the first size, created last.
        for size in reversed(goods.sizes):
            put_on_shelf(create_variant(product, size), size, partner=partner)


def describe(product: Product, goods: catalogue.Product) -> None:
    """Fill in every attribute; they are stored when the product is."""
    product.attr.line = goods.line
    product.attr.does = "\n".join(goods.does)
    product.attr.does_not = "\n".join(goods.does_not)
    product.attr.how_to_use = "\n".join(goods.how_to_use)
    product.attr.active_ingredient = goods.active_ingredient
    product.attr.ingredients = goods.ingredients
    product.attr.size = " or ".join(size.size for size in goods.sizes)
    product.attr.key_ingredient = options("key_ingredient", goods.key_ingredient)
    product.attr.skin_concern = options("skin_concern", goods.skin_concern)
    product.attr.skin_type = options("skin_type", goods.skin_type)


def options(group: str, names: tuple[str, ...]) -> list[AttributeOption]:
    return list(AttributeOption.objects.filter(group__code=group, option__in=names))


def create_variant(parent: Product, size: catalogue.Size) -> Product:
    """One size of a product that comes in several. Oscar lends it everything else from its parent."""
    slug = f"{parent.slug}-{size.size.replace(' ', '-')}"
    variant = Product(structure=Product.CHILD, parent=parent, code=slug, slug=slug, title=size.size)
    variant.attr.size = size.size
    variant.save()
    hang_pictures(variant, size.pictures)
    return variant


def hang_pictures(product: Product, pictures: tuple[catalogue.Picture, ...]) -> None:
    """Copy the pictures into the media storage. The caption is the text that the templates use as `alt`."""
    for order, picture in enumerate(pictures):
        with (PICTURES / picture.file).open("rb") as file:
            product.images.create(original=File(file, name=picture.file), caption=picture.alt, display_order=order)


def put_on_shelf(product: Product, size: catalogue.Size, *, partner: Partner) -> None:
    product.stockrecords.create(
        partner=partner,
        partner_sku=size.sku,
        price=size.price,
        num_in_stock=size.in_stock,
        low_stock_threshold=size.low_stock_threshold,
    )


def recommend_beside(goods: catalogue.Product) -> None:
    """What goes well with a product, in the order of the catalogue: Oscar shows the highest ranking first."""
    product = Product.objects.get(code=goods.slug)
    for ranking, slug in enumerate(reversed(goods.goes_well_with), start=1):
        product.primary_recommendations.create(recommendation=Product.objects.get(code=slug), ranking=ranking)


def load_synonyms() -> None:
    """Into a shop without any: afterwards they are the staff's own."""
    if not Synonym.objects.exists():
        Synonym.objects.bulk_create([Synonym(words=words) for words in catalogue.SYNONYMS])


def load_voucher() -> None:
    """WELCOME10: ten percent off the items, for guests too, so that vouchers can be tried."""
    if Voucher.objects.filter(code="WELCOME10").exists():
        return
    voucher = Voucher.objects.create(
        name="Welcome: 10% off",
        code="WELCOME10",
        usage=Voucher.MULTI_USE,
        start_datetime=datetime(2025, 1, 1, tzinfo=UTC),
        end_datetime=datetime(2099, 12, 31, tzinfo=UTC),
    )
    voucher.offers.add(ConditionalOffer.objects.filter(name=WELCOME_OFFER).first() or create_welcome_offer())


def create_welcome_offer() -> ConditionalOffer:
    everything, _ = Range.objects.get_or_create(name="Everything we sell", defaults={"includes_all_products": True})
    return ConditionalOffer.objects.create(
        name=WELCOME_OFFER,
        offer_type=ConditionalOffer.VOUCHER,
        condition=Condition.objects.create(range=everything, type=Condition.COUNT, value=1),
        benefit=Benefit.objects.create(range=everything, type=Benefit.PERCENTAGE, value=Decimal(10)),
    )
