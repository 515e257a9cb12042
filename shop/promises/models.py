"""What the shop promises, each promise as one record that every page reads."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from shop.prose import ProseField

DAYS = "{days}"


class Promise(models.Model):
    """A badge and the page behind it. Wherever its texts hold `{days}`, shoppers read the number of days."""

    class Icon(models.TextChoices):
        """Symbols of the icon sprite."""

        BADGE_CHECK = "badge-check", "Badge with a tick"
        PACKAGE = "package", "Package"
        LOCK = "lock", "Lock"

    slug = models.SlugField(unique=True, help_text="The last part of the page's address. It stays as it is.")
    title = models.CharField(max_length=60, help_text="Two or three words: the name on the badge.")
    line = models.CharField(
        max_length=120,
        help_text="One short sentence under the title. Write {days} where the number of days belongs.",
    )
    days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text="Counted from the day a package arrives. Every page that shows the number follows. Leave it empty "
        "if this promise has no time limit.",
    )
    pays_postage = models.BooleanField(
        "we pay the postage",
        default=False,
        db_default=False,
        help_text="Whether sending something back costs the shopper nothing. Search engines and shopping feeds are "
        "told so: keep it in step with the text.",
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

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="promise_days_within_a_year",
                condition=models.Q(days__isnull=True) | models.Q(days__range=(1, 365)),
                violation_error_message="Give between 1 and 365 days, or none.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("promises:detail", kwargs={"slug": self.slug})

    def clean(self) -> None:
        """Raises ValidationError when a text names a number of days that the record does not have."""
        if self.days is None and DAYS in self.line + self.text:
            raise ValidationError(
                {"days": f"The line or the text says {DAYS}: give the number, or take it out there."}
            )

    @property
    def one_line(self) -> str:
        """The sentence on the badge, with the number of days in it."""
        return self._with_days(self.line)

    @property
    def page(self) -> SafeString:
        """The text of the page as HTML, with the number of days in it."""
        return mark_safe(self._with_days(self.text))  # noqa: S308 – the field is cleaned on every save

    def _with_days(self, text: str) -> str:
        # replace, not format: whatever else staff put in braces stays text.
        return text if self.days is None else text.replace(DAYS, str(self.days))
