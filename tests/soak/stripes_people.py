"""What happens at Stripe without the shop: refunds, disputes, reviews, and what banks decide."""

from contextlib import suppress

from django.utils import timezone

from shop.stripe_sandbox import disputes, events, payments, reviews
from shop.stripe_sandbox.errors import ApiError, NotPossible
from shop.stripe_sandbox.models import Charge, CheckoutSession, Dispute, Refund, Review
from tests.soak.actors import Actor


class StripesPeople(Actor):
    def act(self) -> None:
        self.pause(0.2, 0.8)
        deeds = {self._refund: 2, self._refund_goes_on: 3, self._dispute: 1, self._dispute_goes_on: 2}
        deeds |= {self._review: 1, self._approve: 2, self._decide_debit: 3, self._try_events_again: 2}
        with suppress(NotPossible, ApiError):  # somebody was faster
            self.draw(deeds)()

    def _refund(self) -> None:
        charge = self._charge()
        if charge:
            amount = charge.amount if self.chance(0.4) else self.random.randint(1, charge.amount)
            payments.refund(asked={"payment_intent": charge.intent_id, "amount": amount})
            self.did("refunded at Stripe")

    def _refund_goes_on(self) -> None:
        refund = self.some(Refund.objects.filter(status="pending")) or self.some(Refund.objects.all())
        moves = {payments.complete_refund: 2, payments.fail_refund: 1, payments.cancel_refund: 1}
        if refund and self.draw(moves)(refund_id=refund.pk):
            self.did("decided a refund")

    def _dispute(self) -> None:
        charge = self._charge()
        if charge:
            disputes.open_dispute(payment_intent=charge.intent_id, inquiry=self.chance(0.3))
            self.did("disputed")

    def _dispute_goes_on(self) -> None:
        dispute = self.some(Dispute.objects.exclude(status__in=Dispute.CLOSED))
        if dispute and self.chance(0.3):
            disputes.submit_evidence(dispute_id=dispute.pk)
        elif dispute:
            disputes.close(dispute_id=dispute.pk, won=self.chance(0.5))
            self.did("closed a dispute")

    def _review(self) -> None:
        charge = self._charge()
        if charge:
            reviews.open_review(payment_intent=charge.intent_id)
            self.did("opened a review")

    def _approve(self) -> None:
        review = self.some(Review.objects.filter(closed_reason=""))
        if review:
            reviews.approve(review_id=review.pk)

    def _decide_debit(self) -> None:
        session = self.some(undecided_debits())
        if session:
            decide = payments.succeed_bank_debit if self.chance(0.6) else payments.fail_bank_debit
            decide(session_id=session.pk)

    def _try_events_again(self) -> None:
        payments.expire_overdue(now=timezone.now())
        events.deliver_pending()

    def _charge(self) -> Charge | None:
        return self.some(Charge.objects.filter(status="succeeded"))


def undecided_debits():
    return CheckoutSession.objects.filter(intent__status="processing")
