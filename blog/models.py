"""A guide and its body: ordered blocks, which editors put together in the admin."""

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import chain, count
from typing import TYPE_CHECKING, Any, Self

from content_editor.models import Region
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, ExtractYear, Least, Now
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from blog.prose import ANSWER, ARTICLE
from shop.catalogue.tiles import keys_of
from shop.one_query import fetch_together
from shop.pictures.fields import PictureField
from shop.pictures.focus import Focus
from shop.prose import ProseField
from shop.search.findable import Findable
from shop.staff import second_factor

if TYPE_CHECKING:  # it loads the shop's models, which are not there yet when these are
    from shop.catalogue.shelf import StandIn

MOST_COMPARED = 100  # relatives among which the nearest are looked for: thousands would take a second
TOPIC_COUNTS = 2  # as much as two products: what a guide is about says more than what it names
TAKEN_SLUGS = ["archive", "authors", "feed", "preview", "topics"]  # addresses below /blog/ that are no guide's
WORDS_A_MINUTE = 200  # adults read 175 to 300 words of non-fiction a minute: https://doi.org/10.1016/j.jml.2019.104047
LONGEST_MADE_SLUG = 80  # characters: an address that one can still read out
PUBLISH = "blog.publish_post"  # the permission to decide what readers see
NO_WORDS = "Say what the picture shows, for readers who cannot see it: fill in “Picture in words”."
FARTHEST_DATE = timedelta(days=3653)  # ten years: beyond lie typing errors, and at the end years that nothing can read


def works_on_guides(user: User | AnonymousUser) -> bool:
    return user.is_staff and user.has_perm("blog.view_post")


def may_view_drafts(user: User | AnonymousUser) -> bool:
    """Whether this is staff of the guide, who sees what is not out yet and what is still to be done."""
    return works_on_guides(user) and second_factor.shows_staff(user)


class AuthorQuerySet(models.QuerySet["Author"]):
    def published(self) -> Self:
        """Who wrote or reviewed something that everybody may read."""
        out = Post.objects.published()
        return self.filter(Exists(out.filter(author=OuterRef("pk"))) | Exists(out.filter(reviewed_by=OuterRef("pk"))))

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Everybody for staff who may view guides, who is published for everybody else."""
        return self.all() if may_view_drafts(user) else self.published()


class Author(models.Model):
    """Who signs a guide: a person or the house; or who, as a person with credentials, reviewed it."""

    name = models.CharField(max_length=100, help_text="As it stands under the title: “The Modern Gentlemen editors”.")
    slug = models.SlugField(unique=True)
    is_team = models.BooleanField(
        "a team",
        default=False,
        db_default=False,
        help_text="Several people who sign as one, such as “The editors”. Search engines want to know which it is.",
    )
    about = models.TextField(blank=True, help_text="A sentence or two: what makes this author worth reading.")
    credentials = models.CharField(
        max_length=150,
        blank=True,
        db_default="",
        help_text="For somebody who reviews guides: “MD, board-certified dermatologist”. Only what this person really "
        "holds and lets us print.",
    )

    objects = AuthorQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("blog:author", kwargs={"slug": self.slug})

    def clean(self) -> None:
        if self.pk and not self.credentials and self.reviewed_posts.exists():
            raise ValidationError({"credentials": "This person reviewed guides: readers are told with what right."})


class TopicQuerySet(models.QuerySet["Topic"]):
    def published(self) -> Self:
        """Topics about which everybody may read something."""
        return self.filter(
            Exists(Post.topics.through.objects.filter(topic=OuterRef("pk"), post__in=Post.objects.published()))
        )

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Everything for staff who may view guides, what is published for everybody else."""
        return self.all() if may_view_drafts(user) else self.published()


class Topic(models.Model):
    """What several guides are about."""

    title = models.CharField(max_length=60, unique=True, help_text="Two or three words: “Texture and scars”.")
    slug = models.SlugField(
        max_length=60, unique=True, help_text="The end of the address. Leave it alone once it is out."
    )
    sentence = models.CharField(
        max_length=200, help_text="One sentence: what a reader finds here. It also stands in search results."
    )

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("blog:topic", kwargs={"slug": self.slug})


def _number_of(rows: models.QuerySet[Any], column: str) -> Coalesce:
    """How many different values the column has among those rows, as a subquery."""
    counted = rows.order_by().annotate(group=Value(1)).values("group").annotate(n=Count(column, distinct=True))
    return Coalesce(Subquery(counted.values("n")), 0)


