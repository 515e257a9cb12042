"""What an order would cost, as the shopper sees it before he presses Pay."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from oscar.core.loading import get_class
from oscar.core.prices import Price

from shop.stripe_checkout.minor_units import chargeable

Repository = get_class("shipping.repository", "Repository")
OrderTotalCalculator = get_class("checkout.calculators", "OrderTotalCalculator")


@dataclass(frozen=True)
class Delivery:
    """One way the order can travel: `charge` for the way, `total` for the whole order sent so, both Oscar prices."""

    method: Any
    charge: Price
    total: Price


@dataclass(frozen=True)
class Quote:
    """A priced basket with each way to send it. The basket has its strategy and its offers applied."""

    basket: Any
    deliveries: tuple[Delivery, ...]

    def delivery(self, code: str | None) -> Delivery:
        """The delivery with this code; the first one when there is none."""
        return next((delivery for delivery in self.deliveries if delivery.method.code == code), self.deliveries[0])

    @property
    def missing(self) -> list[str]:
        """The titles of lines that cannot be bought any more as they stand in the basket."""
        return [
            line.product.get_title()
            for line in self.basket.all_lines()
            if not line.purchase_info.availability.is_purchase_permitted(line.quantity)[0]
        ]

    @cached_property
    def fingerprint(self) -> str:
        """Equal for equal prices: it tells whether what the shopper agreed to is what would be charged."""
        seen = {
            "lines": [
                [line.line_reference, line.quantity, str(line.line_price_incl_tax_incl_discounts)]
                for line in self.basket.all_lines()
            ],
            "vouchers": sorted(voucher.code for voucher in self.basket.vouchers.all()),
            "deliveries": [[delivery.method.code, str(delivery.total.incl_tax)] for delivery in self.deliveries],
            "currency": self.basket.currency,
        }
        return hashlib.sha256(json.dumps(seen).encode()).hexdigest()


def quote(basket: Any) -> Quote:
    """Price the basket, which has at least one line and a strategy, with each delivery it can have."""
    deliveries = []
    for method in Repository().get_shipping_methods(basket=basket):
        charge = method.calculate(basket)
        total = OrderTotalCalculator().calculate(basket, charge)
        deliveries.append(Delivery(method=method, charge=charge, total=_chargeable(total)))
    return Quote(basket=basket, deliveries=tuple(deliveries))


def _chargeable(total: Price) -> Price:
    """What the stored order will say, and so what is charged."""
    return Price(
        currency=total.currency,
        excl_tax=chargeable(total.excl_tax, total.currency),
        incl_tax=chargeable(total.incl_tax, total.currency),
    )
