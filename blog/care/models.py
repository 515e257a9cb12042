from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

LONGEST_ADDRESS = 2000  # characters; no browser or site minds that many


class Claim(models.Model):
    """A phrase that says of a cosmetic what only may be said of a drug."""

    phrase = models.CharField(
        max_length=80,
        help_text="In small letters. A star stands for any ending: “heal* scar*” also finds “healing a scar”, and "
        "“heals your old scars”, since two words may stand between.",
    )
    reason = models.CharField(
        max_length=250, help_text="What is wrong with it, as the end of a sentence: “says that the product heals.”"
    )
    suggestion = models.CharField(max_length=250, help_text="What one can honestly say instead.")

    class Meta:
        ordering = ["phrase"]
        verbose_name = "claim we do not make"
        verbose_name_plural = "claims we do not make"
        constraints = [
            models.UniqueConstraint(
                Lower("phrase"),
                name="claim_phrase_once",
                violation_error_message="This phrase is on the list already.",
            )
        ]

    def __str__(self) -> str:
        return self.phrase

    def clean(self) -> None:
        self.phrase = " ".join(self.phrase.lower().split())
        if not any(len(word.strip("*")) > 1 for word in self.phrase.split()):
            raise ValidationError({"phrase": "Write a word of two letters or more: this would be found everywhere."})


class OutgoingLink(models.Model):
    """An address elsewhere that guides lead to, and how it answered when it was last asked."""

    url = models.URLField(max_length=LONGEST_ADDRESS, unique=True)
    checked_at = models.DateTimeField(null=True, db_index=True)
    answer = models.CharField(max_length=200, blank=True, help_text="In words: “404 Not Found”, “does not answer”.")
    failures = models.PositiveSmallIntegerField(default=0, help_text="In a row, one a night.")

    def __str__(self) -> str:
        return self.url


class CareNote(models.Model):
    """What the last check found in a guide that readers see."""

    post = models.ForeignKey("blog.Post", on_delete=models.CASCADE, related_name="care_notes")
    message = models.TextField()
    advice = models.TextField()
    stops = models.BooleanField(default=False)
    found_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-stops", "found_at", "pk"]
        verbose_name = "guide that needs care"
        verbose_name_plural = "guides that need care"

    def __str__(self) -> str:
        return self.message
