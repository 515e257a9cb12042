"""What the shop promises, each promise as one record that every page reads.

A record that has been in force never changes again: an order is bound by what held when it was placed. A change is a
new version, from a moment on.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CharField, Exists, Max, Min, OuterRef, Subquery, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from shop.prose import ProseField, on_page

DAYS = "{days}"
RETURNS, GUARANTEE, CHECKOUT = "returns", "money-back-guarantee", "secure-checkout"
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)  # before the shop's first order


class PromiseQuerySet(models.QuerySet["Promise"]):
    def in_force(self, at: datetime | None = None) -> "PromiseQuerySet":
        """Of each promise the version that holds at that moment, now without one: it binds what is ordered then."""
        at = at or timezone.now()
        later = Promise.objects.filter(
            slug=OuterRef("slug"), in_force_from__gt=OuterRef("in_force_from"), in_force_from__lte=at
        )
        return self.filter(~Exists(later), in_force_from__lte=at)

    def with_ends(self) -> "PromiseQuerySet":
        """Make `ends` known: when the next version takes the place of each; None while none is planned."""
        later = Promise.objects.filter(slug=OuterRef("slug"), in_force_from__gt=OuterRef("in_force_from"))
        return self.annotate(ends=Subquery(later.order_by("in_force_from").values("in_force_from")[:1]))

    def next_version(self, slug: str) -> int:
        """The number of the version to come, for a caller in a transaction: nobody else is given it meanwhile."""
        versions = Promise.objects.filter(slug=slug)
        list(versions.select_for_update().values_list("pk"))
        return 1 + (versions.aggregate(last=Max("version"))["last"] or 0)


class Promise(models.Model):
    """A badge and the page behind it. Wherever its texts hold `{days}`, shoppers read the number of days."""

    class Start(models.TextChoices):
        """What the days are counted from."""

        DELIVERY = "delivery", "the day a package arrives"
        PURCHASE = "purchase", "the day of the order"

    class Condition(models.TextChoices):
        """In what state something may go back."""

        ANY = "any", "opened or not"
        UNOPENED = "unopened", "unopened only"

    class Icon(models.TextChoices):
        """Symbols of the icon sprite."""

        BADGE_CHECK = "badge-check", "Badge with a tick"
        PACKAGE = "package", "Package"
        LOCK = "lock", "Lock"

    slug = models.SlugField(help_text="The last part of the page's address. It stays as it is.")
    version = models.PositiveSmallIntegerField(default=1, db_default=1, editable=False)
    in_force_from = models.DateTimeField(
        default=timezone.now, help_text="Orders placed from then on are bound by it, earlier ones by what held before."
    )
    title = models.CharField(max_length=60, help_text="Two or three words: the name on the badge.")
    line = models.CharField(
        max_length=120,
        help_text="One short sentence under the title. Write {days} where the number of days belongs.",
    )
    days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text="Every page that shows the number follows. Leave it empty if this promise has no time limit.",
    )
    counted_from = models.CharField(
        "the days are counted from", max_length=20, choices=Start, default=Start.DELIVERY, db_default=Start.DELIVERY
    )
    condition = models.CharField(
        "what may go back", max_length=20, choices=Condition, default=Condition.ANY, db_default=Condition.ANY
    )
    excluded = models.ManyToManyField(
        "catalogue.Product",
        blank=True,
        related_name="+",
        verbose_name="all but these products",
        help_text="What this promise does not cover, such as gift cards. Usually nothing.",
    )
    countries = models.ManyToManyField(
        "address.Country",
        blank=True,
        related_name="+",
        help_text="Where it holds. None chosen means: wherever we deliver.",
    )
    pays_postage = models.BooleanField(
        "we pay the postage",
        default=False,
        db_default=False,
        help_text="Whether sending something back costs the shopper nothing. Search engines and shopping feeds are "
        "told so: keep it in step with the text.",
    )
    answer_days = models.PositiveSmallIntegerField(
        "business days to answer",
        default=2,
        db_default=2,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
        help_text="Within so many a person decides where one has to, and sends the prepaid label.",
    )
    refund_days = models.PositiveSmallIntegerField(
        "business days to refund",
        default=5,
        db_default=5,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
        help_text="Within so many of its arrival something is refunded. What is late is named to staff each morning.",
    )
    icon = models.CharField(max_length=20, choices=Icon)
    text = ProseField(
        extensions={
            "Bold": True,
            "Italic": True,
            "Heading": {"levels": [2, 3]},
            "BulletList": True,
            "OrderedList": True,
            "ListItem": True,
            "Link": {"enableTarget": False, "protocols": ["https", "mailto"]},
        },
        sanitize=True,
        help_text="The page behind the badge. Write {days} where the number of days belongs.",
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="The lowest number comes first.")

    objects = PromiseQuerySet.as_manager()

    class Meta:
        ordering = ["position", "slug", "-in_force_from"]
        constraints = [
            models.UniqueConstraint(name="promise_version_once", fields=["slug", "version"]),
            models.UniqueConstraint(
                name="promise_one_version_at_a_time",
                fields=["slug", "in_force_from"],
                violation_error_message="Another version of this promise takes effect at that moment.",
            ),
            models.CheckConstraint(
                name="promise_days_within_a_year",
                condition=models.Q(days__isnull=True) | models.Q(days__range=(1, 365)),
                violation_error_message="Give between 1 and 365 days, or none.",
            ),
            models.CheckConstraint(
                name="promise_business_days_within_a_month",
                condition=models.Q(answer_days__range=(1, 30), refund_days__range=(1, 30)),
                violation_error_message="Give between 1 and 30 business days.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("promises:detail", kwargs={"slug": self.slug})

    def clean(self) -> None:
        """Raises ValidationError when a text names a number of days that the record does not have, or when one of
        business days is missing.
        """
        if self.days is None and DAYS in self.line + self.text:
            raise ValidationError(
                {"days": f"The line or the text says {DAYS}: give the number, or take it out there."}
            )
        missing = [name for name in ("answer_days", "refund_days") if getattr(self, name) is None]
        if missing:
            raise ValidationError(dict.fromkeys(missing, "Give between 1 and 30 business days."))

    def get_version_url(self) -> str:
        """The page of this version, for those whom it binds."""
        return reverse("promises:version", kwargs={"slug": self.slug, "version": self.version})

    @property
    def has_terms(self) -> bool:
        """Whether it is about goods and money, so that days, condition and countries mean something."""
        return self.slug in (RETURNS, GUARANTEE)

    @property
    def days_from_arrival(self) -> int | None:
        """What search engines and feeds are told, which count from the arrival and know no other way."""
        return self.days if self.counted_from == self.Start.DELIVERY else None

    @property
    def answer_time(self) -> str:
        """Within what time a person decides and sends the label, as it stands in a sentence."""
        return _business_days(self.answer_days)

    @property
    def refund_time(self) -> str:
        """Within what time of its arrival something is refunded, as it stands in a sentence."""
        return _business_days(self.refund_days)

    def covers(self, product: Any) -> bool:
        """Whether it holds for this product, and for that of which it is a size."""
        _countries, excluded = self._limits
        return not excluded & {str(product.pk), str(product.parent_id)}

    def holds_in(self, countries: Sequence[str]) -> list[str]:
        """Those of these countries (ISO 3166-1 alpha-2) in which it holds."""
        chosen, _excluded = self._limits
        return [country for country in countries if country in chosen or not chosen]

    @cached_property
    def _limits(self) -> tuple[set[str], set[str]]:
        """The countries that were chosen for it, and the products that it does not cover: keys, in one query."""
        countries = Promise.countries.through.objects.filter(promise=self)
        excluded = Promise.excluded.through.objects.filter(promise=self)
        rows = countries.values_list(Value("country"), "country_id").union(
            excluded.values_list(Value("product"), Cast("product_id", CharField(max_length=20))), all=True
        )
        limits: dict[str, set[str]] = {"country": set(), "product": set()}
        for kind, key in rows:
            limits[kind].add(key)
        return limits["country"], limits["product"]

    @property
    def has_begun(self) -> bool:
        """Whether orders may be bound by it, so that it stays as it is."""
        return self.in_force_from <= timezone.now()

    @property
    def ends_at(self) -> datetime | None:
        """When the next version takes its place; None while none is planned."""
        later = Promise.objects.filter(slug=self.slug, in_force_from__gt=self.in_force_from)
        return later.aggregate(Min("in_force_from"))["in_force_from__min"]

    @property
    def one_line(self) -> str:
        """The sentence on the badge, with the number of days in it."""
        return self._with_days(self.line)

    @property
    def page(self) -> SafeString:
        """The text of the page as HTML, with the number of days in it."""
        return on_page(self._with_days(self.text))

    def _with_days(self, text: str) -> str:
        # replace, not format: whatever else staff put in braces stays text.
        return text if self.days is None else text.replace(DAYS, str(self.days))


def _business_days(days: int) -> str:
    return ngettext("%(days)d business day", "%(days)d business days", days) % {"days": days}
