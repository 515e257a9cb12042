"""What staff teach the search, and what the search tells staff."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from shop.search.words import words_of


class Synonym(models.Model):
    """Words that mean the same to a shopper: whoever searches for one of them finds the others."""

    words = models.CharField(
        "words that mean the same",
        max_length=200,
        unique=True,
        help_text="Separate them with commas: “spf, sunscreen, sun cream”. Whoever looks for one finds all of them, "
        "from the next search on.",
    )

    class Meta:
        ordering = ["words"]
        constraints = [
            models.CheckConstraint(
                condition=Q(words__contains=","),
                name="synonym_has_two",
                violation_error_message="Write at least two, with a comma between them.",
            )
        ]

    def __str__(self) -> str:
        return self.words

    def clean(self) -> None:
        if len(self.terms) < 2:
            raise ValidationError({"words": "Write at least two that differ in more than an ending."})

    @property
    def terms(self) -> list[tuple[str, ...]]:
        """Each of them as the words of a search: ("sun", "cream")."""
        terms = (tuple(words_of(term)) for term in self.words.split(","))
        return list(dict.fromkeys(term for term in terms if term))


class KnownWord(models.Model):
    """A word in the name of something that we have: what a mistyped one may have been meant to be."""

    word = models.CharField(max_length=40, unique=True)

    def __str__(self) -> str:
        return self.word


class MissedSearchManager(models.Manager["MissedSearch"]):
    MOST_KEPT = 1000
    MOST_DIGITS = 4  # more make a phone number, an order's, or a card's

    def record(self, query: str) -> None:
        """Count one more search for the words of `query`; beyond a thousand, forget the rarest.

        Nothing of who asked is kept. What looks like the address or a number of somebody is not kept at all.
        """
        asked = " ".join(words_of(query))[: MissedSearch._meta.get_field("words").max_length].strip()
        if not asked or "@" in query or sum(sign.isdigit() for sign in query) > self.MOST_DIGITS:
            return
        if self.filter(words=asked).update(times=F("times") + 1, last_on=models.functions.Now()):
            return
        self.bulk_create([MissedSearch(words=asked)], ignore_conflicts=True)
        kept = self.order_by("-times", "-last_on", "-pk").values_list("pk", flat=True)
        if surplus := list(kept[self.MOST_KEPT :]):
            self.filter(pk__in=surplus).delete()


class MissedSearch(models.Model):
    """Something that shoppers looked for and did not find: a word of theirs for what we have, or a wish."""

    words = models.CharField("what was looked for", max_length=80, unique=True)
    times = models.PositiveIntegerField(default=1)
    last_on = models.DateTimeField("last looked for", db_default=models.functions.Now())

    objects = MissedSearchManager()

    class Meta:
        verbose_name = "search that found nothing"
        verbose_name_plural = "searches that found nothing"
        ordering = ["-times", "-last_on"]

    def __str__(self) -> str:
        return self.words
