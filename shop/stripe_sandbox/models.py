"""What the stand-in remembers. Amounts are in minor units of the session's currency, as at Stripe."""

import secrets
import string
from datetime import datetime

from django.db import models
from django.db.models import F, Q

from .currencies import display

ALPHABET = string.ascii_letters + string.digits


def new_id(prefix: str) -> str:
    """An unguessable id with Stripe's `prefix`, such as "pi_"."""
    length = 58 if prefix == "cs_test_" else 24
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(length))


class CheckoutSessionQuerySet(models.QuerySet["CheckoutSession"]):
    def open(self) -> "CheckoutSessionQuerySet":
        return self.filter(status=CheckoutSession.Status.OPEN)

    def overdue(self, now: datetime) -> "CheckoutSessionQuerySet":
        return self.open().filter(expires_at__lte=now)


class CheckoutSession(models.Model):
    class Status(models.TextChoices):
        OPEN = "open"
        COMPLETE = "complete"
        EXPIRED = "expired"

    class PaymentStatus(models.TextChoices):
        UNPAID = "unpaid"
        PAID = "paid"

    id = models.CharField(primary_key=True, max_length=80)
    created_at = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    payment_status = models.CharField(max_length=10, choices=PaymentStatus, default=PaymentStatus.UNPAID)
    currency = models.CharField(max_length=3)
    amount_total = models.PositiveBigIntegerField()
    parameters = models.JSONField(help_text="What the shop asked for, as read by parameters.CREATE_SESSION.")
    line_items = models.JSONField(help_text="Its line items, each with its id and amount.")
    page_url = models.URLField(max_length=500)
    payer_email = models.CharField(max_length=254, blank=True)
    payer_name = models.CharField(max_length=200, blank=True)

    objects = CheckoutSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="stripe_sandbox_paid_means_complete",
                condition=Q(status="complete") | Q(payment_status="unpaid"),
            )
        ]

    def __str__(self) -> str:
        return self.id

    @property
    def total(self) -> str:
        """The amount due, as the shopper reads it."""
        return display(self.amount_total, self.currency)

    @property
    def lines(self) -> list[dict[str, str | int]]:
        """What is being paid for: `description`, `quantity` and, as the shopper reads it, `amount`."""
        return [
            {
                "description": item["description"],
                "quantity": item["quantity"],
                "amount": display(item["amount_total"], self.currency),
            }
            for item in self.line_items
        ]

    @property
    def customer_email(self) -> str:
        """The address that the shop has fixed; empty when the shopper is to give one."""
        return self.parameters.get("customer_email", "")

    @property
    def takes_bank_debits(self) -> bool:
        allowed = self.parameters.get("allowed_payment_method_types", ["us_bank_account"])
        return self.currency == "usd" and "us_bank_account" in allowed

    @property
    def success_url(self) -> str:
        """Where the shopper goes after paying, with the id filled in for Stripe's literal placeholder."""
        return self.parameters["success_url"].replace("{CHECKOUT_SESSION_ID}", self.id)

    @property
    def cancel_url(self) -> str:
        """Where the shopper goes instead of paying; empty when the shop has named no place."""
        return self.parameters.get("cancel_url", "")


class PaymentIntent(models.Model):
    class Status(models.TextChoices):
        REQUIRES_PAYMENT_METHOD = "requires_payment_method"
        REQUIRES_ACTION = "requires_action"
        PROCESSING = "processing"
        SUCCEEDED = "succeeded"
        CANCELED = "canceled"

    id = models.CharField(primary_key=True, max_length=40)
    session = models.OneToOneField(CheckoutSession, models.PROTECT, related_name="intent")
    created_at = models.DateTimeField(db_index=True)
    canceled_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=30, choices=Status, default=Status.REQUIRES_PAYMENT_METHOD)
    payment_method = models.CharField(max_length=40, blank=True)
    card = models.JSONField(
        default=dict, help_text="Brand, last four digits and expiry of the card last tried; empty for a bank debit."
    )
    last_payment_error = models.JSONField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.id


