"""Money that goes back. It is written down first, then asked of Stripe; and whoever gave it back, and wherever, the
shop's books follow what Stripe says.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Sum
from oscar.core.loading import get_model

from shop.order import lifecycle
from shop.order.units import in_open_returns
from shop.stripe_checkout import gateway, ledger, letters
from shop.stripe_checkout.locks import lock
from shop.stripe_checkout.minor_units import from_minor_units, to_minor_units
from shop.stripe_checkout.models import LedgerEntry, PaymentAttempt, Refund, RefundLine
from shop.stripe_checkout.states import REFUND_MOVES, Cause, move_refund
from shop.telemetry.context import about

logger = logging.getLogger(__name__)
Order = get_model("order", "Order")
State = Refund.State

# Stripe's words (docs.stripe.com/api/refunds/object), ours.
STATES = {
    "pending": State.PENDING,
    "requires_action": State.PENDING,
    "succeeded": State.SUCCEEDED,
    "failed": State.FAILED,
    "canceled": State.CANCELED,
}


class RefundRefused(Exception):
    """Nothing was given back and nothing changed. The message tells staff why."""


@dataclass(frozen=True)
class Returned:
    """Units of an order line for which money goes back, and whether they go back on sale.

    `of_sent` is for the money of a return or a claim: its units were sent. `on_sale` of them stand on the shelf again
    since they were received.
    """

    line: Any
    quantity: int
    restock: bool
    of_sent: bool = False
    on_sale: int = 0


def ask(
    *,
    attempt: PaymentAttempt,
    refund_id: UUID,
    by: str,
    amount: Decimal | None = None,
    currency: str | None = None,
    returned: Iterable[Returned] = (),
    delivery: bool = False,
    reason: str = "",
    customer_told: bool = False,
) -> Refund:
    """Give money back: `amount`, or without one what the `returned` units cost, with the delivery charge if wanted.
    `customer_told` where another letter tells the customer of it.

    `refund_id` is made with the form: pressing its button twice is one refund. Stripe is asked when the transaction is
    committed; if it does not answer, the worker asks again.

    Raises RefundRefused when it is more than was paid and not given back yet, not a positive amount to the cent, in
    another currency, for a line of another order, for units of which a return is open that are not its own refund's,
    or for a delivery charge that was given back before.
    """
    with transaction.atomic():
        order, attempt = lock(attempt)
        earlier = Refund.objects.filter(pk=refund_id).first()
        if earlier is not None:
            if earlier.attempt_id != attempt.pk:
                raise RefundRefused("This form belongs to another payment. Please open the page again.")
            return earlier
        returned = list(returned)
        _check_returned(order, returned)
        if delivery and attempt.refunds.standing().filter(delivery=True).exists():
            raise RefundRefused("The delivery charge was given back before.")
        if amount is None:
            amount = sum((price_of(each.line, each.quantity) for each in returned), Decimal("0.00"))
            amount += order.shipping_incl_tax if delivery else 0
        _check_amount(attempt, amount, currency or attempt.paid_currency)
        refund = write(
            attempt=attempt,
            amount=amount,
            by=by,
            reason=reason,
            refund_id=refund_id,
            returned=returned,
            delivery=delivery,
            customer_told=customer_told,
        )
    refund.refresh_from_db()
    return refund


def price_of(line: Any, quantity: int) -> Decimal:
    """What `quantity` more units of an order line cost the customer, to the cent.

    A line of 10.00 for three is 3.33, 3.34 and 3.33: whatever is given back one by one adds up to the line.
    """
    before = returned_units(line)
    return _part(line, before + quantity) - _part(line, before)


def returned_units(line: Any) -> int:
    """How many units of an order line were given back, or are asked to be."""
    standing = RefundLine.objects.filter(line=line, refund__state__in=Refund.STANDING)
    return standing.aggregate(units=Sum("quantity"))["units"] or 0


def _part(line: Any, quantity: int) -> Decimal:
    return (line.line_price_incl_tax * quantity / line.quantity).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _check_returned(order: Any, returned: list[Returned]) -> None:
    for each in returned:
        if each.line.order_id != order.pk:
            raise RefundRefused("This line belongs to another order.")
        left = each.line.quantity - returned_units(each.line)
        returns = [] if each.of_sent else list(in_open_returns(line=each.line).select_related("case"))
        here = max(0, left - sum(other.quantity for other in returns))
        if here < each.quantity <= left:
            numbers = ", ".join(other.case.number for other in returns)
            raise RefundRefused(f"Of {each.line.title}, {here} can be given back here; the rest is in {numbers}.")
        if not 0 < each.quantity <= left:
            raise RefundRefused(f"Of {each.line.title}, {left} can be given back, not {each.quantity}.")


def _check_amount(attempt: PaymentAttempt, amount: Decimal, currency: str) -> None:
    if attempt.paid_amount is None:
        raise RefundRefused("Nothing was paid, so there is nothing to give back.")
    if currency != attempt.paid_currency:
        raise RefundRefused(f"The customer paid in {attempt.paid_currency}; money cannot go back in {currency}.")
    try:
        minor = to_minor_units(amount, currency)
    except (ValueError, ArithmeticError) as error:
        raise RefundRefused(f"{amount} is not an amount of money in {currency}.") from error
    if minor <= 0:
        raise RefundRefused("The amount must be more than nothing.")
    if amount > attempt.refundable:
        raise RefundRefused(f"At most {attempt.refundable} {currency} can still be given back, not {amount}.")


def write(
    *,
    attempt: PaymentAttempt,
    amount: Decimal,
    by: str,
    reason: str = "",
    refund_id: UUID | None = None,
    returned: Iterable[Returned] = (),
    delivery: bool = False,
    customer_told: bool = False,
) -> Refund:
    """Write a refund down, under the caller's locks, and have Stripe asked for it after the commit."""
    refund = Refund.objects.create(
        pk=refund_id or uuid4(),
        attempt=attempt,
        amount=amount,
        currency=attempt.paid_currency,
        reason=reason,
        asked_by=by,
        delivery=delivery,
        customer_told=customer_told,
    )
    RefundLine.objects.bulk_create(
        RefundLine(
            refund=refund,
            line=each.line,
            quantity=each.quantity,
            restock=each.restock,
            of_sent=each.of_sent,
            on_sale=each.quantity if each.restock else each.on_sale,
        )
        for each in returned
    )
    _enter(refund, Cause(by))
    # No partial: it has no __qualname__, by which Django logs what fails here.
    transaction.on_commit(lambda: _send_now_or_later(refund), robust=True)
    return refund


