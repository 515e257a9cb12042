"""What we know of payments: our attempts, and what Stripe told us."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

GRACE = timedelta(minutes=5)
"""How long after a session's expiry we wait for Stripe's word before we ask."""


class PaymentAttemptQuerySet(models.QuerySet["PaymentAttempt"]):
    def live(self) -> "PaymentAttemptQuerySet":
        """Those that may still bring money."""
        return self.filter(state__in=PaymentAttempt.LIVE)

    def need_a_person(self) -> "PaymentAttemptQuerySet":
        """Money came that fits no order as it stands."""
        return self.filter(state=PaymentAttempt.State.MISMATCHED)


class PaymentAttempt(models.Model):
    """One try to have one order paid: the exact request we made of Stripe, and what became of it.

    The id goes to Stripe as idempotency key and as `client_reference_id`, so that each finds the other even when an
    answer was lost on the way.
    """

    class State(models.TextChoices):
        CREATED = "created", "Created: Stripe has not answered yet"
        OPEN = "open", "Open: the shopper is at Stripe's page"
        PROCESSING = "processing", "Processing: the bank has not decided"
        SUCCEEDED = "succeeded", "Succeeded"
        FAILED = "failed", "Failed"
        EXPIRED = "expired", "Expired"
        SUPERSEDED = "superseded", "Superseded by another attempt"
        MISMATCHED = "mismatched", "Held: needs a person"

    LIVE = (State.CREATED, State.OPEN, State.PROCESSING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey("order.Order", on_delete=models.PROTECT, related_name="payment_attempts")
    state = models.CharField(max_length=12, choices=State.choices, default=State.CREATED)
    reason = models.TextField(blank=True, help_text="Why it failed, or why a person should look.")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3)
    request = models.JSONField(help_text="The parameters sent to Stripe, word for word; a retry sends the same.")
    fingerprint = models.CharField(max_length=64, help_text="Of what the shopper agreed to: equal, same order.")
    session_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    session_url = models.TextField(blank=True)
    payment_intent = models.CharField(max_length=255, blank=True)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PaymentAttemptQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state__in=["created", "open", "processing"]),
                name="one_live_attempt_an_order",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="attempt_amount_positive"),
        ]
        indexes = [models.Index(fields=["state", "expires_at"])]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} for order {self.order.number}"

    @property
    def live(self) -> bool:
        return self.state in self.LIVE

    @property
    def due_at(self) -> datetime:
        """When Stripe's own word should have come."""
        return self.expires_at + GRACE

    @property
    def due(self) -> bool:
        return self.due_at < timezone.now()


class StripeEvent(models.Model):
    """An event Stripe told us of, once: the id is unique, and a second delivery finds it here."""

    event_id = models.CharField(max_length=255, unique=True)
    type = models.CharField(max_length=255)
    payload = models.JSONField()
    attempt = models.ForeignKey(
        PaymentAttempt, on_delete=models.SET_NULL, null=True, blank=True, related_name="events"
    )
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return f"{self.type} ({self.event_id})"
