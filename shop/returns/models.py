"""What customers send back, and what they claim under the guarantee; each step of it; and up to what both go through
without a person.
"""

import uuid
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.order.utils import unguessable_number


def mark_of(email: str) -> str:
    """What stands for an address where it is not needed itself: it names nobody, and is the same in any case."""
    return sha256(email.strip().casefold().encode()).hexdigest()


def new_number() -> str:
    """In the style of an order's number, and not to be taken for one."""
    return f"R-{unguessable_number()}"


class ReturnQuerySet(models.QuerySet["Return"]):
    def open(self) -> "ReturnQuerySet":
        """Not decided to the end: their units are promised to no other return."""
        return self.filter(state__in=Return.OPEN)

    def of_customer(self, order: Any) -> "ReturnQuerySet":
        """All of whoever placed this order: by the account, or by the address, whoever had it first."""
        customer = Q(customer=mark_of(order.email))
        return self.filter(customer | Q(order__user=order.user_id) if order.user_id else customer)

    def overdue(self) -> "ReturnQuerySet":
        """Those that we should have decided, sent a label for or refunded by now, as their promise says."""
        return self.filter(due_on__lt=timezone.localdate())

    def to_label(self) -> "ReturnQuerySet":
        """Those whose customer waits for a prepaid label."""
        return self.filter(
            kind=Return.Kind.RETURN, state=Return.State.APPROVED, label_url="", promise__pays_postage=True
        )

    def to_refund(self) -> "ReturnQuerySet":
        """Those whose money is to go back: of what came, and of claims that were approved."""
        return self.filter(Q(state=Return.State.RECEIVED) | Q(state=Return.State.APPROVED, kind=Return.Kind.CLAIM))


class Return(models.Model):
    """Goods that a customer sends back, or a claim for which nothing comes back."""

    class Kind(models.TextChoices):
        RETURN = "return", _("Return")
        CLAIM = "claim", _("Guarantee claim")

    class State(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        APPROVED = "approved", _("Approved")
        RECEIVED = "received", _("Received")
        REFUNDED = "refunded", _("Refunded")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    OPEN = (State.REQUESTED, State.APPROVED, State.RECEIVED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=20, unique=True, default=new_number, editable=False)
    order = models.ForeignKey("order.Order", on_delete=models.PROTECT, related_name="returns")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    promise = models.ForeignKey(
        "promises.Promise",
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The version that binds it: the one in force when the order was placed.",
    )
    state = models.CharField(max_length=9, choices=State.choices, default=State.REQUESTED)
    refusal = models.TextField(blank=True, help_text="Why it was refused, as the customer reads it.")
    waits_because = models.TextField(blank=True, help_text="Why a person decides.")
    asked_by = models.CharField(max_length=80, help_text="The customer's account, or a guest by link or browser.")
    customer = models.CharField(max_length=64, help_text="A fingerprint of the customer's address.")
    token = models.UUIDField(unique=True, help_text="Of the form: sent twice, it is one return.")
    label_url = models.URLField("prepaid label", max_length=500, blank=True)
    refund_try = models.PositiveSmallIntegerField(
        default=0, help_text="Which refund it is: the next one is asked for when the bank did not take the last."
    )
    due_on = models.DateField(
        null=True, blank=True, help_text="By the end of which day we have to act; none while the customer has to."
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ReturnQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        permissions = [("decide_return", "Can decide about returns"), ("receive_return", "Can receive returns")]
        indexes = [
            models.Index(fields=["state", "due_on", "created_at"], name="returns_in_the_queue"),
            models.Index(fields=["due_on"], condition=Q(due_on__isnull=False), name="returns_by_due_date"),
            models.Index(fields=["-created_at"], name="returns_by_date"),
            models.Index(fields=["customer"], name="returns_of_a_customer"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("returns:detail", args=[self.number])

    @property
    def is_claim(self) -> bool:
        return self.kind == self.Kind.CLAIM

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_overdue(self) -> bool:
        return self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def can_be_withdrawn(self) -> bool:
        """While nothing is on its way: neither goods that have come nor, for a claim, money."""
        return self.state == self.State.REQUESTED or (self.state == self.State.APPROVED and not self.is_claim)

    @property
    def refund_id(self) -> UUID:
        """The id of its refund, the same however often the button is pressed."""
        return uuid5(self.pk, str(self.refund_try))


class ReturnLine(models.Model):
    """Units of an order line that go back or are claimed, and in which state they came."""

    class Reason(models.TextChoices):
        UNSAID = "unsaid", _("I would rather not say")
        NOT_FOR_ME = "not-for-me", _("It is not for me")
        SKIN = "skin", _("My skin was unhappy with it")
        BROKEN = "broken", _("It arrived broken")
        WRONG = "wrong", _("It is not what I ordered")
        OTHER = "other", _("Something else")

    OURS = (Reason.BROKEN, Reason.WRONG)
    """Where the fault is ours, the delivery charge goes back too."""

    case = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey("order.Line", on_delete=models.PROTECT, related_name="return_lines")
    quantity = models.PositiveIntegerField()
    reason = models.CharField(max_length=10, choices=Reason.choices, default=Reason.UNSAID)
    words = models.TextField(blank=True, max_length=500)
    sealed = models.PositiveIntegerField(default=0, help_text="Units that came unopened and whole.")
    opened = models.PositiveIntegerField(default=0, help_text="Units that came opened.")
    damaged = models.PositiveIntegerField(default=0, help_text="Units that came damaged.")
    restocked = models.PositiveIntegerField(
        default=0, help_text="Unopened units that went back on sale; the others are written off."
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "line"], name="a_line_once_a_return"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="return_line_quantity_positive"),
            models.CheckConstraint(
                condition=Q(quantity__gte=models.F("sealed") + models.F("opened") + models.F("damaged")),
                name="return_line_received_at_most_all",
            ),
            models.CheckConstraint(
                condition=Q(restocked__lte=models.F("sealed")), name="return_line_only_sealed_restocked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.line.title}"

    @property
    def received(self) -> int:
        return self.sealed + self.opened + self.damaged

    @property
    def is_our_fault(self) -> bool:
        return self.reason in self.OURS

    @property
    def due(self) -> int:
        """For how many units the promise gives money: of a claim for all, of a return for what came as it may come."""
        if self.case.is_claim:
            return self.quantity
        if self.case.promise.condition == self.case.promise.Condition.UNOPENED and not self.is_our_fault:
            return self.sealed
        return self.received


class ClaimRight(models.Model):
    """That a customer used the guarantee for a product. The database keeps one of each, whoever asks at once.

    A product is known by its id and by its number on the shelf, which outlives it; a customer by the account and by
    the address, so that a guest who registers later is the same one. A claim that was refused or withdrawn has none.
    """

    case = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="claim_rights")
    product = models.CharField(max_length=160)
    customer = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "customer"], name="one_claim_a_product_and_customer")
        ]

    def __str__(self) -> str:
        return f"{self.product} of {self.customer}"