def _send_now_or_later(refund: Refund) -> None:
    try:
        send(refund)
    except gateway.ProviderUnavailable as error:
        order = refund.attempt.order
        logger.warning(
            "Order %s: refund %s is asked for later: %s", order.number, refund.pk, error, extra=about(order)
        )


def send(refund: Refund) -> Refund:
    """Ask Stripe for a refund that is written down. However often it is asked, the money goes back once.

    Raises ProviderUnavailable when Stripe does not answer: the refund waits then, and the sweeper asks again.
    """
    if refund.state != State.CREATED:
        return refund
    try:
        gateway.create_refund(
            payment_intent=refund.attempt.payment_intent,
            amount=to_minor_units(refund.amount, refund.currency),
            reference=str(refund.pk),
            idempotency_key=f"{refund.pk}-{refund.sent_times}",
        )
    except gateway.ProviderUnavailable as error:
        if error.stored:
            Refund.objects.filter(pk=refund.pk).update(sent_times=refund.sent_times + 1)
        raise
    except gateway.ProviderRefused as error:
        _refused(refund, str(error))
    mirror(refund.attempt, cause=Cause(refund.asked_by))
    refund.refresh_from_db()
    return refund


@transaction.atomic
def _refused(refund: Refund, why: str) -> None:
    order, attempt = lock(refund.attempt)
    refund = Refund.objects.select_for_update().get(pk=refund.pk)
    if refund.state == State.CREATED:
        refund.attempt, refund.failure = attempt, why
        move_refund(refund, State.FAILED, cause=Cause("Stripe"))
        letters.refund_failed(refund)
        logger.error(
            "Order %s: Stripe refused to give %s back: %s", order.number, refund.amount, why, extra=about(order)
        )


