"""What we know of payments: our attempts, the money that went back, what holds an order up, what Stripe told us, and
the ledger of all that moved.
"""

import uuid
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, Sum
from django.db.models.functions import Coalesce, Round
from django.utils import timezone

GRACE = timedelta(minutes=5)
"""How long after a session's expiry we wait for Stripe's word before we ask."""

STUCK_AFTER = timedelta(minutes=15)
"""How long after that, or after a refund was asked for, even a Stripe that was down once should have answered."""

BANKS_TAKE = timedelta(days=14)
"""How long a bank debit may stay undecided before a person should look (docs.stripe.com/payments/bank-debits)."""


class PaymentAttemptQuerySet(models.QuerySet["PaymentAttempt"]):
    def live(self) -> "PaymentAttemptQuerySet":
        """Those that may still bring money."""
        return self.filter(state__in=PaymentAttempt.LIVE)

    def stuck(self) -> "PaymentAttemptQuerySet":
        """Live ones whose time is over, though the worker should have asked Stripe by now."""
        now = timezone.now()
        overdue = Q(state__in=("created", "open"), expires_at__lt=now - GRACE - STUCK_AFTER)
        return self.filter(overdue | Q(state="processing", expires_at__lt=now - BANKS_TAKE))

    def need_a_person(self) -> "PaymentAttemptQuerySet":
        """Money that fits no order and is not on its way back, a refund that did not go through, something that stands
        still, or a bank or Stripe that asks a question.
        """
        refunds, holds = Refund.objects.filter(attempt=OuterRef("pk")), Hold.objects.filter(attempt=OuterRef("pk"))
        back = _total(refunds.standing()) + _total(refunds.dealt_with()) + _total(holds.lost())
        held = Q(state=PaymentAttempt.State.MISMATCHED) & Q(paid_amount__gt=back)
        late = Exists(refunds.filter(state=Refund.State.CREATED, created_at__lt=timezone.now() - STUCK_AFTER))
        failed = Exists(refunds.filter(state__in=Refund.LOST, looked_at=None))
        asked = Exists(holds.open())
        stuck = Q(pk__in=PaymentAttempt.objects.stuck().values("pk"))
        return self.filter(held | Q(late) | Q(failed) | Q(asked) | stuck)


def _total(rows: models.QuerySet[Any]) -> Round:
    """The sum of the amounts of an attempt's rows, in a query about attempts; to the cent: SQLite adds floats."""
    total = rows.order_by().values("attempt").annotate(total=Sum("amount")).values("total")
    return Round(Coalesce(total, Decimal("0.00")), precision=2)


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
        MISMATCHED = "mismatched", "Money that fits no order"

    LIVE = (State.CREATED, State.OPEN, State.PROCESSING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey("order.Order", on_delete=models.PROTECT, related_name="payment_attempts")
    state = models.CharField(max_length=12, choices=State.choices, default=State.CREATED)
    reason = models.TextField(blank=True, help_text="Why it failed, or why its money fits no order.")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3)
    paid_amount = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, help_text="What Stripe took."
    )
    paid_currency = models.CharField(max_length=3, blank=True)
    request = models.JSONField(help_text="The parameters sent to Stripe, word for word; a retry sends the same.")
    fingerprint = models.CharField(max_length=64, help_text="Of what the shopper agreed to: equal, same order.")
    session_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    session_url = models.TextField(blank=True)
    payment_intent = models.CharField(max_length=255, blank=True, db_index=True)
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
            models.UniqueConstraint(
                fields=["order"], condition=Q(state="succeeded"), name="one_succeeded_attempt_an_order"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="attempt_amount_positive"),
            models.CheckConstraint(
                condition=~Q(state__in=["succeeded", "mismatched"]) | Q(paid_amount__isnull=False),
                name="attempt_paid_amount_known",
            ),
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

    @property
    def held(self) -> Decimal:
        """Money that fits no order, and that we still have: a failed refund that a person dealt with is gone too."""
        if self.state != self.State.MISMATCHED:
            return Decimal("0.00")
        gone = sum((refund.amount for refund in self.refunds.all() if refund.dealt_with), Decimal("0.00"))
        return max(self.refundable - gone, Decimal("0.00"))

    @property
    def refundable(self) -> Decimal:
        """What can still go back: what was paid, less what went, is asked to go, or was lost in a dispute."""
        back = sum((refund.amount for refund in self.refunds.all() if refund.stands), Decimal("0.00"))
        lost = sum((hold.lost_amount for hold in self.holds.all()), Decimal("0.00"))
        return max((self.paid_amount or Decimal("0.00")) - back - lost, Decimal("0.00"))


class RefundQuerySet(models.QuerySet["Refund"]):
    def standing(self) -> "RefundQuerySet":
        """Money that went back, is on its way, or was asked to go."""
        return self.filter(state__in=Refund.STANDING)

    def dealt_with(self) -> "RefundQuerySet":
        """Those that did not go through, and that the customer got in another way."""
        return self.filter(state__in=Refund.LOST, looked_at__isnull=False)

    def unsent(self) -> "RefundQuerySet":
        """Those of which Stripe has not said anything yet."""
        return self.filter(state=Refund.State.CREATED)


