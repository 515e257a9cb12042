"""What happens to an order when money comes or does not come.

Every function here expects the caller to hold the lock on the order (see shop.stripe_checkout.attempts) and to have
looked at its status under that lock.
"""

import logging
from functools import partial

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from oscar.apps.order.signals import order_placed, order_status_changed
from oscar.apps.partner.exceptions import InvalidStockAdjustment
from oscar.core.loading import get_model

from shop.order.confirmation import send_confirmation

logger = logging.getLogger(__name__)
Order = get_model("order", "Order")
ConditionalOffer = get_model("offer", "ConditionalOffer")
Voucher = get_model("voucher", "Voucher")
Status = Order.Status


def mark_paid(*, order) -> None:
    """The money for the whole order is here: Pending payment → Paid, or Cancelled → Paid after `take_stock_again`.

    Takes what was bought out of the basket, and queues the one confirmation e-mail in the caller's transaction. Those
    who count sales are told after the commit: their counters, product by product, are rows that two payments would
    lock in different orders, and no payment shall wait or fail for a statistic.
    """
    _move(order, Status.PAID)
    _take_out_of_basket(order)
    send_confirmation.enqueue(order_id=order.pk)
    transaction.on_commit(partial(order_placed.send, sender=mark_paid, order=order, user=order.user), robust=True)


def cancel(*, order) -> None:
    """No money will come: Pending payment → Cancelled. The basket was never taken away.

    Vouchers, offers and stock are given back in the order in which placing takes them (shop.order.utils), so that one
    who places and one who cancels never wait for each other.
    """
    _give_vouchers_back(order)
    _give_discounts_back(order)
    for line in _lines_by_stock(order):
        line.cancel_allocation(line.num_allocated)
    _move(order, Status.CANCELLED)


@transaction.atomic
def take_stock_again(*, order) -> None:
    """Set the stock of a cancelled order aside once more, because its money arrived after all.

    Raises InvalidStockAdjustment when any line can no longer be had, and keeps nothing then. Discounts are not taken
    again: the shopper keeps what he was charged.
    """
    for line in _lines_by_stock(order):
        if line.stockrecord is None:
            raise InvalidStockAdjustment(f"{line.title} is no longer in the catalogue.")
        line.stockrecord.allocate(line.quantity)
        type(line).objects.filter(pk=line.pk).update(num_allocated=line.quantity, allocation_cancelled=False)


def _lines_by_stock(order) -> list:
    # The same order as when the stock was set aside: nobody waits for anybody in a circle.
    return list(order.lines.select_related("stockrecord", "product").order_by("stockrecord_id", "pk"))


def _move(order, new_status: str) -> None:
    old_status = order.status
    order.status = new_status
    order.save(update_fields=["status"])
    order.lines.update(status=new_status)
    order.status_changes.create(old_status=old_status, new_status=new_status)
    order_status_changed.send(sender=_move, order=order, old_status=old_status, new_status=new_status)
    logger.info("Order %s: %s → %s", order.number, old_status, new_status)


def _take_out_of_basket(order) -> None:
    """What was added while the payment page was open stays in the basket."""
    basket = order.basket
    if basket is None or basket.status != basket.OPEN:
        return
    for line in order.lines.all():
        basket_line = basket.lines.filter(stockrecord_id=line.stockrecord_id, product_id=line.product_id).first()
        if basket_line is None:
            continue
        if basket_line.quantity > line.quantity:
            basket_line.quantity -= line.quantity
            basket_line.save(update_fields=["quantity"])
        else:
            basket_line.delete()
    if not basket.lines.exists():
        basket.status = basket.SUBMITTED
        basket.date_submitted = timezone.now()
        basket.save(update_fields=["status", "date_submitted"])


def _give_vouchers_back(order) -> None:
    for application in order.voucherapplication_set.order_by("voucher_id"):
        Voucher.objects.filter(pk=application.voucher_id).update(num_orders=Greatest(F("num_orders") - 1, 0))
        application.delete()


def _give_discounts_back(order) -> None:
    for discount in order.discounts.order_by("pk"):
        ConditionalOffer.objects.filter(pk=discount.offer_id).update(
            num_applications=Greatest(F("num_applications") - (discount.frequency or 0), 0),
            total_discount=Greatest(F("total_discount") - discount.amount, 0),
            num_orders=Greatest(F("num_orders") - 1, 0),
        )
        if discount.voucher_id:
            Voucher.objects.filter(pk=discount.voucher_id).update(
                total_discount=Greatest(F("total_discount") - discount.amount, 0)
            )
