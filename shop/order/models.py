"""Oscar's order, with its states as names, and lines that outlive their stock record."""

from django.db import models
from oscar.apps.order.abstract_models import AbstractLine, AbstractOrder
from oscar.apps.order.exceptions import InvalidOrderStatus


class Order(AbstractOrder):
    class Status(models.TextChoices):
        """What `order_order.status` may hold. CONTRACT fixes the words: other tools read them."""

        PENDING_PAYMENT = "Pending payment"
        PAID = "Paid"
        SHIPPED = "Shipped"
        COMPLETE = "Complete"
        CANCELLED = "Cancelled"

    SOLD = (Status.PAID, Status.SHIPPED, Status.COMPLETE)

    @property
    def belongs_to_nobody(self) -> bool:
        """Whoever placed it has had his data erased: only staff see it, as a part of the books."""
        return self.user_id is None and not self.guest_email

    def set_status(self, new_status: str) -> None:
        """Oscar's way takes no lock and saves the whole row; see shop.stripe_checkout.states.move_order.

        Raises InvalidOrderStatus, always.
        """
        raise InvalidOrderStatus("An order moves under its lock, through move_order.")


class Line(AbstractLine):
    @property
    def can_track_allocations(self) -> bool:
        """Not when the stock record is gone: there is nothing to take from or to give back to."""
        return self.stockrecord is not None and self.stockrecord.can_track_allocations


from oscar.apps.order.models import *  # noqa: E402, F403  (Oscar registers the models that are not ours)