class Refund(models.Model):
    """Money that goes back, asked for by staff, by the shop itself, or made at Stripe.

    The id is the idempotency key and stands in Stripe's metadata, so that asking twice gives money back once.
    """

    class State(models.TextChoices):
        CREATED = "created", "Asked for: Stripe has not answered yet"
        PENDING = "pending", "Pending: on its way"
        SUCCEEDED = "succeeded", "Succeeded"
        FAILED = "failed", "Failed"
        CANCELED = "canceled", "Canceled"

    STANDING = (State.CREATED, State.PENDING, State.SUCCEEDED)
    LOST = (State.FAILED, State.CANCELED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    attempt = models.ForeignKey(PaymentAttempt, on_delete=models.PROTECT, related_name="refunds")
    state = models.CharField(max_length=10, choices=State.choices, default=State.CREATED)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3)
    delivery = models.BooleanField(default=False, help_text="The delivery charge is in it.")
    reason = models.TextField(blank=True, help_text="Why it goes back; the customer does not see it.")
    failure = models.TextField(blank=True, help_text="Why it did not go through.")
    asked_by = models.CharField(max_length=254, help_text="Who gave it back.")
    sent_times = models.PositiveSmallIntegerField(
        default=0, help_text="How often Stripe answered with a fault of its own; part of the idempotency key."
    )
    customer_told = models.BooleanField(default=False, help_text="He got another letter about it already.")
    stripe_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True, help_text="When a person dealt with its failure.")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        permissions = [("refund_payment", "Can give money back")]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_positive")]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} back for order {self.attempt.order.number}"

    @property
    def stands(self) -> bool:
        return self.state in self.STANDING

    @property
    def dealt_with(self) -> bool:
        return self.state in self.LOST and self.looked_at is not None


class RefundLine(models.Model):
    """For how many units of an order line a refund is, whether it puts them back on sale, and whether it is known that
    they had left the house: then as many are still to be sent as before.

    `on_sale` counts those that are on sale again with it, be it by this refund or since their return was received.
    """

    refund = models.ForeignKey(Refund, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey("order.Line", on_delete=models.CASCADE, related_name="refund_lines")
    quantity = models.PositiveIntegerField()
    restock = models.BooleanField()
    of_sent = models.BooleanField(default=False, db_default=False)
    on_sale = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refund", "line"], name="a_line_once_a_refund"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="refund_line_quantity_positive"),
            models.CheckConstraint(
                condition=Q(on_sale__lte=models.F("quantity")), name="refund_line_on_sale_at_most_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.line.title}"


class HoldQuerySet(models.QuerySet["Hold"]):
    def open(self) -> "HoldQuerySet":
        return self.filter(closed_at=None)

    def lost(self) -> "HoldQuerySet":
        """Disputes in which the bank took the money back for good."""
        return self.filter(kind=Hold.Kind.DISPUTE, status="lost")


class Hold(models.Model):
    """Why an order must not be shipped: the cardholder disputes the payment, or Stripe wants it reviewed."""

    class Kind(models.TextChoices):
        DISPUTE = "dispute", "Dispute"
        REVIEW = "review", "Review"

    attempt = models.ForeignKey(PaymentAttempt, on_delete=models.PROTECT, related_name="holds")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    stripe_id = models.CharField(max_length=255, unique=True)
    status = models.CharField(max_length=40, help_text="As Stripe calls it.")
    reason = models.CharField(max_length=80, blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal("0.00"))
    currency = models.CharField(max_length=3)
    due_by = models.DateTimeField(null=True, blank=True, help_text="Until when Stripe takes our answer.")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        ordering = ["opened_at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.stripe_id}"

    @property
    def lost_amount(self) -> Decimal:
        """What the bank took back for good."""
        return self.amount if self.kind == self.Kind.DISPUTE and self.status == "lost" else Decimal("0.00")


class StripeEvent(models.Model):
    """An event Stripe told us of, once: the id is unique, and a second delivery finds it here."""

    event_id = models.CharField(max_length=255, unique=True)
    type = models.CharField(max_length=255)
    payload = models.JSONField()
    attempt = models.ForeignKey(
        PaymentAttempt, on_delete=models.SET_NULL, null=True, blank=True, related_name="events"
    )
    received_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return f"{self.type} ({self.event_id})"


class LedgerEntry(models.Model):
    """One thing that moved: a state of an order, an attempt, a refund, a dispute; and with it money, or none.

    Rows are added and never changed. The amounts of an order's rows add up to what we hold of its money.
    """

    class What(models.TextChoices):
        ORDER = "order", "Order"
        ATTEMPT = "attempt", "Payment"
        REFUND = "refund", "Refund"
        DISPUTE = "dispute", "Dispute"
        REVIEW = "review", "Review"

    order = models.ForeignKey("order.Order", on_delete=models.PROTECT, related_name="ledger_entries")
    attempt = models.ForeignKey(
        PaymentAttempt, on_delete=models.PROTECT, null=True, blank=True, related_name="ledger_entries"
    )
    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=8, choices=What.choices)
    before = models.CharField(max_length=40, blank=True)
    after = models.CharField(max_length=40)
    amount = models.DecimalField(
        max_digits=12, decimal_places=2, default=Decimal("0.00"), help_text="Money that came in (+) or went out (−)."
    )
    currency = models.CharField(max_length=3)
    reference = models.CharField(max_length=255, blank=True, help_text="Stripe's id of what moved.")
    by = models.CharField(max_length=254, help_text="Who moved it, or which event.")
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name_plural = "ledger"

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.before} → {self.after}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises ValueError for a row that is written already."""
        if not self._state.adding:
            raise ValueError("The ledger is written once.")
        super().save(*args, **kwargs)
