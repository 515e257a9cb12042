"""Which state may follow which, for orders, payment attempts and refunds, and the one door through which they move.

    order     Pending payment → Paid → Shipped → Complete
              Pending payment → Cancelled → Paid, the last one only if the stock could be taken again
    attempt   created → open → processing → succeeded | failed | expired | superseded | mismatched
    refund    created → pending → succeeded → failed

Refunded and disputed are no states of an order: they follow from the ledger.
"""

import logging
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone
from oscar.apps.order.signals import order_status_changed
from oscar.core.loading import get_model

from shop.stripe_checkout.gateway import Event
from shop.stripe_checkout.models import LedgerEntry, PaymentAttempt, Refund
from shop.telemetry.context import about

logger = logging.getLogger(__name__)
Order = get_model("order", "Order")
OrderLine = get_model("order", "Line")
What = LedgerEntry.What
NOTHING = Decimal("0.00")

ORDER_MOVES: dict[str, tuple[str, ...]] = {
    Order.Status.PENDING_PAYMENT: (Order.Status.PAID, Order.Status.CANCELLED),
    Order.Status.PAID: (Order.Status.SHIPPED,),
    Order.Status.SHIPPED: (Order.Status.COMPLETE,),
    Order.Status.COMPLETE: (),
    Order.Status.CANCELLED: (Order.Status.PAID,),
}

_BROUGHT_MONEY = (PaymentAttempt.State.SUCCEEDED, PaymentAttempt.State.MISMATCHED)
_ENDED = (*_BROUGHT_MONEY, PaymentAttempt.State.FAILED, PaymentAttempt.State.EXPIRED, PaymentAttempt.State.SUPERSEDED)

ATTEMPT_MOVES: dict[str, tuple[str, ...]] = {
    PaymentAttempt.State.CREATED: (PaymentAttempt.State.OPEN, PaymentAttempt.State.PROCESSING, *_ENDED),
    PaymentAttempt.State.OPEN: (PaymentAttempt.State.PROCESSING, *_ENDED),
    PaymentAttempt.State.PROCESSING: (*_BROUGHT_MONEY, PaymentAttempt.State.FAILED),
    # Money may come after all: a card paid in the second in which we gave up, a bank that changed its mind.
    PaymentAttempt.State.FAILED: _BROUGHT_MONEY,
    PaymentAttempt.State.EXPIRED: _BROUGHT_MONEY,
    PaymentAttempt.State.SUPERSEDED: _BROUGHT_MONEY,
    PaymentAttempt.State.SUCCEEDED: (),
    PaymentAttempt.State.MISMATCHED: (),
}

ATTEMPT_FACTS = ("reason", "session_id", "session_url", "payment_intent", "paid_amount", "paid_currency")

REFUND_MOVES: dict[str, tuple[str, ...]] = {
    Refund.State.CREATED: (Refund.State.PENDING, Refund.State.SUCCEEDED, *Refund.LOST),
    Refund.State.PENDING: (Refund.State.SUCCEEDED, *Refund.LOST),
    Refund.State.SUCCEEDED: (Refund.State.FAILED,),  # banks send money back days later
    Refund.State.FAILED: (),
    Refund.State.CANCELED: (),
}


class IllegalMove(Exception):
    """The state does not allow it, or is another one than the caller saw: he did not hold the lock."""


@dataclass(frozen=True)
class Cause:
    """Who moved something; where it was Stripe's event, which."""

    by: str
    event: Event | None = None

    def __str__(self) -> str:
        return f"{self.by}: {self.event.type} {self.event.id}" if self.event else self.by


SHOPPER = Cause("shopper")
RETURN_PAGE = Cause("return page")
SWEEPER = Cause("sweeper")
SHOP = Cause("the shop itself")


def move_order(order: Any, to: str, *, cause: Cause) -> None:
    """Move a locked order and its lines, and write it into the ledger and into Oscar's history.

    Raises IllegalMove.
    """
    before = order.status
    _move(order, "status", ORDER_MOVES, to)
    OrderLine.objects.filter(order=order).update(status=to)  # not order.lines: that would forget what it has read
    order.status_changes.create(old_status=before, new_status=to)
    LedgerEntry.objects.create(
        order=order, what=What.ORDER, before=before, after=to, currency=order.currency, by=str(cause)
    )
    order_status_changed.send(sender=move_order, order=order, old_status=before, new_status=to)
    logger.info("Order %s: %s → %s (%s)", order.number, before, to, cause, extra=about(order))


def move_attempt(attempt: PaymentAttempt, to: str, *, cause: Cause, reason: str = "") -> None:
    """Move a locked attempt, saving with it its session and what was paid.

    Raises IllegalMove.
    """
    before = attempt.state
    attempt.reason = reason
    _move(attempt, "state", ATTEMPT_MOVES, to, also=ATTEMPT_FACTS)
    LedgerEntry.objects.create(
        order=attempt.order,
        attempt=attempt,
        what=What.ATTEMPT,
        before=before,
        after=to,
        amount=(attempt.paid_amount or NOTHING) if to in _BROUGHT_MONEY else NOTHING,
        currency=attempt.paid_currency or attempt.currency,
        reference=attempt.payment_intent or attempt.session_id or "",
        by=str(cause),
        note=reason,
    )


def move_refund(refund: Refund, to: str, *, cause: Cause, amount: Decimal = NOTHING) -> None:
    """Move a refund whose order is locked; `amount` is the money that went (−) or came back (+) with it.

    Raises IllegalMove.
    """
    before = refund.state
    _move(refund, "state", REFUND_MOVES, to, also=("stripe_id", "failure"))
    LedgerEntry.objects.create(
        order=refund.attempt.order,
        attempt=refund.attempt,
        what=What.REFUND,
        before=before,
        after=to,
        amount=amount,
        currency=refund.currency,
        reference=refund.stripe_id or "",
        by=str(cause),
        note=refund.failure or refund.reason,
    )


def _move(
    row: models.Model, field: str, moves: dict[str, tuple[str, ...]], to: str, *, also: tuple[str, ...] = ()
) -> None:
    """The condition is the guard: a row that is elsewhere by now is not moved, whoever thinks he holds the lock."""
    before = getattr(row, field)
    if to not in moves[before]:
        raise IllegalMove(f"{row} is {before} and cannot become {to}.")
    values: dict[str, Any] = {name: getattr(row, name) for name in also} | {field: to}
    if hasattr(row, "updated_at"):
        values["updated_at"] = timezone.now()
    if not type(row)._default_manager.filter(pk=row.pk, **{field: before}).update(**values):
        raise IllegalMove(f"{row} is no longer {before}.")
    setattr(row, field, to)