class Charge(models.Model):
    class Status(models.TextChoices):
        PENDING = "pending"
        SUCCEEDED = "succeeded"
        FAILED = "failed"

    id = models.CharField(primary_key=True, max_length=40)
    intent = models.ForeignKey(PaymentIntent, models.PROTECT, related_name="charges")
    created_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status)
    amount = models.PositiveBigIntegerField()
    amount_refunded = models.PositiveBigIntegerField(default=0)
    payment_method = models.CharField(max_length=40)
    card = models.JSONField(help_text="As on the payment intent; empty for a bank debit.")
    failure_code = models.CharField(max_length=60, blank=True)
    failure_message = models.TextField(blank=True)
    decline_code = models.CharField(max_length=60, blank=True)
    refund_fails = models.BooleanField(default=False)
    refund_pends = models.BooleanField(default=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["intent"], condition=Q(status="succeeded"), name="stripe_sandbox_charged_once"
            ),
            models.CheckConstraint(
                condition=Q(amount_refunded__lte=F("amount")), name="stripe_sandbox_no_more_refunded_than_charged"
            ),
        ]

    def __str__(self) -> str:
        return self.id

    @property
    def total(self) -> str:
        """The amount taken, as the shopper reads it."""
        return display(self.amount, self.intent.session.currency)

    @property
    def total_refunded(self) -> str:
        """What has been given back, as the shopper reads it."""
        return display(self.amount_refunded, self.intent.session.currency)

    @property
    def left(self) -> int:
        """What has not been given back."""
        return self.amount - self.amount_refunded


class Refund(models.Model):
    class Status(models.TextChoices):
        PENDING = "pending"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        CANCELED = "canceled"

    id = models.CharField(primary_key=True, max_length=40)
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="refunds")
    created_at = models.DateTimeField(db_index=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.SUCCEEDED)
    amount = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=30, blank=True)
    metadata = models.JSONField(default=dict)
    failure_reason = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.id

    @property
    def total(self) -> str:
        """The amount given back, as the shopper reads it."""
        return display(self.amount, self.charge.intent.session.currency)

    @property
    def is_pending(self) -> bool:
        return self.status == self.Status.PENDING

    @property
    def can_fail(self) -> bool:
        """Whether it is pending, or one of those that a test card lets fail later."""
        return self.is_pending or (self.status == self.Status.SUCCEEDED and self.charge.refund_fails)


class Dispute(models.Model):
    """The one dispute of a charge; those whose status begins with "warning" are inquiries, which take no money."""

    class Status(models.TextChoices):
        WARNING_NEEDS_RESPONSE = "warning_needs_response"
        WARNING_UNDER_REVIEW = "warning_under_review"
        WARNING_CLOSED = "warning_closed"
        NEEDS_RESPONSE = "needs_response"
        UNDER_REVIEW = "under_review"
        WON = "won"
        LOST = "lost"

    ANSWERS = {  # what evidence makes of a status
        Status.WARNING_NEEDS_RESPONSE: Status.WARNING_UNDER_REVIEW,
        Status.NEEDS_RESPONSE: Status.UNDER_REVIEW,
    }
    CLOSED = (Status.WARNING_CLOSED, Status.WON, Status.LOST)
    # https://docs.stripe.com/disputes: a dispute that takes money has the charge in its hand until it is won.
    KEEPS_CHARGE = (Status.NEEDS_RESPONSE, Status.UNDER_REVIEW, Status.LOST)

    id = models.CharField(primary_key=True, max_length=40)
    charge = models.OneToOneField(Charge, models.PROTECT, related_name="dispute")
    created_at = models.DateTimeField(db_index=True)
    due_by = models.DateTimeField()
    status = models.CharField(max_length=30, choices=Status)
    amount = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=40)
    submission_count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.id

    @property
    def total(self) -> str:
        """The amount disputed, as a person reads it."""
        return display(self.amount, self.charge.intent.session.currency)

    @property
    def is_inquiry(self) -> bool:
        return self.status.startswith("warning_")

    @property
    def is_open(self) -> bool:
        return self.status not in self.CLOSED

    @property
    def needs_response(self) -> bool:
        return self.status in self.ANSWERS