class Step(models.Model):
    """Something that happened to a return: a new state, or a note of the staff. Rows are added and never changed."""

    NOTE = "note"

    case = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=9, choices=[*Return.State.choices, (NOTE, _("Note"))])
    by = models.CharField(max_length=254)
    note = models.TextField(blank=True, help_text="For staff; customers read the dates and the reason of a refusal.")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.case.number}: {self.what}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises ValueError for a row that is written already."""
        if not self._state.adding:
            raise ValueError("A step is written once.")
        super().save(*args, **kwargs)


class Limits(models.Model):
    """Up to what a request goes through without a person. There is one record; staff edit it."""

    return_amount = models.DecimalField(
        "highest amount",
        max_digits=8,
        decimal_places=2,
        default=Decimal("200.00"),
        validators=[MinValueValidator(0)],
        help_text="In the shop's currency. What is worth more waits for a person; 0 means that everything does.",
    )
    return_days = models.PositiveSmallIntegerField(
        "oldest order, in days", default=90, help_text="Older orders wait for a person."
    )
    return_earlier = models.PositiveSmallIntegerField(
        "earlier returns within a year", default=4, help_text="Who has had more than that waits for a person."
    )
    claim_amount = models.DecimalField(
        "highest amount",
        max_digits=8,
        decimal_places=2,
        default=Decimal("60.00"),
        validators=[MinValueValidator(0)],
        help_text="In the shop's currency. Within it the money goes back by itself, and nothing comes back.",
    )
    claim_days = models.PositiveSmallIntegerField(
        "oldest order, in days", default=90, help_text="Older orders wait for a person."
    )
    claim_earlier = models.PositiveSmallIntegerField(
        "earlier claims within a year", default=2, help_text="Who has had more than that waits for a person."
    )

    class Meta:
        verbose_name_plural = "limits"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="limits_are_one_record")]

    def __str__(self) -> str:
        return "What goes through without a person"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)
