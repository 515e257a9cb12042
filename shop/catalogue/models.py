"""Products, named in full wherever they stand, and read in few queries."""

from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import (
    BooleanField,
    Case,
    CharField,
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

from shop.pictures.fields import PictureField
from shop.pictures.focus import Focus
from shop.search.findable import Findable

# The order of every list: by the priority that staff give in the dashboard, then the newest.
RECOMMENDED = ("-priority", "-date_created", "-pk")
TOLD_ON_TILES = ("line", "size")  # of all attributes, those that tiles and picks show


def told_on_tiles() -> QuerySet:
    """The attributes that tiles and picks show, with all that Oscar asks of one that was fetched already."""
    values = get_model("catalogue", "ProductAttributeValue").objects.filter(attribute__code__in=TOLD_ON_TILES)
    return values.select_related("attribute").annotate(code=F("attribute__code"))


class ProductQuerySet(managers.ProductQuerySet):
    def for_tiles(self) -> Self:
        """Fetch all that a tile shows, so that the number of queries does not grow with the number of tiles."""
        sizes = self.model.objects.public().cheapest_first().prefetch_related("stockrecords")
        told = told_on_tiles()
        # The names are those under which Oscar looks for what was fetched already.
        return self.select_related("product_class").prefetch_related(
            "stockrecords",
            "images",
            Prefetch("children", sizes, "_prefetched_public_children"),
            Prefetch("attribute_values", told, "_prefetched_attribute_values"),
            Prefetch("parent__attribute_values", told, "_prefetched_parent_attribute_values"),
        )

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

    def cheapest_first(self) -> Self:
        return self.alias(lowest_price=Min("stockrecords__price")).order_by("lowest_price", "pk")

    def with_offer(self) -> Self:
        """Make `lowest_price` and `is_in_stock` known to filters, as a tile says them: those of any public size."""
        priced = get_model("partner", "StockRecord").objects.filter(price__isnull=False)
        own = priced.filter(product=OuterRef("pk"))
        sizes = priced.filter(product__parent=OuterRef("pk"), product__is_public=True)
        lowest_own, lowest_size = (Subquery(records.order_by("price").values("price")[:1]) for records in (own, sizes))
        left = Q(num_in_stock__gt=Coalesce(F("num_allocated"), 0))
        uncounted = Q(product_class__track_stock=False) & (Exists(own) | Exists(sizes))
        for_sale = Exists(own.filter(left)) | Exists(sizes.filter(left)) | uncounted
        return self.alias(
            lowest_price=Coalesce(lowest_own, lowest_size),
            is_in_stock=ExpressionWrapper(for_sale, output_field=BooleanField()),
        )

    def with_next_best(self) -> Self:
        """Make `is_for_sale` known, and `next_best`: of what is sold out, the key of what may stand in for it.

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
            .with_offer()
            .filter(Exists(shelves), Exists(alike) | ~Exists(concerns.filter(product=sold_out)), is_in_stock=True)
            .order_by(Coalesce(F("rating"), 0.0).desc(), *RECOMMENDED)
        )
        return self.with_offer().annotate(
            is_for_sale=F("is_in_stock"),
            next_best=Case(When(is_in_stock=True, then=None), default=Subquery(others.values("pk")[:1])),
        )

    def findable(self) -> Self:
        """What a search may show."""
        return self.browsable()


class CategoryQuerySet(managers.CategoryQuerySet):
    def for_menu(self) -> Self:
        """Oscar's, in one query instead of two: browsable, and neither it nor anything above it left out of menus."""
        left_out = self.model.objects.browsable().filter(exclude_from_menu=True)
        path = ExpressionWrapper(OuterRef("path"), output_field=CharField())
        above = left_out.annotate(below=path).filter(below__startswith=F("path"))
        return self.browsable().exclude(Exists(above))


class Category(AbstractCategory):
    objects = managers.CategoryManager.from_queryset(CategoryQuerySet)()


class Product(Findable, AbstractProduct):
    search_kind = _("Product")

    objects = ProductQuerySet.as_manager()

    class Meta(AbstractProduct.Meta):
        indexes = [models.Index(fields=["-priority", "-date_created", "-id"], name="product_recommended")]

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

    @property
    def sorted_recommended_products(self) -> ProductQuerySet:
        """What goes well with it and is on show, the highest ranking first."""
        recommended = type(self).objects.browsable().filter(productrecommendation__primary=self)
        return recommended.order_by("-productrecommendation__ranking", "pk").for_tiles()

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
