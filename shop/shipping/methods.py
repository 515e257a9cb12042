"""How a package travels, and what that costs. Prices are in the shop's currency; tax is not charged on them."""

from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from oscar.apps.shipping.methods import *  # noqa: F403  (the methods that Oscar's repository builds on)
from oscar.apps.shipping.methods import Base
from oscar.core.prices import Price

PACKED_WITHIN = 1
"""Business days until an order leaves, as its confirmation and its page say: "We pack it on the next business day."""


class Standard(Base):
    """Free from DELIVERY_FREE_FROM upward, which is compared with what the items cost after discounts."""

    code = "standard"
    name = _("Standard")
    description = _("Three to five business days")
    business_days = (3, 5)  # the same for machines: the fewest and the most

    @staticmethod
    def charge_for(total: Decimal) -> Decimal:
        """What delivery of items for `total` costs."""
        return Decimal("0.00") if total >= settings.DELIVERY_FREE_FROM else settings.DELIVERY_STANDARD_PRICE

    def calculate(self, basket) -> Price:
        charge = self.charge_for(basket.total_incl_tax)
        return Price(currency=basket.currency, excl_tax=charge, incl_tax=charge)


class Express(Base):
    code = "express"
    name = _("Express")
    description = _("One to two business days")
    business_days = (1, 2)

    def calculate(self, basket) -> Price:
        charge = settings.DELIVERY_EXPRESS_PRICE
        return Price(currency=basket.currency, excl_tax=charge, incl_tax=charge)
