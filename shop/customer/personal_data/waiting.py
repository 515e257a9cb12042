"""Why an account cannot be deleted yet. Each part of the shop that may have open business with a customer is asked."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext
from oscar.core.loading import get_model

from shop.order.sheet import orders
from shop.stripe_checkout.models import Refund

Order = get_model("order", "Order")
Status = Order.Status


def open_business(user: Any) -> list[str]:
    """One sentence for each thing that has to end first, naming the order; empty when the account may be deleted.

    As many queries for forty orders as for one.
    """
    if user.is_staff or user.is_superuser:
        return [gettext("You work here: ask whoever looks after accounts in the admin to take yours away.")]
    return open_orders(user=user)


def open_orders(**whose: Any) -> list[str]:
    """The same of the orders that this filter finds."""
    found = orders().filter(**whose).order_by("-date_placed")
    return [sentence for order in found for asked in ASKED for sentence in asked(order)]


def _payment(order: Any) -> Iterator[str]:
    says = {"number": order.number}
    if any(attempt.held for attempt in order.payment_attempts.all()):
        yield gettext("Order %(number)s: we are looking into a payment that does not fit.") % says
    elif order.status == Status.PENDING_PAYMENT:
        yield (
            gettext("Order %(number)s waits for its payment at Stripe. Pay it, cancel it, or let its time end.") % says
        )
    elif any(attempt.live for attempt in order.payment_attempts.all()):
        yield gettext("Order %(number)s: a payment is still open at Stripe.") % says


def _sending(order: Any) -> Iterator[str]:
    if order.status == Status.PAID and not _all_given_back(order):
        yield gettext("Order %(number)s is paid, and not all of it has been sent yet.") % {"number": order.number}


def _refund(order: Any) -> Iterator[str]:
    refunds = _each(attempt.refunds.all() for attempt in order.payment_attempts.all())
    if any(refund.state in (Refund.State.CREATED, Refund.State.PENDING) for refund in refunds):
        yield gettext("Order %(number)s: a refund is on its way to you.") % {"number": order.number}
    if any(refund.state in Refund.LOST and not refund.dealt_with for refund in refunds):
        yield gettext("Order %(number)s: a refund did not go through, and we look after it.") % {
            "number": order.number
        }


def _hold(order: Any) -> Iterator[str]:
    for hold in _each(attempt.holds.all() for attempt in order.payment_attempts.all()):
        if hold.closed_at is None and hold.kind == hold.Kind.DISPUTE:
            yield gettext("Order %(number)s: your bank disputes the payment.") % {"number": order.number}
        elif hold.closed_at is None:
            yield gettext("Order %(number)s: Stripe is reviewing the payment.") % {"number": order.number}


def _return(order: Any) -> Iterator[str]:
    for case in order.returns.all():
        if case.is_open:
            yield gettext("Order %(number)s: return %(case)s is not over yet.") % {
                "number": order.number,
                "case": case.number,
            }


ASKED: list[Callable[[Any], Iterator[str]]] = [_payment, _sending, _refund, _return, _hold]
"""Who is asked about an order, as shop.order.sheet.orders gives it; further parts of the shop append theirs."""


def _all_given_back(order: Any) -> bool:
    """Nothing will be sent: its units are on sale again, or all of its money went back."""
    paid = sum((source.amount_debited for source in order.sources.all()), Decimal("0.00"))
    back = sum((source.amount_refunded for source in order.sources.all()), Decimal("0.00"))
    return bool(paid and back >= paid) or all(line.allocation_cancelled for line in order.lines.all())


def _each(groups: Iterable[Iterable[Any]]) -> list[Any]:
    return [each for group in groups for each in group]
