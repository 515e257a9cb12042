"""All that happened around a payment, as one list."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from oscar.templatetags.currency_filters import currency

from shop.stripe_checkout.models import Hold, LedgerEntry, PaymentAttempt, Refund, StripeEvent


@dataclass(frozen=True)
class Moment:
    at: datetime
    what: str
    note: str = ""
    by: str = ""
    reference: str = ""
    money: str = ""
    another: PaymentAttempt | None = None
    """The attempt it is about, where that is another one than the one looked at."""


def timeline(attempt: PaymentAttempt) -> list[Moment]:
    """What moved, what was said and what was written for the order of this payment, oldest first."""
    moments = [*_begun(attempt), *_ledger(attempt), *_events(attempt), *_back(attempt), *_held(attempt)]
    return sorted([*moments, *_letters(attempt)], key=lambda moment: moment.at)


def _begun(attempt: PaymentAttempt) -> Iterator[Moment]:
    for each in PaymentAttempt.objects.filter(order=attempt.order_id):
        yield Moment(
            at=each.created_at,
            what=f"Payment of {currency(each.amount, each.currency)} begun",
            by="shopper",
            reference=each.session_id or "",
            another=_another(each, attempt),
        )


def _ledger(attempt: PaymentAttempt) -> Iterator[Moment]:
    moved = LedgerEntry.objects.filter(order=attempt.order_id).select_related("attempt__order")
    for entry in moved.exclude(what=LedgerEntry.What.REFUND, before=""):  # that it was asked for stands in _back
        before = f"{entry.before} → " if entry.before else ""
        yield Moment(
            at=entry.at,
            what=f"{entry.get_what_display()}: {before}{entry.after}",
            note=entry.note,
            by=entry.by,
            reference=entry.reference,
            money=_signed(entry.amount, entry.currency),
            another=_another(entry.attempt, attempt),
        )


def _events(attempt: PaymentAttempt) -> Iterator[Moment]:
    for event in StripeEvent.objects.filter(attempt__order=attempt.order_id).select_related("attempt__order"):
        yield Moment(
            at=event.received_at,
            what=f"Stripe told us: {event.type}",
            by="Stripe",
            reference=event.event_id,
            another=_another(event.attempt, attempt),
        )


def _back(attempt: PaymentAttempt) -> Iterator[Moment]:
    refunds = Refund.objects.filter(attempt__order=attempt.order_id)
    for refund in refunds.select_related("attempt__order").prefetch_related("lines__line"):
        money = currency(refund.amount, refund.currency)
        lines = [f"{line}{', back on sale' if line.restock else ''}" for line in refund.lines.all()]
        about = _another(refund.attempt, attempt)
        note = ". ".join(filter(None, ["; ".join(lines), refund.reason]))
        yield Moment(refund.created_at, f"Refund of {money} asked for", note, refund.asked_by, another=about)
        if refund.looked_at:
            yield Moment(refund.looked_at, f"Failed refund of {money} dealt with", by="staff", another=about)


def _held(attempt: PaymentAttempt) -> Iterator[Moment]:
    for hold in Hold.objects.filter(attempt__order=attempt.order_id).select_related("attempt__order"):
        about = _another(hold.attempt, attempt)
        yield Moment(
            hold.opened_at, f"{hold.get_kind_display()} opened", hold.reason, "Stripe", hold.stripe_id, another=about
        )
        if hold.due_by:
            yield Moment(hold.due_by, f"{hold.get_kind_display()}: Stripe takes our answer until now", another=about)


def _letters(attempt: PaymentAttempt) -> Iterator[Moment]:
    for letter in attempt.order.letters.all():
        failing = f"Not sent: {letter.last_error}" if letter.last_error and not letter.sent_at else ""
        given_up = "Given up. " if failing and not letter.next_try_at else ""
        yield Moment(letter.created_at, f"Letter written: {letter}", f"{given_up}{failing}")
        if letter.sent_at:
            yield Moment(letter.sent_at, f"Letter sent: {letter}")


def _another(about: PaymentAttempt | None, attempt: PaymentAttempt) -> PaymentAttempt | None:
    return about if about != attempt else None


def _signed(amount: Decimal, code: str) -> str:
    sign = "+" if amount > 0 else "−"
    return f"{sign}{currency(abs(amount), code)}" if amount else ""
