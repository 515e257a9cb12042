"""A guide and its body: ordered blocks, which editors put together in the admin."""

import math
from datetime import datetime, timedelta
from typing import Any, Self

from content_editor.contents import contents_for_item
from content_editor.models import Region
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Prefetch, Q
from django.db.models.functions import Coalesce, Least, Now
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from oscar.core.loading import get_model

from blog.prose import ANSWER, ARTICLE
from shop.prose import ProseField

WORDS_A_MINUTE = 200  # adults read 175 to 300 words of non-fiction a minute: https://doi.org/10.1016/j.jml.2019.104047
FARTHEST_DATE = timedelta(days=3653)  # ten years: beyond lie typing errors, and at the end years that nothing can read


class Author(models.Model):
    """Who signs a guide: a person or the house."""

    name = models.CharField(max_length=100, help_text="As it stands under the title: “The Modern Gentlemen editors”.")
    slug = models.SlugField(unique=True)
    about = models.TextField(blank=True, help_text="A sentence or two: what makes this author worth reading.")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PostQuerySet(models.QuerySet["Post"]):
    def published(self) -> Self:
        """What everybody may read: published or scheduled, once its time has come."""
        return self.filter(status__in=[Post.Status.SCHEDULED, Post.Status.PUBLISHED], publish_at__lte=timezone.now())

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Everything for staff who may view guides, what is published for everybody else."""
        if user.is_staff and user.has_perm("blog.view_post"):
            return self.all()
        return self.published()

    def featured_first(self) -> Self:
        """The order of the guide index: what editors put first, then the newest."""
        return self.order_by("-is_featured", "-publish_at", "-pk")

    def publish_now(self) -> int:
        """Publish every post of this set; one that was out before keeps its date. Returns how many."""
        return self.update(status=Post.Status.PUBLISHED, publish_at=Coalesce(Least(F("publish_at"), Now()), Now()))

    def take_back(self) -> int:
        """Make every post of this set a draft again. Returns how many."""
        return self.update(status=Post.Status.DRAFT)


class Post(models.Model):
    """A guide. What it says stands in its blocks."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SCHEDULED = "scheduled", "Scheduled"
        PUBLISHED = "published", "Published"

    regions = [Region(key="main", title="The guide")]

    title = models.CharField(max_length=150)
    slug = models.SlugField(
        max_length=150,
        unique=True,
        help_text="The end of the address. Leave it alone once the guide is out: links elsewhere point to it.",
    )
    summary = models.TextField(
        max_length=300,
        help_text="Two or three sentences under the title. They also stand on cards and in search results.",
    )
    hero = models.ImageField(
        "picture",
        upload_to="guides/",
        blank=True,
        width_field="hero_width",
        height_field="hero_height",
        help_text="Landscape, 2400 × 1350 pixels is best. Keep what matters near the middle: phones crop the sides.",
    )
    hero_width = models.PositiveIntegerField(null=True, editable=False)
    hero_height = models.PositiveIntegerField(null=True, editable=False)
    hero_alt = models.CharField(
        "picture in words",
        max_length=250,
        blank=True,
        help_text="What one would see, for readers who cannot see it: “A pitted stone beside an amber bottle.”",
    )
    author = models.ForeignKey(Author, on_delete=models.PROTECT, related_name="posts")
    status = models.CharField(
        max_length=10,
        choices=Status,
        default=Status.DRAFT,
        help_text="Only staff see a draft. A scheduled guide comes out by itself.",
    )
    publish_at = models.DateTimeField(
        "publish at",
        null=True,
        blank=True,
        help_text="A scheduled guide comes out at this time. A draft needs none.",
    )
    is_featured = models.BooleanField(
        "put first", default=False, help_text="First and large on the guide page and the home page."
    )
    reading_minutes = models.PositiveSmallIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField("updated", default=timezone.now, editable=False)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = "guide"
        ordering = ["-publish_at", "-pk"]
        indexes = [models.Index(fields=["status", "publish_at"], name="post_published")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(slug="feed"),
                name="post_slug_is_free",
                violation_error_message="The address “feed” belongs to the news feed: choose another slug.",
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(publish_at__isnull=False),
                name="post_out_has_date",
                violation_error_message="A scheduled or published guide needs a date: fill in “Publish at”.",
            ),
            models.CheckConstraint(
                condition=Q(hero="") | ~Q(hero_alt=""),
                name="post_hero_has_alt",
                violation_error_message="Say what the picture shows: fill in “Picture in words”.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("blog:post", kwargs={"slug": self.slug})

    def clean(self) -> None:
        if self.publish_at and self.publish_at > timezone.now() + FARTHEST_DATE:
            raise ValidationError({"publish_at": "This is more than ten years from now. Check the year."})
        if self.status == self.Status.PUBLISHED and self.publish_at and self.publish_at > timezone.now():
            raise ValidationError(
                {"publish_at": "This time is still to come. Choose the status Scheduled, or an earlier time."}
            )

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it now; the same rule as `PostQuerySet.published`."""
        return self.status != self.Status.DRAFT and self.publish_at is not None and self.publish_at <= timezone.now()

    @property
    def changed_at(self) -> datetime:
        """When readers last got something new: an aware datetime, the later of coming out and being updated."""
        return max(self.publish_at or self.updated_at, self.updated_at)

    @property
    def is_updated(self) -> bool:
        """Whether it changed on a later day than it came out, so that a second date tells the reader something."""
        return self.publish_at is not None and timezone.localdate(self.updated_at) > timezone.localdate(
            self.publish_at
        )

    def blocks(self) -> list[Any]:
        """Every block that a reader gets to see, in order: one query a kind of block, and those that picks need."""
        return list(contents_for_item(self, BLOCKS))

    def neighbors(self) -> tuple["Post | None", "Post | None"]:
        """The guides published before and after this one; (None, None) for one without a date."""
        if self.publish_at is None:
            return None, None
        earlier = Q(publish_at__lt=self.publish_at) | Q(publish_at=self.publish_at, pk__lt=self.pk)
        others = Post.objects.published().exclude(pk=self.pk)
        return others.filter(earlier).first(), others.exclude(earlier).last()

    def record_edit(self) -> None:
        """Store what follows from a changed text: the time it takes to read, and that it was updated now."""
        self.measure()
        self.updated_at = timezone.now()
        self.save(update_fields=["updated_at"])

    def measure(self) -> None:
        """Count the words of all blocks, and store how many minutes they take to read."""
        words = sum(len(block.words.split()) for block in self.blocks())
        self.reading_minutes = max(1, math.ceil(words / WORDS_A_MINUTE))
        self.save(update_fields=["reading_minutes"])


class Block(models.Model):
    """A part of a guide's body, as content_editor knows it. `words` is what of it a reader reads."""

    parent = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="%(class)s_set")
    region = models.CharField(max_length=255, default="main")
    ordering = models.IntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["ordering"]

    @classmethod
    def get_queryset(cls) -> models.QuerySet[Any]:
        """Where content_editor takes the blocks of a page from."""
        return cls._default_manager.all()

    @property
    def words(self) -> str:
        return ""


