"""Disputes: a cardholder takes a payment back through the bank. https://docs.stripe.com/disputes/how-disputes-work"""

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from . import objects, reviews
from .errors import NotPossible
from .events import Fact, record
from .models import Charge, Dispute, new_id

TIME_TO_ANSWER = timedelta(days=9)


@transaction.atomic
def open_dispute(
    *, payment_intent: str, reason: str = "fraudulent", amount: int | None = None, inquiry: bool = False
) -> Dispute:
    """Dispute a paid payment, all that is left of it unless `amount` (in minor units) says otherwise.

    An inquiry is the bank's question before that: it takes no money, and the charge can still be refunded.

    Raises:
        NotPossible: it is not paid, nothing or too little is left of it, or it was disputed before.
    """
    charges = Charge.objects.select_for_update().filter(intent=payment_intent, status=Charge.Status.SUCCEEDED)
    charge = charges.first()
    if charge is None or Dispute.objects.filter(charge=charge).exists():
        raise NotPossible(f"Payment {payment_intent} is not paid, or was disputed before.")
    amount = charge.left if amount is None else amount
    if not 0 < amount <= charge.left:
        raise NotPossible(f"Of payment {payment_intent}, {amount} cannot be disputed.")
    now = timezone.now()
    dispute = Dispute.objects.create(
        id=new_id("du_"),
        charge=charge,
        created_at=now,
        due_by=now + TIME_TO_ANSWER,
        status=Dispute.Status.WARNING_NEEDS_RESPONSE if inquiry else Dispute.Status.NEEDS_RESPONSE,
        amount=amount,
        reason=reason,
    )
    body = objects.dispute(dispute)
    facts = [Fact("charge.dispute.created", body)]
    if not inquiry:
        facts.append(Fact("charge.dispute.funds_withdrawn", body))
    record(*facts)
    if not inquiry:
        reviews.close_disputed(charge)
    return dispute


@transaction.atomic
def submit_evidence(*, dispute_id: str) -> Dispute:
    """Answer a dispute or an inquiry, as staff do in Stripe's dashboard.

    Raises:
        NotPossible: it does not wait for an answer.
    """
    dispute, previous = _move(dispute_id, Dispute.ANSWERS, submission_count=1)
    record(Fact("charge.dispute.updated", objects.dispute(dispute), previous))
    return dispute


@transaction.atomic
def close(*, dispute_id: str, won: bool) -> Dispute:
    """Let the bank decide: the money comes back when the shop has won. An inquiry ends without a winner.

    Raises:
        NotPossible: it was closed before.
    """
    outcome = Dispute.Status.WON if won else Dispute.Status.LOST
    outcomes = {
        Dispute.Status.WARNING_NEEDS_RESPONSE: Dispute.Status.WARNING_CLOSED,
        Dispute.Status.WARNING_UNDER_REVIEW: Dispute.Status.WARNING_CLOSED,
        Dispute.Status.NEEDS_RESPONSE: outcome,
        Dispute.Status.UNDER_REVIEW: outcome,
    }
    dispute, previous = _move(dispute_id, outcomes)
    body = objects.dispute(dispute)
    facts = [Fact("charge.dispute.closed", body, previous)]
    if dispute.status == Dispute.Status.WON:
        facts.append(Fact("charge.dispute.funds_reinstated", body))
    record(*facts)
    return dispute


def _move(
    dispute_id: str, moves: Mapping[Dispute.Status, Dispute.Status], **changes: int
) -> tuple[Dispute, dict[str, str]]:
    """Change its status by one of `moves`; what it is then, and what it was, as an event says it."""
    for before, after in moves.items():
        if Dispute.objects.filter(pk=dispute_id, status=before).update(status=after, **changes):
            return Dispute.objects.get(pk=dispute_id), {"status": before.value}
    raise NotPossible(f"Dispute {dispute_id} is past that.")
