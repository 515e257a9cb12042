"""What editors see of products while they choose one: enough to know it, and whether it is a good idea."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Case, Q, When
from django.http import HttpRequest
from django.template.defaultfilters import truncatechars
from oscar.core.loading import get_model
from oscar.templatetags.currency_filters import currency

from blog.models import ProductPick
from shop.pictures.renditions import sources
from shop.search.words import MOST_WORDS, stem

MOST_FOUND = 12
THUMBNAIL = "image/webp"  # in its smallest size; every browser that runs the editor shows it

Product = get_model("catalogue", "Product")


@dataclass(frozen=True)
class Candidate:
    """A product in the list of the picker. `note` says why readers would not see it; mostly it is empty."""

    pk: int
    title: str
    upc: str
    picture: str
    price: str
    stock: str
    note: str


def find(query: str, request: HttpRequest) -> list[dict[str, Any]]:
    """Products by words of their title, or by their UPC or that of a size; what shoppers see comes first."""
    products = Product.objects.complex_filter(ProductPick._meta.get_field("product").get_limit_choices_to())
    # PostgreSQL knows no text with a NUL in it.
    words = [stem(word.lower()) for word in query.replace("\0", "").split()[:MOST_WORDS]]
    in_title = Q()
    for word in words:
        by_number = Q(upc__icontains=word) | Q(children__upc__icontains=word)
        products = products.filter(Q(title__icontains=word) | by_number)
        in_title &= Q(title__icontains=word)
    by_title = [Case(When(in_title, then=0), default=1)] if words else []
    ranked = products.order_by("-is_public", *by_title, "title", "pk").distinct()
    return _told(ranked[:MOST_FOUND], request)


def named(pks: list[int], request: HttpRequest) -> list[dict[str, Any]]:
    """The products with these numbers, as far as they exist."""
    return _told(Product.objects.filter(pk__in=pks), request)


def _told(products: Any, request: HttpRequest) -> list[dict[str, Any]]:
    return [asdict(_candidate(product, request)) for product in products.for_tiles()]


def _candidate(product: Any, request: HttpRequest) -> Candidate:
    strategy = request.strategy  # type: ignore[attr-defined]  # Oscar's middleware sets it
    info = strategy.fetch_for_parent(product) if product.is_parent else strategy.fetch_for_product(product)
    price = currency(info.price.effective_price, info.price.currency) if info.price.exists else ""
    return Candidate(
        pk=product.pk,
        title=truncatechars(product.get_title(), 120),
        upc=product.upc or "",
        picture=_thumbnail(product),
        price=f"From {price}" if price and product.is_parent else price or "No price",
        stock=_stock(product),
        note="" if product.is_public else "Hidden: readers do not see it",
    )


def _thumbnail(product: Any) -> str:
    images = product.get_all_images()
    if not images:
        return ""
    picture = sources(images[0].original)
    smallest = dict(picture.srcsets).get(THUMBNAIL, "").split(" ")[0]
    return smallest or picture.src


def _stock(product: Any) -> str:
    if not product.get_product_class().track_stock:
        return "Always in stock"
    sizes = product.get_public_children() if product.is_parent else [product]
    left = sum(max(0, record.net_stock_level) for size in sizes for record in size.stockrecords.all())
    return f"{left} in stock" if left else "Sold out"