def _earlier_than(post: "Post") -> Q:
    return Q(publish_at__lt=post.publish_at) | Q(publish_at=post.publish_at, pk__lt=post.pk)


class PostQuerySet(models.QuerySet["Post"]):
    def published(self) -> Self:
        """What everybody may read: published or scheduled, once its time has come."""
        return self.filter(status__in=[Post.Status.SCHEDULED, Post.Status.PUBLISHED], publish_at__lte=timezone.now())

    def taken_down(self) -> Self:
        """What was out and is a draft again."""
        return self.filter(status=Post.Status.DRAFT, publish_at__lte=timezone.now())

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Everything for staff who may view guides, what is published for everybody else."""
        return self.all() if may_view_drafts(user) else self.published()

    def signed_by(self, author: Author) -> Self:
        """What this author wrote or reviewed."""
        return self.filter(Q(author=author) | Q(reviewed_by=author))

    def with_kinship(self, *, topics: Sequence[Topic], products: Sequence[Any]) -> Self:
        """Make `kinship` known: how many of these topics and products each has; a topic counts more."""
        about = Post.topics.through.objects.filter(post=OuterRef("pk"), topic__in=topics)
        picks = ProductPick.objects.filter(parent=OuterRef("pk"), product__in=products)
        return self.annotate(kinship=TOPIC_COUNTS * _number_of(about, "topic") + _number_of(picks, "product"))

    def related_by(self, *, topics: Sequence[Topic], products: Sequence[Any]) -> Self:
        """The newest with one of these topics or products: those first that have most of them, then the newest."""
        about = Post.topics.through.objects.filter(topic__in=topics)
        picks = ProductPick.objects.filter(product__in=products)
        others = self.filter(Q(pk__in=about.values("post")) | Q(pk__in=picks.values("parent")))
        newest = others.order_by("-publish_at", "-pk").values("pk")[:MOST_COMPARED]
        kin = self.filter(pk__in=newest).with_kinship(topics=topics, products=products)
        return kin.order_by("-kinship", "-publish_at", "-pk")

    def recommending_from(self, category: Any) -> Self:
        """What recommends a product on show that stands in `category` or in one below it."""
        shelves = get_model("catalogue", "ProductCategory").objects.filter(category__path__startswith=category.path)
        products = shelves.values("product")
        shown = keys_of(Q(pk__in=products), Q(parent__in=products))
        picks = ProductPick.objects.on_show().filter(product__in=shown)
        return self.filter(Exists(picks.filter(parent=OuterRef("pk"))))

    def before(self, post: "Post") -> Self:
        """What came out before `post`, the newest first; nothing for a post without a date."""
        if post.publish_at is None:
            return self.none()
        until = self.filter(publish_at__lte=post.publish_at)
        return until.filter(_earlier_than(post)).exclude(pk=post.pk).order_by("-publish_at", "-pk")

    def after(self, post: "Post") -> Self:
        """What came out after `post`, the oldest first; nothing for a post without a date."""
        if post.publish_at is None:
            return self.none()
        since = self.filter(publish_at__gte=post.publish_at)
        return since.exclude(_earlier_than(post)).exclude(pk=post.pk).order_by("publish_at", "pk")

    def with_year(self) -> Self:
        """Make `year` known: that in which it came out, in the shop's time."""
        return self.annotate(year=ExtractYear("publish_at"))

    def years(self) -> list[tuple[int, int]]:
        """Each year in which something of this set came out, and how much; the newest first."""
        years = self.with_year().order_by("-year").values_list("year")
        return list(years.annotate(Count("pk")))

    def free_slug(self, wanted: str) -> str:
        """`wanted` as a slug that no guide has: itself, or with the first number behind it that is free."""
        slug = slugify(wanted)[:LONGEST_MADE_SLUG].strip("-") or "guide"
        taken = {*self.filter(slug__startswith=slug).values_list("slug", flat=True), *TAKEN_SLUGS}
        numbered = (f"{slug}-{number}" for number in count(2))
        return next(each for each in chain([slug], numbered) if each not in taken)

    def featured_first(self) -> Self:
        """The order of the guide index: what editors put first, then the newest."""
        return self.order_by("-is_featured", "-publish_at", "-pk")

    def findable(self) -> Self:
        """What a search may show."""
        return self.published()

    def in_need_of_care(self) -> Self:
        """Those in which the last check found something, with it: those first that would be stopped today."""
        stopping = CareNote.objects.filter(post=OuterRef("pk"), stops=True)
        found = self.filter(Exists(CareNote.objects.filter(post=OuterRef("pk"))))
        return (
            found.alias(is_stopped=Exists(stopping))
            .order_by("-is_stopped", "title", "pk")
            .prefetch_related("care_notes")
        )

    def publish_now(self) -> int:
        """Publish every post of this set; one that was out before keeps its date. Returns how many."""
        return self.update(status=Post.Status.PUBLISHED, publish_at=Coalesce(Least(F("publish_at"), Now()), Now()))

    def take_back(self) -> int:
        """Make every post of this set a draft again. Returns how many."""
        return self.update(status=Post.Status.DRAFT)


