"""What is written about an order, here and at Stripe: for tests that look at the whole outcome, not at a status."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from oscar.core.loading import get_model

from shop.stripe_checkout.models import LedgerEntry

Charge = get_model("stripe_sandbox", "Charge")
Order = get_model("order", "Order")
Source = get_model("payment", "Source")


@dataclass(frozen=True)
class Books:
    """Amounts are dollars as text; what is a list comes oldest first, but for the letters, which come by name."""

    order: str
    attempts: tuple[str, ...]
    stock: tuple[int, int]
    """In stock, and of that allocated, of the product of the order's first line."""
    ledger: tuple[str, ...]
    source: tuple[str, str, str] | None = None
    """Allocated, debited, refunded."""
    transactions: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    at_stripe: tuple[str, str] = ("0.00", "0.00")
    """What Stripe has taken for the order, and what of it it gave back."""


# Two soaps at 18.00 and the delivery at 5.00, of five on the shelf: see `soap` and `payment_page`.
PENDING = Books(
    order="Pending payment",
    attempts=("open",),
    stock=(5, 2),
    ledger=("attempt: created → open",),
)
PAID_AT_STRIPE = Books(
    order=PENDING.order,
    attempts=PENDING.attempts,
    stock=PENDING.stock,
    ledger=PENDING.ledger,
    at_stripe=("41.00", "0.00"),
)
PAID = Books(
    order="Paid",
    attempts=("succeeded",),
    stock=(5, 2),  # consumed when it is sent, as Oscar does
    ledger=(*PENDING.ledger, "attempt: open → succeeded +41.00", "order: Pending payment → Paid"),
    source=("41.00", "41.00", "0.00"),
    transactions=("Debit 41.00 succeeded",),
    letters=("ORDER_PLACED",),
    at_stripe=("41.00", "0.00"),
)
EXPIRED = Books(
    order="Cancelled",
    attempts=("expired",),
    stock=(5, 0),
    ledger=(*PENDING.ledger, "attempt: open → expired", "order: Pending payment → Cancelled"),
)


def books(order: Any = None) -> Books:
    """Everything about this order, or about the only one there is."""
    order = order or Order.objects.get()
    order = Order.objects.get(pk=order.pk)
    stock = order.lines.order_by("pk").first().stockrecord
    assert {order.status} == {line.status for line in order.lines.all()}
    assert [change.new_status for change in order.status_changes.order_by("pk")] == [
        entry.after for entry in order.ledger_entries.filter(what="order")
    ]
    return Books(
        order=order.status,
        attempts=tuple(order.payment_attempts.order_by("created_at").values_list("state", flat=True)),
        stock=(stock.num_in_stock, stock.num_allocated or 0),
        ledger=tuple(map(_entry, order.ledger_entries.all())),
        source=_source(order),
        transactions=tuple(
            f"{transaction.txn_type} {transaction.amount} {transaction.status}"
            for source in order.sources.all()
            for transaction in source.transactions.order_by("pk")
        ),
        letters=tuple(sorted(order.letters.values_list("code", flat=True))),
        at_stripe=_at_stripe(order),
    )


def _entry(entry: LedgerEntry) -> str:
    move = f"{entry.before} → {entry.after}" if entry.before else entry.after
    return f"{entry.what}: {move}" + (f" {entry.amount:+}" if entry.amount else "")


def _source(order: Any) -> tuple[str, str, str] | None:
    source = Source.objects.filter(order=order).first()
    return source and (str(source.amount_allocated), str(source.amount_debited), str(source.amount_refunded))


def _at_stripe(order: Any) -> tuple[str, str]:
    ours = [str(pk) for pk in order.payment_attempts.values_list("pk", flat=True)]
    charges = Charge.objects.filter(status="succeeded", intent__session__parameters__client_reference_id__in=ours)
    sums = charges.aggregate(taken=Sum("amount"), back=Sum("amount_refunded"))
    return tuple(str(Decimal(sums[each] or 0).scaleb(-2).quantize(Decimal("0.01"))) for each in ("taken", "back"))