class Review(models.Model):
    """The one review of a payment by a person: https://docs.stripe.com/radar/reviews"""

    class ClosedReason(models.TextChoices):
        APPROVED = "approved"
        DISPUTED = "disputed"
        REFUNDED = "refunded"
        REFUNDED_AS_FRAUD = "refunded_as_fraud"

    id = models.CharField(primary_key=True, max_length=40)
    charge = models.OneToOneField(Charge, models.PROTECT, related_name="review")
    created_at = models.DateTimeField(db_index=True)
    closed_reason = models.CharField(max_length=30, choices=ClosedReason, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.id


class Event(models.Model):
    """Something that happened, and whether the shop's webhook has taken it.

    It is sent at `due_at`, as many times as it has `copies`; without a `due_at`, only by hand.
    """

    id = models.CharField(primary_key=True, max_length=40)
    created_at = models.DateTimeField(db_index=True)
    type = models.CharField(max_length=60)
    payload = models.JSONField(help_text="The whole event, as sent.")
    due_at = models.DateTimeField(null=True, db_index=True)
    copies = models.PositiveSmallIntegerField(default=1)
    attempts = models.PositiveIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True, help_text="What came of the last attempt to deliver it.")

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"


class IdempotentRequest(models.Model):
    """A request under an idempotency key; without a status it is still being worked on."""

    key = models.CharField(primary_key=True, max_length=255)
    fingerprint = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.key


class Fault(models.Model):
    """One thing that goes wrong, as `temper.misbehave` was asked for it."""

    class Api(models.TextChoices):
        """What goes wrong with an answer."""

        ERROR = "error", "500, nothing done"
        ERROR_AFTER_WORK = "error_after_work", "500, yet done"
        TIMEOUT = "timeout", "no answer, nothing done"
        TIMEOUT_AFTER_WORK = "timeout_after_work", "answer held back, yet done"
        SLOW = "slow", "begun late"
        RATE_LIMIT = "rate_limit", "429, nothing done"
        DISCONNECT = "disconnect", "connection broken, nothing done"
        DISCONNECT_AFTER_WORK = "disconnect_after_work", "connection broken, yet done"
        PAID_BEFORE_ANSWER = "paid_before_answer", "new session paid before the answer"

    class Delivery(models.TextChoices):
        """What goes wrong with an event on its way."""

        DROPPED = "dropped", "dropped"
        DELAYED = "delayed", "delayed"
        DOUBLED = "doubled", "sent twice"
        ANOTHER_ID = "another_id", "sent again under another id"
        REORDERED = "reordered", "last first"

    kind = models.CharField(max_length=30, choices=[*Api.choices, *Delivery.choices])
    session = models.CharField(max_length=200, blank=True)
    about = models.CharField(max_length=60, blank=True, help_text="The endpoint or the type of event.")
    seconds = models.FloatField(default=0)
    times_left = models.PositiveIntegerField(null=True)
    probability = models.FloatField(default=1)
    seed = models.BigIntegerField(default=0)
    draws = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="stripe_sandbox_fault_is_possible",
                condition=Q(probability__gte=0, probability__lte=1, seconds__gte=0),
            )
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def scope(self) -> str:
        """What it concerns and how often, in words."""
        words = [self.about or "all", f"session {self.session}" if self.session else "all sessions"]
        if self.seconds:
            words.append(f"{self.seconds:g} seconds")
        if self.times_left is not None:
            words.append(f"{self.times_left} more")
        if self.probability < 1:
            words.append(f"{self.probability:.0%}")
        return ", ".join(words)
