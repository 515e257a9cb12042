# ruff: noqa: SIM905  (lists of words are read as words)
"""A shop of 50,000 products and 5,000 guides around the demo's, written into the database without much ado."""

import random
from decimal import Decimal
from itertools import accumulate

from django.db import connection
from django.utils import timezone
from oscar.core.loading import get_model

from blog.models import Author, Post, RichText

PRODUCTS, GUIDES = 50_000, 5_000
BATCH = 2_000

Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")
ProductAttribute = get_model("catalogue", "ProductAttribute")
Value = get_model("catalogue", "ProductAttributeValue")
Shelf = get_model("catalogue", "ProductCategory")
Partner = get_model("partner", "Partner")
StockRecord = get_model("partner", "StockRecord")
Chosen = Value.value_multi_option.through


class Language:
    """Words and how often each is said: the second half as often as the first, the third a third as often."""

    ADJECTIVES = "Renewal Barrier Daily Night Gentle Clear Plain Deep Calm Bright Mineral Velvet Cooling Rich".split()
    INGREDIENTS = """
        Retinol Niacinamide Silicone Salicylic Glycolic Ceramide Squalane Zinc Panthenol Allantoin Bakuchiol Peptide
        Azelaic Lactic Mandelic Caffeine Charcoal Oat Cedar Vetiver Bergamot Sandalwood Menthol Aloe Jojoba Argan
    """.split()
    FORMS = """
        Serum Gel Cream Wash Toner Balm Oil Lotion Mask Patch Stick Scrub Soap Shampoo Sunscreen Moisturizer Razor
    """.split()
    SYLLABLES = (
        "ba be bi co cu da de di fa fe go ha hi ka ke la li lo ma me mi na ne no pa po ra re ri sa se si".split()
    )

    def __init__(self) -> None:
        self.dice = random.Random(5)  # noqa: S311  (chance that is the same each time)
        made = {"".join(self.dice.choices(self.SYLLABLES, k=self.dice.randint(2, 5))) for _ in range(30_000)}
        self.words = [*map(str.lower, [*self.FORMS, *self.INGREDIENTS, *self.ADJECTIVES]), *sorted(made)]
        self.weights = list(accumulate(1 / (place + 5) for place in range(len(self.words))))

    def text(self, length: int) -> str:
        return " ".join(self.dice.choices(self.words, cum_weights=self.weights, k=length)).capitalize() + "."

    def name(self) -> str:
        """Of a product: as shops call them, with one word of its maker's own."""
        own = self.dice.choice(self.words).capitalize()
        parts = (
            own,
            self.dice.choice(self.ADJECTIVES),
            self.dice.choice(self.INGREDIENTS),
            self.dice.choice(self.FORMS),
        )
        return " ".join(parts)

    def seldom(self, count: int) -> list[str]:
        return self.dice.sample(self.words[2_000:], count)


def fill(language: Language) -> None:
    """Write the products, each with price, stock, a shelf and what it can be filtered by, and the guides."""
    attribute_of = {
        code: ProductAttribute.objects.get(code=code)
        for code in ("line", "skin_concern", "key_ingredient", "skin_type")
    }
    options_of = {
        code: list(attribute.option_group.options.all()) for code, attribute in attribute_of.items() if code != "line"
    }
    partner = Partner.objects.get()
    categories = list(Category.objects.all())
    product_class, dice = attribute_of["line"].product_class, language.dice
    for start in range(0, PRODUCTS, BATCH):
        products = Product.objects.bulk_create(
            Product(
                product_class=product_class,
                title=language.name(),
                slug=f"product-{start + number}",
                upc=f"BENCH-{start + number}",
                description=f"<p>{language.text(40)}</p><p>{language.text(30)}</p>",
            )
            for number in range(BATCH)
        )
        StockRecord.objects.bulk_create(
            StockRecord(
                product=product,
                partner=partner,
                partner_sku=product.upc,
                price=Decimal(dice.randint(500, 9000)) / 100,
                num_in_stock=dice.choice([0, 5, 50]),
            )
            for product in products
        )
        Shelf.objects.bulk_create(Shelf(product=product, category=dice.choice(categories)) for product in products)
        Value.objects.bulk_create(
            Value(product=product, attribute=attribute_of["line"], value_text=language.text(6)) for product in products
        )
        for code, options in options_of.items():
            values = Value.objects.bulk_create(
                Value(product=product, attribute=attribute_of[code]) for product in products
            )
            Chosen.objects.bulk_create(
                Chosen(productattributevalue=value, attributeoption=option)
                for value in values
                for option in dice.sample(options, 2)
            )
    author, now = Author.objects.get(), timezone.now()
    for start in range(0, GUIDES, BATCH):
        posts = Post.objects.bulk_create(
            Post(
                title=language.text(7),
                slug=f"guide-{start + number}",
                summary=language.text(30),
                author=author,
                status=Post.Status.PUBLISHED,
                publish_at=now,
            )
            for number in range(min(BATCH, GUIDES - start))
        )
        RichText.objects.bulk_create(
            RichText(parent=post, ordering=1, text="".join(f"<p>{language.text(80)}</p>" for _ in range(8)))
            for post in posts
        )


def tidy() -> None:
    """Do at once what PostgreSQL does by itself a minute later: sweep, and count what there is."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
