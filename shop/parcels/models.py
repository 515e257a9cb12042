"""A parcel, an order that was called off, and who wants no letters about reviews."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from shop.parcels.carriers import CARRIERS, CHOICES


class Parcel(models.Model):
    """One parcel that left: how it travels. When it left and what is in it says Oscar's shipping event.

    The id is made with the form: sending that twice is one parcel. One without a carrier left with the others of a
    list, and nobody wrote down how.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.OneToOneField("order.ShippingEvent", on_delete=models.CASCADE, related_name="parcel")
    carrier = models.CharField(max_length=10, blank=True, choices=CHOICES)
    other_carrier = models.CharField(max_length=60, blank=True, help_text="The name of another carrier.")
    number = models.CharField("tracking number", max_length=40, blank=True)
    other_link = models.URLField("link", max_length=500, blank=True, help_text="Where another carrier tells.")
    arrival = models.ForeignKey(
        "order.ShippingEvent",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="parcels_arrived",
        help_text="Oscar's event of its delivery, which may be that of several parcels.",
    )

    def __str__(self) -> str:
        return " ".join(filter(None, [self.carrier_name or "Parcel", self.number]))

    @property
    def carrier_name(self) -> str:
        """As customers know it; empty where nobody wrote it down."""
        return CARRIERS[self.carrier].name if self.carrier in CARRIERS else self.other_carrier

    @property
    def tracking_link(self) -> str:
        """Where to follow it; empty where there is no such page."""
        if self.carrier in CARRIERS:
            return CARRIERS[self.carrier].tracking_link(self.number) if self.number else ""
        return self.other_link


class CallOff(models.Model):
    """Whoever placed a paid order called it off before anything left. The money goes back, and nothing is ever sent.

    The order stays Paid: that all of it was refunded follows from the ledger.
    """

    order = models.OneToOneField("order.Order", on_delete=models.PROTECT, related_name="call_off")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.order} called off"


class NoReviewLetters(models.Model):
    """Somebody who asked not to be asked for reviews."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="no_review_letters")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "no review letters"

    def __str__(self) -> str:
        return str(self.user)
