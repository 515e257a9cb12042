"""Placing an order. Oscar looks for these classes by this module's name."""

import re
import secrets
from collections import Counter

from django.conf import settings
from django.db import transaction
from django.db.models import F
from oscar.apps.order import utils
from oscar.apps.order.exceptions import UnableToPlaceOrder
from oscar.core.loading import get_model

StockRecord = get_model("partner", "StockRecord")

# No vowels, so that no word appears, and nothing that reads like something else (0/O, 1/I, 2/Z, 5/S, 8/B).
ALPHABET = "34679CDFGHJKLMNPQRTVWXY"
LENGTH = 10


class OrderNumberGenerator(utils.OrderNumberGenerator):
    def order_number(self, basket) -> str:
        return unguessable_number()


def unguessable_number() -> str:
    """A number nobody can guess (23^10, about 4 in 10^13), in two groups that can be read out on the telephone."""
    return _in_groups("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def as_we_write_it(typed: str) -> str:
    """An order number that somebody typed: perhaps in small letters, after a #, with a blank for the hyphen."""
    characters = re.sub(r"[\W_]", "", typed).upper()
    return _in_groups(characters) if len(characters) == LENGTH else typed


def _in_groups(characters: str) -> str:
    return f"{characters[: LENGTH // 2]}-{characters[LENGTH // 2 :]}"


class OrderCreator(utils.OrderCreator):
    """Oscar's creator, for an order that is not paid yet.

    It differs from Oscar's in four things: vouchers are checked with the basket in hand, counters are changed by the
    database, stock is set aside for all lines at once, and `order_placed` is left to the payment
    (shop.order.lifecycle), since who listens counts sales.
    """

    @transaction.atomic(savepoint=False)
    def place_order(self, *, basket, total, shipping_method, shipping_charge, shipping_address, user, **fields):
        """Write the pending order with its lines, discounts and voucher uses, and set its stock aside.

        `total` and `shipping_charge` are Oscar prices in the basket's currency; `fields` go to the order.
        Raises UnableToPlaceOrder for a voucher that may no longer be used, OutOfStock when the shelf is empty.
        """
        order = self.create_order_model(
            user,
            basket,
            shipping_address,
            shipping_method,
            shipping_charge,
            None,
            total,
            OrderNumberGenerator().order_number(basket),
            settings.OSCAR_INITIAL_ORDER_STATUS,
            **fields,
        )
        vouchers = self._lock_vouchers(basket, user)
        self._record_discounts(order, basket, shipping_method)
        for voucher in vouchers:
            voucher.record_usage(order, user)
        for line in basket.all_lines():
            self.create_line_models(order, line)
        self._set_stock_aside(basket)
        return order

    def _lock_vouchers(self, basket, user) -> list:
        """The vouchers that apply to the basket now, nobody else's until the order is placed."""
        if not basket.vouchers.all():
            return []
        vouchers = [voucher for voucher in basket.vouchers.select_for_update().order_by("pk") if voucher.is_active()]
        for voucher in vouchers:
            available, message = voucher.is_available_to_user(user=user, basket=basket)
            if not available:
                raise UnableToPlaceOrder(message)
        return vouchers

    def _set_stock_aside(self, basket) -> None:
        quantities = Counter()
        for line in basket.all_lines():
            line.stockrecord.product = line.product  # it knows whether stock is counted
            quantities[line.stockrecord] += line.quantity
        StockRecord.objects.allocate(quantities)

    def _record_discounts(self, order, basket, shipping_method) -> None:
        for application in basket.offer_applications:
            application["message"] = application["offer"].apply_deferred_benefit(basket, order, application)
            if application["result"].affects_shipping:
                application["discount"] = shipping_method.discount(basket)
                if application["discount"] <= 0:
                    continue
            self.create_discount_model(order, application)
            self.record_discount(application)

    def record_discount(self, discount) -> None:
        type(discount["offer"]).objects.filter(pk=discount["offer"].pk).update(
            num_applications=F("num_applications") + discount["freq"],
            total_discount=F("total_discount") + discount["discount"],
            num_orders=F("num_orders") + 1,
        )
        if discount.get("voucher"):
            discount["voucher"].record_discount(discount)