class RichText(Block):
    text = ProseField(
        extensions=ARTICLE,
        sanitize=True,
        help_text="Large headings make the contents list. To point at a source, link its number to #source-1.",
    )

    class Meta(Block.Meta):
        verbose_name = verbose_name_plural = "text"

    def __str__(self) -> str:
        return " ".join(self.words.split()[:8])

    @property
    def words(self) -> str:
        return strip_tags(self.text.replace("><", "> <"))


class Figure(Block):
    """A picture from the editor's desk, or one of the house's drawings, with its caption."""

    class Drawing(models.TextChoices):
        """Each names a template in templates/blog/drawings/."""

        POCKMARK = "how-a-pockmark-forms", "How a pockmark forms, in three panels"

    image = models.ImageField(
        "picture", upload_to="guides/", blank=True, width_field="image_width", height_field="image_height"
    )
    image_width = models.PositiveIntegerField(null=True, editable=False)
    image_height = models.PositiveIntegerField(null=True, editable=False)
    alt = models.CharField(
        "picture in words",
        max_length=250,
        blank=True,
        help_text="What one would see, for readers who cannot see it. A drawing brings its own words.",
    )
    drawing = models.CharField(
        max_length=50, choices=Drawing, blank=True, help_text="One of ours, instead of a picture."
    )
    caption = models.CharField(max_length=300, blank=True)

    class Meta(Block.Meta):
        constraints = [
            models.CheckConstraint(
                condition=(Q(image="") & ~Q(drawing="")) | (~Q(image="") & Q(drawing="")),
                name="figure_is_picture_or_drawing",
                violation_error_message="Choose a picture or a drawing: one of the two.",
            ),
            models.CheckConstraint(
                condition=Q(image="") | ~Q(alt=""),
                name="figure_picture_has_alt",
                violation_error_message="Say what the picture shows: fill in “Picture in words”.",
            ),
        ]

    def __str__(self) -> str:
        return self.caption or self.alt or self.get_drawing_display()

    @property
    def words(self) -> str:
        return self.caption


