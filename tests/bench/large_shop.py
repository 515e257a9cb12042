"""Fills a shop, inside it, up to so many products and guides.

They stand around the demo's, whose product class, categories, topics and pictures they share. Then the search reads
all of it, as a shop's own does. Whoever asks for more later gets the rest.
"""

from decimal import Decimal

from django.db import connection
from django.utils import timezone
from oscar.core.loading import get_model

from blog.models import Post, ProductPick, RichText, Topic
from shop.search import index
from shop.shared_pages.tasks import forget_changes
from tests.bench.copying import Copier
from tests.bench.language import Language

BATCH = 5_000
OFFER = "Three together"

Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")
ProductAttribute = get_model("catalogue", "ProductAttribute")
ProductImage = get_model("catalogue", "ProductImage")
Shelf = get_model("catalogue", "ProductCategory")
Value = get_model("catalogue", "ProductAttributeValue")
Benefit = get_model("offer", "Benefit")
Condition = get_model("offer", "Condition")
ConditionalOffer = get_model("offer", "ConditionalOffer")
Range = get_model("offer", "Range")
Partner = get_model("partner", "Partner")
StockRecord = get_model("partner", "StockRecord")


def main(products: str, posts: str) -> None:
    language = Language()
    fill_shelves(int(products), language)
    write_posts(int(posts), language)
    make_offer()
    settle_down()


def fill_shelves(products: int, language: Language) -> None:
    """Have so many products in all, each with price, stock, a picture, a category and what it is filtered by."""
    goods, images, shelves, stock, values = map(Copier, (Product, ProductImage, Shelf, StockRecord, Value))
    chosen, dice = Copier(Value.value_multi_option.through), language.dice
    line = ProductAttribute.objects.get(code="line")
    options = {
        attribute.pk: [*attribute.option_group.options.values_list("pk", flat=True)]
        for attribute in ProductAttribute.objects.filter(code__in=["skin_concern", "key_ingredient", "skin_type"])
    }
    partner, categories = Partner.objects.get(), [*Category.objects.values_list("pk", flat=True)]
    # One file and its renditions serve many products.
    pictures = [*ProductImage.objects.filter(product__upc=None).values("original", "width", "height", "caption")]
    have = Product.objects.exclude(structure=Product.CHILD).count()
    for start in range(have, products, BATCH):
        numbers = range(start, min(start + BATCH, products))
        keys = goods.write(
            {
                "product_class_id": line.product_class_id,
                "title": language.name(),
                "slug": f"product-{number}",
                "upc": f"BENCH-{number}",
                "description": f"<p>{language.text(40)}</p><p>{language.text(30)}</p>",
            }
            for number in numbers
        )
        stock.write(
            {
                "product_id": key,
                "partner_id": partner.pk,
                "partner_sku": f"BENCH-{number}",
                "price": Decimal(dice.randint(500, 9000)) / 100,
                "num_in_stock": dice.choice([0, 5, 50]),
            }
            for key, number in zip(keys, numbers, strict=True)
        )
        shelves.write({"product_id": key, "category_id": dice.choice(categories)} for key in keys)
        images.write({"product_id": key} | dice.choice(pictures) for key in keys)
        values.write({"product_id": key, "attribute_id": line.pk, "value_text": language.text(6)} for key in keys)
        for attribute, group in options.items():
            filtered = values.write({"product_id": key, "attribute_id": attribute} for key in keys)
            chosen.write(
                {"productattributevalue_id": value, "attributeoption_id": option}
                for value in filtered
                for option in dice.sample(group, 2)
            )


def write_posts(posts: int, language: Language) -> None:
    """Have so many guides in all, each with a picture, eight paragraphs, two picks and a topic."""
    guides, texts, picks, about = map(Copier, (Post, RichText, ProductPick, Post.topics.through))
    demo, dice = Post.objects.get(is_featured=True), language.dice
    products = [*Product.objects.browsable().values_list("pk", flat=True)]
    topics = [*Topic.objects.values_list("pk", flat=True)]
    usual = {
        "author_id": demo.author_id,
        "hero": demo.hero.name,
        "hero_width": demo.hero_width,
        "hero_height": demo.hero_height,
        "hero_alt": demo.hero_alt,
        "status": Post.Status.PUBLISHED,
        "publish_at": timezone.now(),
    }
    for start in range(Post.objects.count(), posts, BATCH):
        keys = guides.write(
            usual | {"title": language.text(7), "slug": f"guide-{number}", "summary": language.text(30)}
            for number in range(start, min(start + BATCH, posts))
        )
        texts.write(
            {"parent_id": key, "ordering": 1, "text": "".join(f"<p>{language.text(80)}</p>" for _ in range(8))}
            for key in keys
        )
        picks.write(
            {"parent_id": key, "ordering": ordering, "product_id": dice.choice(products), "why": language.text(12)}
            for key in keys
            for ordering in (2, 3)
        )
        about.write({"post_id": key, "topic_id": dice.choice(topics)} for key in keys)


def make_offer() -> None:
    """Ten percent off three things or more: most shops have something that every basket is tried against."""
    if ConditionalOffer.objects.filter(name=OFFER).exists():
        return
    everything = Range.objects.get(includes_all_products=True)
    ConditionalOffer.objects.create(
        name=OFFER,
        condition=Condition.objects.create(range=everything, type=Condition.COUNT, value=3),
        benefit=Benefit.objects.create(range=everything, type=Benefit.PERCENTAGE, value=Decimal(10)),
    )


def settle_down() -> None:
    """Have the search read everything, and do now what PostgreSQL and the worker do by themselves a little later."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        index.rebuild()
        forget_changes.func()
        cursor.execute("VACUUM ANALYZE")
