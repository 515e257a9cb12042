"""Disputes and reviews: while one is open the order is not shipped; what a bank took back is booked."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from shop.stripe_checkout import gateway, ledger, letters, refunds
from shop.stripe_checkout.locks import lock
from shop.stripe_checkout.minor_units import from_minor_units
from shop.stripe_checkout.models import Hold, LedgerEntry, PaymentAttempt
from shop.stripe_checkout.states import Cause


def mirror_disputes(attempt: PaymentAttempt, *, cause: Cause) -> None:
    """Make the books say what Stripe says about all disputes of this payment, as they are now.

    An event that is the cause is recorded in the same transaction, and one that was recorded before changes nothing.

    Raises ProviderUnavailable or ProviderRefused when Stripe cannot be asked: nothing is changed then.
    """
    listed = gateway.list_disputes(attempt.payment_intent)
    lost = any(dispute.status == "lost" for dispute in listed)
    if lost:  # a bank takes back what was not given back before: a refund that we count may have failed since
        refunds.mirror(attempt, cause=replace(cause, event=None))
    with transaction.atomic():
        order, attempt = lock(attempt)
        if cause.event is not None and not ledger.remember(cause.event, attempt):
            return
        for dispute in listed:
            _follow(
                attempt,
                cause,
                Hold.Kind.DISPUTE,
                dispute.id,
                closed=dispute.closed,
                status=dispute.status,
                reason=dispute.reason,
                amount=from_minor_units(dispute.amount, dispute.currency),
                currency=dispute.currency,
                due_by=dispute.due_by,
                opened_at=dispute.created,
            )
        if lost:
            ledger.book_money_back(order=order, attempt=attempt)


def mirror_review(attempt: PaymentAttempt, *, review_id: str, cause: Cause) -> None:
    """The same for a review of this payment."""
    review = gateway.retrieve_review(review_id)
    with transaction.atomic():
        _order, attempt = lock(attempt)
        if cause.event is not None and not ledger.remember(cause.event, attempt):
            return
        _follow(
            attempt,
            cause,
            Hold.Kind.REVIEW,
            review.id,
            closed=not review.open,
            status="open" if review.open else "closed",
            reason=review.reason,
            currency=attempt.currency,
            opened_at=review.created,
        )


def _follow(
    attempt: PaymentAttempt,
    cause: Cause,
    kind: str,
    stripe_id: str,
    *,
    closed: bool,
    opened_at: datetime,
    **facts: Any,
) -> None:
    hold = attempt.holds.filter(stripe_id=stripe_id).first() or Hold(
        attempt=attempt, kind=kind, stripe_id=stripe_id, opened_at=opened_at
    )
    new, before = hold.pk is None, hold.status
    if hold.closed_at or before == facts["status"]:
        return  # we know it, or know better: this answer is older than the one we have
    for name, value in facts.items():
        setattr(hold, name, value)
    hold.closed_at = timezone.now() if closed else None
    hold.attempt = attempt
    hold.save()
    LedgerEntry.objects.create(
        order=attempt.order,
        attempt=attempt,
        what=kind,
        before=before,
        after=hold.status,
        amount=-hold.lost_amount,
        currency=hold.currency,
        reference=stripe_id,
        by=str(cause),
        note=hold.reason,
    )
    if closed:
        letters.hold_closed(hold)
    elif new:
        letters.hold_opened(hold)
