"""What becomes of an order: its parcels, that it was called off, what of it is on sale again; and which reviews are of
guests who bought, and who wants no letters about reviews.
"""

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


class BackOnSale(models.Model):
    """How many units of an order line went back on sale: set free before they left, or on the shelf again after.

    There is one row for a line of which any did, and it never counts down. The database keeps the units below those
    that were bought, whoever puts them there at once; see shop.order.lifecycle.restock.
    """

    line = models.OneToOneField("order.Line", on_delete=models.CASCADE, related_name="back_on_sale")
    bought = models.PositiveIntegerField(help_text="As the line has it.")
    units = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "back on sale"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(units__lte=models.F("bought")), name="no_more_on_sale_again_than_bought"
            )
        ]

    def __str__(self) -> str:
        return f"{self.units} of {self.bought} × {self.line.title}"


class GuestReview(models.Model):
    """That a review was written by the link which a guest got for an order: it is from a buyer without an account.

    One a product of an order, by a database constraint.
    """

    review = models.OneToOneField("reviews.ProductReview", on_delete=models.CASCADE, related_name="of_guest")
    order = models.ForeignKey("order.Order", on_delete=models.CASCADE, related_name="guest_reviews")
    product = models.ForeignKey("catalogue.Product", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "product"], name="one_guest_review_a_product_of_an_order")
        ]

    def __str__(self) -> str:
        return f"{self.review}, with order {self.order.number}"


class NoReviewLetters(models.Model):
    """Somebody who asked not to be asked for reviews: an account, or a guest by the mark of his address."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="no_review_letters"
    )
    guest = models.CharField(max_length=64, null=True, blank=True, unique=True, help_text="A fingerprint.")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "no review letters"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user=None) ^ models.Q(guest=None), name="no_review_letters_to_one_of_both"
            )
        ]

    def __str__(self) -> str:
        return str(self.user or self.guest)
