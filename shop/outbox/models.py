"""Letters: what the shop has to say by mail, kept until the mail server has taken it."""

from datetime import timedelta

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

CLAIM = timedelta(minutes=5)
"""How long a letter belongs to the worker that sends it. No send takes that long (EMAIL_TIMEOUT is ten seconds)."""

MOST_TRIES = 77
"""Six in the first hour, then one an hour: three days."""


class LetterQuerySet(models.QuerySet["Letter"]):
    def waiting(self) -> "LetterQuerySet":
        return self.filter(next_try_at__isnull=False)

    def sent(self) -> "LetterQuerySet":
        return self.filter(sent_at__isnull=False)

    def given_up(self) -> "LetterQuerySet":
        """Tried for three days, or without an address: a person must look."""
        return self.filter(sent_at__isnull=True, next_try_at__isnull=True)

    def due(self) -> "LetterQuerySet":
        return self.filter(next_try_at__lte=timezone.now())

    def sendable(self) -> "LetterQuerySet":
        """Not sent, with an address, and not in a worker's hands: there the last try has neither worked nor failed."""
        in_hand = Q(tries__gt=0, last_error="", next_try_at__gt=timezone.now())
        return self.filter(sent_at__isnull=True).exclude(to="").exclude(in_hand)

    def claim(self, key: str) -> "Letter | None":
        """Give the letter to the one caller that may send it now, or to nobody.

        The claim is an update that only one can win, on any database, and no lock is held while the mail server is
        spoken to. A claim ends by itself: the letter of a worker that was killed is due again.
        """
        claimed = (
            self.due().filter(key=key).update(tries=F("tries") + 1, next_try_at=timezone.now() + CLAIM, last_error="")
        )
        return self.select_related("order__user", "order__shipping_address__country").get(key=key) if claimed else None


class Letter(models.Model):
    """One letter to one person. It waits while it has a next try; without one it was sent, or given up."""

    key = models.CharField(max_length=255, primary_key=True, help_text="The same key is the same letter.")
    code = models.CharField(max_length=128, blank=True, help_text="Which letter: Oscar's code of its templates.")
    order = models.ForeignKey("order.Order", on_delete=models.CASCADE, null=True, blank=True, related_name="letters")
    to = models.TextField(help_text="The address, as it was when the letter was written.")
    context = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    message = models.JSONField(default=dict, blank=True, help_text="The mail itself, where it came ready-made.")
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True, default=timezone.now)
    last_error = models.TextField(blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(next_try_at__isnull=True), name="sent_letter_waits_no_more"
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(next_try_at__isnull=False), name="letters_that_wait"),
            models.Index(fields=["-created_at"], name="letters_by_date"),
        ]

    def __str__(self) -> str:
        return f"{self.about} to {self.to}"

    @property
    def about(self) -> str:
        return self.code or self.message["subject"]

    @property
    def state(self) -> str:
        if self.sent_at:
            return "Sent"
        return "Waiting" if self.next_try_at else "Given up"

    @property
    def to_staff(self) -> bool:
        return self.code.startswith("STAFF_")

    def note_sent(self) -> None:
        """Note it, and drop a ready-made mail but for its subject: it may hold a link that signs somebody in."""
        subject = {"subject": self.message["subject"]} if self.message else {}
        Letter.objects.filter(pk=self.pk).update(
            sent_at=timezone.now(), next_try_at=None, message=subject, last_error=""
        )

    def note_failure(self, error: Exception) -> None:
        """Try again after one minute, two, four … and at last every hour, for three days."""
        wait = timedelta(minutes=min(2 ** (self.tries - 1), 60))
        Letter.objects.filter(pk=self.pk, sent_at=None).update(
            next_try_at=timezone.now() + wait if self.tries < MOST_TRIES else None,
            last_error=f"{type(error).__name__}: {error}"[:500],
        )
