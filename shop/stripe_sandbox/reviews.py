"""Reviews: somebody at the shop is to look at a payment that seems risky. https://docs.stripe.com/radar/reviews"""

from django.db import transaction
from django.utils import timezone

from . import objects
from .errors import NotPossible
from .events import NO_REQUEST, Cause, Fact, record
from .models import Charge, Review, new_id

Reason = Review.ClosedReason


@transaction.atomic
def open_review(*, payment_intent: str) -> Review:
    """Put a paid payment into review.

    Raises:
        NotPossible: it is not paid, nothing is left of it, or it was reviewed before.
    """
    charges = Charge.objects.select_for_update().filter(intent=payment_intent, status=Charge.Status.SUCCEEDED)
    charge = charges.first()
    if charge is None or not charge.left or Review.objects.filter(charge=charge).exists():
        raise NotPossible(f"Payment {payment_intent} is not paid, or was reviewed before.")
    review = Review.objects.create(id=new_id("prv_"), charge=charge, created_at=timezone.now())
    record(Fact("review.opened", objects.review(review)))
    return review


@transaction.atomic
def approve(*, review_id: str) -> Review:
    """Let the payment pass, as staff do in Stripe's dashboard.

    Raises:
        NotPossible: it is closed already.
    """
    review = Review.objects.filter(pk=review_id).first()
    if review is None or not _close(review.charge, Reason.APPROVED):
        raise NotPossible(f"Review {review_id} is closed.")
    review.refresh_from_db()
    return review


def close_refunded(charge: Charge, *, as_fraud: bool, cause: Cause) -> None:
    """Close the charge's review, if one is open, since all was given back."""
    _close(charge, Reason.REFUNDED_AS_FRAUD if as_fraud else Reason.REFUNDED, cause=cause)


def close_disputed(charge: Charge) -> None:
    """Close the charge's review, if one is open, since the cardholder has decided."""
    _close(charge, Reason.DISPUTED)


def _close(charge: Charge, reason: str, *, cause: Cause = NO_REQUEST) -> bool:
    if not Review.objects.filter(charge=charge, closed_reason="").update(closed_reason=reason):
        return False
    previous = {"open": True, "closed_reason": None, "reason": "manual"}
    record(Fact("review.closed", objects.review(Review.objects.get(charge=charge)), previous), cause=cause)
    return True