def mirror(attempt: PaymentAttempt, *, cause: Cause) -> None:
    """Make the books say what Stripe says about all refunds of this payment, as they are now.

    It reads the whole state each time: a refund that was told of before may have gone through, or failed, since. An
    event that is the cause is recorded in the same transaction, and one that was recorded before changes nothing.

    Raises ProviderUnavailable or ProviderRefused when Stripe cannot be asked: nothing is changed then.
    """
    listed = gateway.list_refunds(attempt.payment_intent)
    with transaction.atomic():
        order, attempt = lock(attempt)
        if cause.event is not None and not ledger.remember(cause.event, attempt):
            return
        ours = list(attempt.refunds.select_for_update()) if listed else []
        for theirs in listed:
            _follow(theirs, ours, attempt, cause)
        if listed:
            ledger.book_money_back(order=order, attempt=attempt)
        _release_unpaid(order, attempt, cause)


def _follow(theirs: gateway.Refund, ours: list[Refund], attempt: PaymentAttempt, cause: Cause) -> None:
    refund = _find(theirs, ours) or _made_at_stripe(theirs, attempt, cause)
    refund.attempt = attempt
    state = STATES.get(theirs.status, State.PENDING)
    if state not in REFUND_MOVES[refund.state]:
        return  # we know it, or know better: this answer is older than the one we have
    gone = refund.state != State.CREATED
    amount = Decimal("0.00")
    if state in Refund.LOST:
        amount = refund.amount if gone else amount
    elif not gone:
        amount = -refund.amount
    refund.stripe_id, refund.failure = theirs.id, theirs.failure
    move_refund(refund, state, cause=cause, amount=amount)
    if amount < 0:
        _went_back(refund)
    if state in Refund.LOST:
        letters.refund_failed(refund)


def _find(theirs: gateway.Refund, ours: list[Refund]) -> Refund | None:
    """By Stripe's id, or by ours, which Stripe keeps in the metadata: the answer with its id may have been lost."""
    known = (refund for refund in ours if theirs.id == refund.stripe_id)
    return next(known, None) or next((refund for refund in ours if theirs.reference == str(refund.pk)), None)


def _made_at_stripe(theirs: gateway.Refund, attempt: PaymentAttempt, cause: Cause) -> Refund:
    refund = Refund.objects.create(
        attempt=attempt,
        amount=from_minor_units(theirs.amount, theirs.currency),
        currency=theirs.currency,
        asked_by="Stripe",
        reason="Made at Stripe.",
        stripe_id=theirs.id,
    )
    _enter(refund, cause)
    return refund


def _went_back(refund: Refund) -> None:
    for each in refund.lines.filter(on_sale__gt=0).select_related("line").order_by("line__stockrecord_id"):
        _put_on_sale(each.line)
    if not refund.customer_told:
        letters.refund_made(refund)


def _put_on_sale(line: Any) -> None:
    """As many units of an order line as the refunds that went through say are on sale again, less those that are: put
    there by a return, or by a refund that the bank did not take in the end.
    """
    gone = RefundLine.objects.filter(line=line, refund__state__in=(State.PENDING, State.SUCCEEDED))
    missing = (gone.aggregate(units=Sum("on_sale"))["units"] or 0) - lifecycle.on_sale_again(line)
    if missing > 0:
        lifecycle.restock(line=line, quantity=missing)


def _release_unpaid(order: Any, attempt: PaymentAttempt, cause: Cause) -> None:
    """An order whose only money fitted nothing and went back is not waiting for anything any more."""
    held = attempt.state == PaymentAttempt.State.MISMATCHED and order.status == Order.Status.PENDING_PAYMENT
    if held and not attempt.refundable and not order.payment_attempts.live().exists():
        lifecycle.cancel(order=order, cause=cause)


def _enter(refund: Refund, cause: Cause) -> None:
    LedgerEntry.objects.create(
        order=refund.attempt.order,
        attempt=refund.attempt,
        what=LedgerEntry.What.REFUND,
        after=refund.state,
        currency=refund.currency,
        by=str(cause),
        note=f"{refund.amount} {refund.currency} {refund.reason}".strip(),
    )
