"""Oscar's order, with its states as names."""

from django.db import models
from oscar.apps.order.abstract_models import AbstractOrder


class Order(AbstractOrder):
    class Status(models.TextChoices):
        """What `order_order.status` may hold. CONTRACT fixes the words: other tools read them."""

        PENDING_PAYMENT = "Pending payment"
        PAID = "Paid"
        SHIPPED = "Shipped"
        COMPLETE = "Complete"
        CANCELLED = "Cancelled"


from oscar.apps.order.models import *  # noqa: E402, F403  (Oscar registers the models that are not ours)