class Post(Findable):
    """A guide. What it says stands in its blocks. `kinship` is set by `PostQuerySet.with_kinship`."""

    kinship: int

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SCHEDULED = "scheduled", "Scheduled"
        PUBLISHED = "published", "Published"

    regions = [Region(key="main", title="The guide")]
    search_kind = _("Guide")

    title = models.CharField(
        max_length=150, help_text="Say what the reader gets. Up to 60 characters show whole in search results."
    )
    slug = models.SlugField(
        "address",
        max_length=150,
        unique=True,
        help_text=(
            "The end of the guide’s address. Leave it empty and we make one from the title. Once the guide is out, "
            "leave it alone: links elsewhere point to it."
        ),
    )
    summary = models.TextField(
        max_length=300,
        help_text="Two or three sentences under the title. They also stand on cards and in search results.",
    )
    hero = PictureField(
        "picture",
        upload_to="guides/",
        blank=True,
        container_width=2400,
        width_field="hero_width",
        height_field="hero_height",
        help_text="Landscape, 2400 × 1350 pixels is best. Cards and phones cut the sides off.",
    )
    hero_width = models.PositiveIntegerField(null=True, editable=False)
    hero_height = models.PositiveIntegerField(null=True, editable=False)
    hero_focus = models.CharField(
        "keep in view",
        max_length=12,
        choices=Focus,
        default=Focus.CENTER,
        help_text="What must not be cut off where the frame is narrower than the picture.",
    )
    hero_alt = models.CharField(
        "picture in words",
        max_length=250,
        blank=True,
        help_text="What one would see, for readers who cannot see it: “A pitted stone beside an amber bottle.”",
    )
    author = models.ForeignKey(Author, on_delete=models.PROTECT, related_name="posts")
    reviewed_by = models.ForeignKey(
        Author,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reviewed_posts",
        limit_choices_to=~Q(credentials=""),
        help_text="Who read it with a professional’s eye and stands by it: a real person with credentials. Leave it "
        "empty where nobody did.",
    )
    reviewed_on = models.DateField(
        "reviewed on", null=True, blank=True, help_text="The day on which the reviewer said yes to this text."
    )
    next_review_on = models.DateField(
        "next review",
        null=True,
        blank=True,
        help_text="When we want to have read it again. Readers see the date for as long as it lies ahead.",
    )
    topics = models.ManyToManyField(
        Topic, blank=True, help_text="What it is about: it then stands on the pages of these topics."
    )
    status = models.CharField(
        max_length=10,
        choices=Status,
        default=Status.DRAFT,
        help_text=(
            "Nobody but us sees a draft. A scheduled guide comes out by itself at its time. To undo either, make it a "
            "draft again."
        ),
    )
    publish_at = models.DateTimeField(
        "publish at",
        null=True,
        blank=True,
        help_text="When a scheduled guide comes out, and the date on a published one. A draft needs none.",
    )
    is_featured = models.BooleanField(
        "put first", default=False, help_text="First and large on the guide page and the home page."
    )
    reading_minutes = models.PositiveSmallIntegerField(default=1, editable=False)
    cards = models.CharField(max_length=40, blank=True, default="", db_default="", editable=False)  # see blog/cards.py
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField("updated", default=timezone.now, editable=False)
    checked_at = models.DateTimeField("last checked", null=True, editable=False)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = "guide"
        ordering = ["-publish_at", "-pk"]
        permissions = [("publish_post", "Can publish guides, and change what is published")]
        indexes = [
            models.Index(fields=["status", "publish_at"], name="post_published"),
            models.Index(fields=["-publish_at", "-id"], name="post_newest_first"),
            models.Index(fields=["-is_featured", "-publish_at", "-id"], name="post_featured_first"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(slug__in=TAKEN_SLUGS),
                name="post_slug_is_free",
                violation_error_message="This address belongs to another page of the guide: choose another slug.",
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(publish_at__isnull=False),
                name="post_out_has_date",
                violation_error_message="A scheduled or published guide needs a date: fill in “Publish at”.",
            ),
            models.CheckConstraint(
                condition=Q(hero="") | ~Q(hero_alt=""),
                name="post_hero_has_alt",
                violation_error_message=NO_WORDS,
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True, reviewed_on__isnull=True)
                | Q(reviewed_by__isnull=False, reviewed_on__isnull=False),
                name="post_review_is_whole",
                violation_error_message="A review has a person and a day: fill in both, or neither.",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("author")),
                name="post_reviewer_is_another",
                violation_error_message="Nobody reviews a text of one’s own: choose another person, or none.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("blog:post", kwargs={"slug": self.slug})

    def clean(self) -> None:
        if self.hero and not self.hero_alt:
            raise ValidationError({"hero_alt": NO_WORDS})
        if self.publish_at and self.publish_at > timezone.now() + FARTHEST_DATE:
            raise ValidationError({"publish_at": "This is more than ten years from now. Check the year."})
        if self.status == self.Status.PUBLISHED and self.publish_at and self.publish_at > timezone.now():
            raise ValidationError(
                {"publish_at": "This time is still to come. Choose the status Scheduled, or an earlier time."}
            )
        if self.reviewed_on and self.reviewed_on > timezone.localdate():
            raise ValidationError({"reviewed_on": "This day is still to come. Enter it once the review is done."})
        if self.reviewed_by and not self.reviewed_by.credentials:
            raise ValidationError(
                {"reviewed_by": "Enter this person’s credentials first: they make the review worth something."}
            )
        if self.next_review_on and self.next_review_on > timezone.localdate() + FARTHEST_DATE:
            raise ValidationError({"next_review_on": "This is more than ten years from now. Check the year."})

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it now; the same rule as `PostQuerySet.published`."""
        return self.status != self.Status.DRAFT and self.publish_at is not None and self.publish_at <= timezone.now()

    @property
    def was_out(self) -> bool:
        """Whether its time came, whatever became of it since: then its address is known elsewhere."""
        return self.publish_at is not None and self.publish_at <= timezone.now()

    def is_changeable_by(self, user: User | AnonymousUser) -> bool:
        """Whether whoever writes may still change it: a draft is the writers', the rest is the publishers'."""
        return self.status == self.Status.DRAFT or user.has_perm(PUBLISH)

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

    @property
    def next_review_ahead(self) -> date | None:
        """The day of the next review, for readers: None without one, or once it has passed."""
        if self.next_review_on is None or self.next_review_on < timezone.localdate():
            return None
        return self.next_review_on

    @property
    def is_review_due(self) -> bool:
        """Whether the day has come on which we wanted to have read it again."""
        return self.next_review_on is not None and self.next_review_on <= timezone.localdate()

    def blocks(self) -> list[Any]:
        """Every block that a reader gets to see, in order, in one query for all kinds."""
        regions = [region.key for region in self.regions]
        kinds = [kind.get_queryset().filter(parent=self, region__in=regions) for kind in BLOCKS]
        blocks = list(chain.from_iterable(fetch_together(*kinds)))
        for block in blocks:
            block.parent = self
        return sorted(blocks, key=lambda block: block.ordering)

    def all_blocks(self) -> list[Any]:
        """Every block as it is stored, in order, also those that readers do not get to see."""
        blocks = [block for kind in BLOCKS for block in kind._default_manager.filter(parent=self)]
        return sorted(blocks, key=lambda block: block.ordering)

    @classmethod
    def get_indexed_objects(cls) -> PostQuerySet:
        """Drafts stand in the index too: they may come out any minute."""
        return cls.objects.prefetch_related(*(f"{kind.__name__.lower()}_set" for kind in BLOCKS))

    @property
    def search_texts(self) -> list[str]:
        sets = (getattr(self, f"{kind.__name__.lower()}_set").all() for kind in BLOCKS)
        return [self.summary, *(block.searched for blocks in sets for block in blocks)]

    @property
    def search_line(self) -> str:
        return self.summary

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
    """A part of a guide's body, as content_editor knows it. `words` is what of it a reader reads.

    `form_prefix` is set where it was read from a form: how the names of its controls begin.
    """

    form_prefix = ""

    parent = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="%(class)s_set")
    region = models.CharField(max_length=255, default="main")
    ordering = models.IntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["ordering"]

    @classmethod
    def get_queryset(cls) -> models.QuerySet[Any]:
        """The blocks of this kind that readers get to see."""
        return cls._default_manager.all()

    @property
    def words(self) -> str:
        return ""

    @property
    def searched(self) -> str:
        """Its words as a search reads them; where they are HTML, with the ends of paragraphs still in it."""
        return self.words


class RichText(Block):
    text = ProseField(
        extensions=ARTICLE,
        sanitize=True,
        help_text=(
            "Paste from Word or Google Docs as you like: what we do not use falls away. Large headings make the "
            "contents list. To point at the first source, link its number to #source-1."
        ),
    )

    class Meta(Block.Meta):
        verbose_name = verbose_name_plural = "text"

    def __str__(self) -> str:
        return " ".join(self.words.split()[:8])

    @property
    def words(self) -> str:
        return strip_tags(self.text.replace("><", "> <"))

    @property
    def searched(self) -> str:
        return self.text


class Figure(Block):
    """A picture from the editor's desk, or one of the house's drawings, with its caption."""

    class Drawing(models.TextChoices):
        """Each names a template in templates/blog/drawings/."""

        POCKMARK = "how-a-pockmark-forms", "How a pockmark forms, in three panels"

    image = PictureField(
        "picture",
        upload_to="guides/",
        blank=True,
        container_width=1920,
        width_field="image_width",
        height_field="image_height",
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
                violation_error_message=NO_WORDS,
            ),
        ]

    def __str__(self) -> str:
        return self.caption or self.alt or self.get_drawing_display()

    def clean(self) -> None:
        if self.image and not self.alt:
            raise ValidationError({"alt": NO_WORDS})

    @property
    def words(self) -> str:
        return self.caption


class ProductPickQuerySet(models.QuerySet["ProductPick"]):
    def on_show(self) -> Self:
        """Picks whose product shoppers can see: it exists and is public, and so is its parent."""
        return self.filter(product__is_public=True).exclude(product__parent__is_public=False)

    def recommending(self, product: Any) -> Self:
        """Picks of this product in published guides, the newest guide first; a variant counts as its parent."""
        family = product.parent_id or product.pk
        return (
            self.on_show()
            .filter(product__in=keys_of(Q(pk=family), Q(parent=family)), parent__in=Post.objects.published())
            .select_related("parent")
            .order_by("-parent__publish_at", "-parent", "ordering")
        )


class ProductPick(Block):
    """A product that we recommend at this point of the text, and why.

    `stand_in`, what readers may take while it is sold out, is set by `blog.body.compose`.
    """

    stand_in: "StandIn | None"
    product = models.ForeignKey(
        "catalogue.Product",
        # A product that goes takes nothing of the guide with it: readers no longer see the pick, and the
        # editors' sentences wait in the admin for the product that follows.
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        # A shopper chooses the size on the product's own page; a variant's title ("20 g") says nothing in a text.
        limit_choices_to={"structure__in": ["standalone", "parent"]},
        help_text="Search by name or UPC. Price and stock follow the shop; when the product is hidden, so is this.",
    )
    substitute = models.ForeignKey(
        "catalogue.Product",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"structure__in": ["standalone", "parent"]},
        verbose_name="instead, while sold out",
        help_text="What you would take while the product is sold out. Empty means: the next best of its category.",
    )
    why = models.TextField(max_length=400, help_text="Why this one, here: one or two honest sentences.")
    not_for = models.TextField(
        "what it does not do",
        max_length=300,
        blank=True,
        help_text="Say it as plainly as what it does. Readers trust us for this line.",
    )
    in_routine = models.BooleanField(
        "part of the routine",
        default=True,
        db_default=True,
        help_text="“Add the routine” puts it into the basket. Untick it for a set whose parts you pick too, so that "
        "nobody buys them twice.",
    )

    objects = ProductPickQuerySet.as_manager()

    class Meta(Block.Meta):
        verbose_name = "product pick"
        constraints = [
            models.CheckConstraint(
                condition=Q(substitute__isnull=True) | Q(product__isnull=True) | ~Q(substitute=F("product")),
                name="pick_substitute_is_another",
                violation_error_message="A product cannot stand in for itself: choose another one, or none.",
            )
        ]

    def __str__(self) -> str:
        return self.product.get_title() if self.product else "No product"

    @classmethod
    def get_queryset(cls) -> ProductPickQuerySet:
        return cls.objects.on_show()

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

    @property
    def searched(self) -> str:
        return f"<p>{self.question}</p>{self.answer}"


class Source(Block):
    """Where a claim of the guide comes from.

    `number`, its place among the sources, and `marks`, the anchors in the text that point at it, are set by
    `blog.body.compose`.
    """

    number: int
    marks: list[str]

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


# Django finds a model here or not at all.
from blog.care.models import CareNote, Claim, OutgoingLink  # noqa: E402, F401