class ProductPickQuerySet(models.QuerySet["ProductPick"]):
    def on_show(self) -> Self:
        """Picks whose product shoppers can see: it exists and is public, and so is its parent."""
        return self.filter(product__is_public=True).exclude(product__parent__is_public=False)

    def with_products(self) -> Self:
        """Fetch with the picks all that a card shows of a product, in a number of queries that does not grow."""
        return self.prefetch_related(Prefetch("product", get_model("catalogue", "Product").objects.for_tiles()))

    def recommending(self, product: Any) -> Self:
        """Picks of this product in published guides, the newest guide first; a variant counts as its parent."""
        family = product.parent_id or product.pk
        return (
            self.on_show()
            .filter(Q(product=family) | Q(product__parent=family), parent__in=Post.objects.published())
            .select_related("parent")
            .order_by("-parent__publish_at", "-parent", "ordering")
        )


class ProductPick(Block):
    """A product that we recommend at this point of the text, and why."""

    product = models.ForeignKey(
        "catalogue.Product",
        # A product that goes takes nothing of the guide with it: readers no longer see the pick, and the
        # editors' sentences wait in the admin for the product that follows.
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        # A shopper chooses the size on the product's own page; a variant's title ("20 g") says nothing in a text.
        limit_choices_to={"structure__in": ["standalone", "parent"]},
        help_text="Price and stock show by themselves. When it is not for sale, this block does not show.",
    )
    why = models.TextField(max_length=400, help_text="Why this one, here: one or two honest sentences.")
    not_for = models.TextField(
        "what it does not do",
        max_length=300,
        blank=True,
        help_text="Say it as plainly as what it does. Readers trust us for this line.",
    )

    objects = ProductPickQuerySet.as_manager()

    class Meta(Block.Meta):
        verbose_name = "product pick"

    def __str__(self) -> str:
        return self.product.get_title() if self.product else "No product"

    @classmethod
    def get_queryset(cls) -> ProductPickQuerySet:
        return cls.objects.on_show().with_products()

    @property
    def post(self) -> Post:
        return self.parent

    @property
    def words(self) -> str:
        return f"{self.why} {self.not_for}"


class KeyFact(Block):
    """A line of the short answer; those that follow each other make one list."""

    term = models.CharField(max_length=60, help_text="Two or three words: “Usual causes”.")
    fact = models.CharField(max_length=200, help_text="One sentence.")

    class Meta(Block.Meta):
        verbose_name = "key fact"

    def __str__(self) -> str:
        return self.term

    @property
    def words(self) -> str:
        return f"{self.term} {self.fact}"


class Question(Block):
    """A question that opens to its answer; those that follow each other make one list."""

    question = models.CharField(max_length=150)
    answer = ProseField(extensions=ANSWER, sanitize=True)

    class Meta(Block.Meta):
        verbose_name = "question"

    def __str__(self) -> str:
        return self.question

    @property
    def words(self) -> str:
        return f"{self.question} {strip_tags(self.answer)}"


class Source(Block):
    """Where a claim of the guide comes from; `number` is its place among the sources, set by `blog.body.compose`."""

    number: int

    publisher = models.CharField(max_length=150, help_text="“American Academy of Dermatology”.")
    title = models.CharField(max_length=200, help_text="The page's own title, word for word.")
    url = models.URLField("address", max_length=500, validators=[URLValidator(schemes=["https", "http"])])
    read_on = models.DateField(
        "read on",
        null=True,
        blank=True,
        help_text="When you last checked that the page says what we say it says. Empty means: not yet.",
    )

    class Meta(Block.Meta):
        verbose_name = "source"

    def __str__(self) -> str:
        return f"{self.publisher}: {self.title}"


BLOCKS = [RichText, Figure, ProductPick, KeyFact, Question, Source]
