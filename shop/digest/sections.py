"""What the shop itself has to tell staff in the morning. See the package's docstring for how to add to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from oscar.core.loading import get_model

from shop.order.units import lines_with_units
from shop.outbox.models import Letter
from shop.parcels.models import Parcel
from shop.promises.business_days import business_days_after
from shop.shipping.methods import PACKED_WITHIN
from shop.stripe_checkout.models import Hold, PaymentAttempt

Order = get_model("order", "Order")
OrderStatusChange = get_model("order", "OrderStatusChange")
ShippingEvent = get_model("order", "ShippingEvent")
ProductReview = get_model("reviews", "ProductReview")
Source = get_model("payment", "Source")

MOST = 20
"""Named in one section; of the others there is the number."""
GIVEN_UP_WITHIN = timedelta(days=7)
"""How long ago a letter was written that is told of. Nobody is reminded of one for ever."""


@dataclass(frozen=True)
class Section:
    title: str
    items: list[str]
    more: int
    """How many there are besides."""
    path: str
    """Of the page where staff see to them."""


def section(title: str, rows: QuerySet[Any], *, name: Callable[[Any], str], path: str) -> Section | None:
    """A section of these rows, each named by `name`; None where there are none. Two queries."""
    items = [name(row) for row in rows[:MOST]]
    return Section(title, items, rows.count() - len(items), path) if items else None


def to_pack() -> Section | None:
    """Paid orders of which something is to be sent and may be, the oldest first, with the day for which each was
    promised, and what is late. Of an order that left in part the rest was promised for no day.
    """
    held = Hold.objects.open().filter(attempt__order=OuterRef("pk"))
    paid = OrderStatusChange.objects.filter(order=OuterRef("pk"), new_status=Order.Status.PAID)
    waiting = (
        _unsent()
        .exclude(Exists(held))
        .annotate(
            paid_at=Subquery(paid.order_by("-date_created").values("date_created")[:1]),
            has_begun=Exists(ShippingEvent.objects.filter(order=OuterRef("pk"))),
        )
    )
    return section("Orders to pack", waiting, name=_to_pack, path=_orders(Order.Status.PAID))


def held() -> Section | None:
    holds = Hold.objects.open().filter(attempt__order=OuterRef("pk"))
    return section("Orders held", _unsent().filter(Exists(holds)), name=_order, path=_payments())


def sent_yesterday() -> Section | None:
    yesterday = timezone.localdate() - timedelta(days=1)
    parcels = Parcel.objects.filter(event__date_created__date=yesterday).select_related("event__order")
    return section(
        "Parcels sent yesterday",
        parcels.order_by("event__date_created"),
        name=lambda parcel: f"Order {parcel.event.order.number}: {parcel}",
        path=_orders(Order.Status.SHIPPED),
    )


def reviews_to_read() -> Section | None:
    waiting = ProductReview.objects.filter(status=ProductReview.FOR_MODERATION).select_related("product")
    return section(
        "Reviews to read",
        waiting.order_by("date_created"),
        name=lambda review: f"{review.product.get_title() if review.product else 'A product'}: {review.title}",
        path=f"{reverse('dashboard:reviews-list')}?status={ProductReview.FOR_MODERATION}",
    )


def letters_given_up() -> Section | None:
    letters = Letter.objects.given_up().filter(created_at__gt=timezone.now() - GIVEN_UP_WITHIN)
    path = f"{reverse('admin:outbox_letter_changelist')}?state=given_up"
    return section("Letters that were given up", letters.order_by("created_at"), name=str, path=path)


def payments_for_a_person() -> Section | None:
    payments = PaymentAttempt.objects.need_a_person().select_related("order").order_by("created_at")
    return section(
        "Payments that need a person",
        payments,
        name=lambda payment: f"Order {payment.order.number}: {payment.amount} {payment.currency}",
        path=_payments(),
    )


def _unsent() -> QuerySet[Any]:
    waiting = lines_with_units(order=OuterRef("pk")).filter(to_send__gt=0)
    all_back = Source.objects.filter(
        order=OuterRef("pk"), amount_debited__gt=0, amount_refunded__gte=F("amount_debited")
    )
    paid = Order.objects.filter(status=Order.Status.PAID, call_off=None)
    return paid.filter(Exists(waiting)).exclude(Exists(all_back)).order_by("date_placed")


def _order(order: Any) -> str:
    return f"Order {order.number} of {date_format(timezone.localdate(order.date_placed))}, {order.shipping_method}"


def _to_pack(order: Any) -> str:
    if order.has_begun:
        return f"{_order(order)}, the rest of it"
    due = business_days_after(order.paid_at or order.date_placed, PACKED_WITHIN)
    return f"{_order(order)}, {'late: ' if due < timezone.localdate() else ''}promised for {date_format(due)}"


def _orders(status: str) -> str:
    return f"{reverse('dashboard:order-list')}?status={status}"


def _payments() -> str:
    return f"{reverse('admin:stripe_checkout_paymentattempt_changelist')}?needs=a-person"
