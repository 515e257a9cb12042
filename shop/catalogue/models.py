"""Products, named in full wherever they stand, and read in few queries."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import (
    Avg,
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue import managers
from oscar.apps.catalogue.abstract_models import (
    AbstractCategory,
    AbstractProduct,
    AbstractProductImage,
    get_image_upload_path,
)
from oscar.core.loading import get_model

from shop.catalogue.tiles import Tiles
from shop.pictures.fields import PictureField
from shop.pictures.focus import Focus
from shop.search.findable import Findable

# The order of every list: by the priority that staff give in the dashboard, then the newest.
RECOMMENDED = ("-priority", "-date_created", "-pk")
BEST_RATED = Coalesce(F("rating"), 0.0).desc()


def is_any(rows: QuerySet[Any]) -> Q:
    """Whether there is such a row, asked one by one.

    For an `Exists`, PostgreSQL may read all rows there are once: right for a whole list, too much for its first.
    """
    return Q(IsNull(Subquery(rows.order_by().values("pk")[:1]), False))


@cache
def _offer(is_any: Callable[[QuerySet[Any]], Any]) -> dict[str, Any]:
    """What `with_offer` makes known, written once: putting it together takes longer than many a query that has it."""
    priced = get_model("partner", "StockRecord").objects.filter(price__isnull=False)
    own = priced.filter(product=OuterRef("pk"))
    sizes = priced.filter(product__parent=OuterRef("pk"), product__is_public=True)
    lowest_own, lowest_size = (Subquery(records.order_by("price").values("price")[:1]) for records in (own, sizes))
    left = Q(num_in_stock__gt=Coalesce(F("num_allocated"), 0))
    uncounted = Q(product_class__track_stock=False) & (is_any(own) | is_any(sizes))
    for_sale = is_any(own.filter(left)) | is_any(sizes.filter(left)) | uncounted
    return {
        "lowest_price": Coalesce(lowest_own, lowest_size),
        "is_in_stock": ExpressionWrapper(for_sale, output_field=BooleanField()),
    }


class ProductQuerySet(managers.ProductQuerySet):
    def for_tiles(self) -> Self:
        """Fetch all that a tile shows: two queries, however many tiles there are."""
        whole = self.select_related("product_class", "parent__product_class")
        whole._iterable_class = Tiles
        return whole

    def first_of_each_category(self) -> Self:
        """The first product of each category on the first level."""
        categories = get_model("catalogue", "Category").objects.browsable().filter(depth=1)
        products = self.filter(categories__path__startswith=OuterRef("path")).values("pk")
        return self.filter(pk__in=categories.annotate(first=Subquery(products[:1])).values("first"))

    def in_category(self, category: AbstractCategory) -> Self:
        """Products of that category and of all below it, each once."""
        shelves = get_model("catalogue", "ProductCategory").objects.filter(category__path__startswith=category.path)
        return self.filter(pk__in=shelves.values("product"))

    def recommended_first(self) -> Self:
        return self.order_by(*RECOMMENDED)

    def recommended_with(self, product: "Product") -> Self:
        """What staff say goes well with that product, each with its `ranking`: the highest comes first."""
        recommended = self.filter(productrecommendation__primary=product)
        return recommended.annotate(ranking=F("productrecommendation__ranking"))

    def cheapest_first(self) -> Self:
        return self.alias(lowest_price=Min("stockrecords__price")).order_by("lowest_price", "pk")

    def with_offer(self, *, is_any: Callable[[QuerySet[Any]], Any] = Exists) -> Self:
        """Make `lowest_price` and `is_in_stock` known to filters, as a tile says them: those of any public size."""
        return self.alias(**_offer(is_any))

    def with_next_best(self) -> Self:
        """Make `next_best` known: of what is sold out, the key of what may stand in for it.

        That is on show and for sale, stands in one category with it, and is for one concern with it where it says for
        which it is: sunscreen and patches may share a shelf, and neither does the other's work. The best rated comes
        first; of those rated alike, and of those that nobody rated, the first of every list.
        """
        sold_out = OuterRef(OuterRef("pk"))  # seen from a query about one of the others
        shelves = get_model("catalogue", "ProductCategory").objects.filter(
            product=OuterRef("pk"), category__product=sold_out
        )
        concerns = get_model("catalogue", "ProductAttributeValue").objects.filter(
            attribute__code=settings.SEARCH_FILTERS["concern"], value_multi_option__isnull=False
        )
        alike = concerns.filter(
            product=OuterRef("pk"),
            value_multi_option__multi_valued_attribute_values__product=sold_out,
        )
        others = (
            self.model.objects.browsable()
            .with_offer(is_any=is_any)
            .filter(is_any(shelves), is_any(alike) | ~is_any(concerns.filter(product=sold_out)), is_in_stock=True)
            .order_by(BEST_RATED, *RECOMMENDED)
        )
        return self.with_offer().annotate(
            next_best=Case(When(is_in_stock=True, then=None), default=Subquery(others.values("pk")[:1]))
        )

    def findable(self) -> Self:
        """What a search may show."""
        return self.browsable()


class CategoryQuerySet(managers.CategoryQuerySet):
    def down_to(self, key: int) -> list["Category"]:
        """What lies above the category with that key, from the top, and in the end itself: in one query."""
        target = self.model.objects.filter(pk=key, path__startswith=OuterRef("path"))
        line = list(self.filter(Exists(target)).order_by("path"))
        show_the_way(line)
        return line


class Category(AbstractCategory):
    objects = managers.CategoryManager.from_queryset(CategoryQuerySet)()

    @cached_property
    def way(self) -> list["Category"]:
        """The categories above it, from the top."""
        return [] if self.is_root() else list(self.get_ancestors())


def show_the_way(categories: Sequence[Category]) -> None:
    """Let each of these categories know those above it, which are to be among them."""
    by_path = {category.path: category for category in categories}
    for category in categories:
        steps = range(Category.steplen, len(category.path), Category.steplen)
        category.way = [by_path[category.path[:length]] for length in steps]
        if category.way:
            category._cached_parent_obj = category.way[-1]  # where treebeard looks for it


class Product(Findable, AbstractProduct):
    search_kind = _("Product")

    objects = ProductQuerySet.as_manager()

    class Meta(AbstractProduct.Meta):
        indexes = [
            models.Index(fields=["-priority", "-date_created", "-id"], name="product_recommended"),
            models.Index(
                BEST_RATED, *(F(name).desc() for name in ("priority", "date_created", "id")), name="product_best_rated"
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """With its attributes or not at all: Oscar stores them after it, and the worker reads both at the commit."""
        with transaction.atomic():
            super().save(*args, **kwargs)

    def get_title(self) -> str:
        """The whole name. A size alone ("20 g") says nothing in a basket, an order or a letter.

        It is never longer than a title of one product, since lines of orders and wish lists take no more.
        """
        if self.is_child and self.title:
            most = self._meta.get_field("title").max_length
            return Truncator(f"{self.parent.title}, {self.title}").chars(most)
        return super().get_title()

    @cached_property
    def review_figures(self) -> dict[str, Any]:
        """Of the reviews that were approved: their `number`, and the `average` of what they give, None without any."""
        approved = self.reviews.filter(status=self.reviews.model.APPROVED)
        return approved.aggregate(average=Avg("score"), number=Count("pk"))

    @property
    def num_approved_reviews(self) -> int:
        return self.review_figures["number"]

    @cached_property
    def sorted_recommended_products(self) -> Any:
        """What goes well with it and is on show, the highest ranking first."""
        recommended = type(self).objects.browsable().recommended_with(self)
        return recommended.order_by("-ranking", "pk").for_tiles()

    @classmethod
    def get_indexed_objects(cls) -> ProductQuerySet:
        """Sizes are found as their product. Hidden ones stand in the index too: they may be shown again any minute."""
        values = get_model("catalogue", "ProductAttributeValue").objects.select_related("attribute", "value_option")
        return cls.objects.filter(parent=None).prefetch_related(
            "categories", "children", Prefetch("attribute_values", values.prefetch_related("value_multi_option"))
        )

    @property
    def found_as(self) -> "Product":
        return self.parent if self.is_child else self

    @property
    def search_names(self) -> list[str]:
        sizes = [text for size in self.children.all() if size.is_public for text in (size.title, size.upc or "")]
        shelves = [category.name for category in self.categories.all()]
        options = [
            option.option
            for value in self.attribute_values.all()
            for option in [value.value_option, *value.value_multi_option.all()]
            if option
        ]
        return [self.upc or "", *sizes, *shelves, *options]

    @property
    def search_texts(self) -> list[str]:
        said = [value.value_text or value.value_richtext or "" for value in self.attribute_values.all()]
        return [self.description, *said]

    def get_public_children(self) -> QuerySet | list["Product"]:
        """The sizes on offer, cheapest first: Oscar takes a parent's price from the first, and we say "From" to it."""
        children = super().get_public_children()
        return children if isinstance(children, list) else children.cheapest_first()


class ProductImage(AbstractProductImage):
    """A packshot: 4:5, on paper. The caption is what one would see, for shoppers who cannot see it."""

    original = PictureField(
        "picture",
        upload_to=get_image_upload_path,
        max_length=255,
        width_field="width",
        height_field="height",
        help_text="Upright, 1200 × 1500 pixels is best.",
    )
    width = models.PositiveIntegerField(null=True, editable=False)
    height = models.PositiveIntegerField(null=True, editable=False)
    original_focus = models.CharField(
        "keep in view",
        max_length=12,
        choices=Focus,
        default=Focus.CENTER,
        help_text="Tiles are 4:5. What of another shape must not be cut off?",
    )


from oscar.apps.catalogue.models import *  # noqa: E402, F403  (Oscar registers the models that are not ours)
