"""What happens to an order when money comes or does not come.

Every function here expects the caller to hold the lock on the order (see shop.stripe_checkout.attempts) and to have
looked at its status under that lock.
"""

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from oscar.apps.partner.exceptions import InvalidStockAdjustment
from oscar.core.loading import get_model

from shop.background.queue import enqueue
from shop.order.tasks import count_sale
from shop.outbox.letters import post
from shop.parcels.models import BackOnSale
from shop.stripe_checkout.states import Cause, move_order

Order = get_model("order", "Order")
ConditionalOffer = get_model("offer", "ConditionalOffer")
StockRecord = get_model("partner", "StockRecord")
Voucher = get_model("voucher", "Voucher")
Status = Order.Status


def mark_paid(*, order, cause: Cause) -> None:
    """The money for the whole order is here: Pending payment → Paid, or Cancelled → Paid after `reinstate`.

    Takes what was bought out of the basket, and writes the one confirmation letter in the caller's transaction. The
    worker tells those who count sales: their counters, product by product, are rows that two payments would lock in
    different orders, and no payment shall wait or fail for a statistic.
    """
    move_order(order, Status.PAID, cause=cause)
    _take_out_of_basket(order)
    post(code="ORDER_PLACED", key=f"ORDER_PLACED:{order.pk}", order=order)
    enqueue(count_sale, order_id=order.pk)


def cancel(*, order, cause: Cause) -> None:
    """No money will come: Pending payment → Cancelled. The basket was never taken away.

    Vouchers, offers and stock are given back in the order in which placing takes them (shop.order.utils), so that one
    who places and one who cancels never wait for each other.
    """
    _give_vouchers_back(order)
    _count_discounts(order, -1)
    for line in _lines_by_stock(order):
        line.cancel_allocation(line.num_allocated)
    move_order(order, Status.CANCELLED, cause=cause)


@transaction.atomic
def reinstate(*, order) -> None:
    """Take what a cancelled order had given back once more, because its money arrived after all: stock, vouchers and
    discounts. The shopper keeps the discounts that he was charged with, whatever became of the offers since.

    Raises InvalidStockAdjustment when any line can no longer be had, and keeps nothing then.
    """
    _count_vouchers(order)
    _count_discounts(order, +1)
    quantities: Counter = Counter()
    for line in order.lines.select_related("stockrecord__product"):
        if line.stockrecord is None:
            raise InvalidStockAdjustment(f"{line.title} is no longer in the catalogue.")
        quantities[line.stockrecord] += line.quantity
    StockRecord.objects.allocate(quantities)
    order.lines.update(num_allocated=F("quantity"), allocation_cancelled=False)


class OnSaleAlready(Exception):
    """No more units of the line can go on sale again; the message says how many did."""


def restock(*, line, quantity: int) -> None:
    """Put units that were given back on sale: those not sent yet are set free, the others stand on the shelf again.

    Raises OnSaleAlready, and changes nothing, for more than were bought and are not on sale again yet.
    """
    _count_back(line, quantity)
    waiting = min(quantity, line.num_allocated or 0)
    if waiting:
        line.cancel_allocation(waiting)
    if waiting < quantity:
        _shelve(line, quantity - waiting)


def shelve(*, line, quantity: int) -> None:
    """Units that were sent and came back stand on the shelf again, if it is one on which units are counted.

    Raises OnSaleAlready like `restock`.
    """
    _count_back(line, quantity)
    _shelve(line, quantity)


def on_sale_again(line) -> int:
    """How many units of an order line went on sale again."""
    return BackOnSale.objects.filter(line=line).values_list("units", flat=True).first() or 0


def _count_back(line, quantity: int) -> None:
    BackOnSale.objects.get_or_create(line=line, defaults={"bought": line.quantity})
    row = BackOnSale.objects.filter(line=line, units__lte=F("bought") - quantity)
    if not row.update(units=F("units") + quantity):
        raise OnSaleAlready(f"Of {line.title}, {on_sale_again(line)} of {line.quantity} are on sale again already.")


def _shelve(line, quantity: int) -> None:
    if line.can_track_allocations:
        StockRecord.objects.filter(pk=line.stockrecord_id).update(num_in_stock=F("num_in_stock") + quantity)


def write_off(*, order, keep: Mapping[int, int] = MappingProxyType({})) -> None:
    """Nothing more will leave. Units that are set aside still were refunded and not put back on sale: they are no
    longer on the shelf, and nobody waits for them.

    `keep` says of how many units of which lines, by their keys, that is not so. Raises InvalidStockAdjustment.
    """
    for line in _lines_by_stock(order):
        left = (line.num_allocated or 0) - keep.get(line.pk, 0)
        if left > 0 and not line.allocation_cancelled:
            line.consume_allocation(left)


def _lines_by_stock(order) -> list:
    # The same order as when the stock was set aside: nobody waits for anybody in a circle.
    return list(order.lines.select_related("stockrecord", "product").order_by("stockrecord_id", "pk"))


def _take_out_of_basket(order) -> None:
    """A basket of which everything was bought is closed as it is; what was added while the payment page was open stays
    in an open one.
    """
    basket = order.basket
    if basket is None or basket.status != basket.OPEN:
        return
    bought: Counter = Counter()
    for line in order.lines.all():
        bought[line.product_id, line.stockrecord_id] += line.quantity
    taken = {}
    for line in basket.lines.all():
        taken[line] = min(line.quantity, bought[line.product_id, line.stockrecord_id])
        bought[line.product_id, line.stockrecord_id] -= taken[line]
    if any(quantity < line.quantity for line, quantity in taken.items()):
        basket.lines.filter(pk__in=[line.pk for line, quantity in taken.items() if quantity == line.quantity]).delete()
        for line, quantity in taken.items():
            if 0 < quantity < line.quantity:
                basket.lines.filter(pk=line.pk).update(quantity=F("quantity") - quantity)
    else:
        basket.status = basket.SUBMITTED
        basket.date_submitted = timezone.now()
        basket.save(update_fields=["status", "date_submitted"])


def _count_vouchers(order) -> None:
    used = order.discounts.exclude(voucher_id=None).order_by("voucher_id").values_list("voucher_id", flat=True)
    for voucher in Voucher.objects.filter(pk__in=used).order_by("pk"):
        voucher.record_usage(order, order.user)


def _give_vouchers_back(order) -> None:
    for application in order.voucherapplication_set.order_by("voucher_id"):
        Voucher.objects.filter(pk=application.voucher_id).update(num_orders=Greatest(F("num_orders") - 1, 0))
        application.delete()


def _count_discounts(order, sign: int) -> None:
    """Add to (+1) or take from (-1) what offers and vouchers gave, never below nothing."""
    for discount in order.discounts.order_by("pk"):
        ConditionalOffer.objects.filter(pk=discount.offer_id).update(
            num_applications=Greatest(F("num_applications") + sign * (discount.frequency or 0), 0),
            total_discount=Greatest(F("total_discount") + sign * discount.amount, 0),
            num_orders=Greatest(F("num_orders") + sign, 0),
        )
        if discount.voucher_id:
            Voucher.objects.filter(pk=discount.voucher_id).update(
                total_discount=Greatest(F("total_discount") + sign * discount.amount, 0)
            )
