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
                condition=Q(status="complete", payment_status="paid")
                | (~Q(status="complete") & Q(payment_status="unpaid")),
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
        SUCCEEDED = "succeeded"
        CANCELED = "canceled"

    id = models.CharField(primary_key=True, max_length=40)
    session = models.OneToOneField(CheckoutSession, models.PROTECT, related_name="intent")
    created_at = models.DateTimeField(db_index=True)
    canceled_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=30, choices=Status, default=Status.REQUIRES_PAYMENT_METHOD)
    payment_method = models.CharField(max_length=40, blank=True)
    card = models.JSONField(default=dict, help_text="Brand, last four digits and expiry of the card last tried.")
    last_payment_error = models.JSONField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.id


class Charge(models.Model):
    class Status(models.TextChoices):
        SUCCEEDED = "succeeded"
        FAILED = "failed"

    id = models.CharField(primary_key=True, max_length=40)
    intent = models.ForeignKey(PaymentIntent, models.PROTECT, related_name="charges")
    created_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status)
    amount = models.PositiveBigIntegerField()
    amount_refunded = models.PositiveBigIntegerField(default=0)
    payment_method = models.CharField(max_length=40)
    card = models.JSONField()
    failure_code = models.CharField(max_length=60, blank=True)
    failure_message = models.TextField(blank=True)
    decline_code = models.CharField(max_length=60, blank=True)
    refund_fails = models.BooleanField(default=False)
    dispute_id = models.CharField(max_length=40, blank=True)

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


class Refund(models.Model):
    class Status(models.TextChoices):
        SUCCEEDED = "succeeded"
        FAILED = "failed"

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
    def can_fail(self) -> bool:
        """Whether it is one of those that a test card lets fail later."""
        return self.status == self.Status.SUCCEEDED and self.charge.refund_fails


class Event(models.Model):
    """Something that happened, and whether the shop's webhook has taken it."""

    id = models.CharField(primary_key=True, max_length=40)
    created_at = models.DateTimeField(db_index=True)
    type = models.CharField(max_length=60)
    payload = models.JSONField(help_text="The whole event, as sent.")
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
