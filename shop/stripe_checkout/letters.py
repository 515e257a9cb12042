"""What payments have to say by mail, each thing once: the key says which."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from oscar.templatetags.currency_filters import currency

from shop.outbox.letters import post, post_to_staff
from shop.stripe_checkout.models import Hold, PaymentAttempt, Refund


def sold_out(*, order: Any, attempt: PaymentAttempt) -> None:
    """Paid, but the goods are gone: the customer and the staff are told that the money goes back."""
    context = {"amount": currency(attempt.paid_amount, attempt.paid_currency), "url": _page(attempt)}
    post(code="SOLD_OUT_REFUND", key=f"SOLD_OUT_REFUND:{attempt.pk}", order=order, context=context)
    post_to_staff(
        code="STAFF_SOLD_OUT_REFUND", key=f"STAFF_SOLD_OUT_REFUND:{attempt.pk}", order=order, context=context
    )


def payment_held(attempt: PaymentAttempt) -> None:
    _tell_staff("STAFF_PAYMENT_HELD", attempt, attempt.pk, reason=attempt.reason)


def refund_made(refund: Refund) -> None:
    """To the customer: money is on its way back."""
    part = "part" if refund.attempt.refundable else "all"
    context = {"amount": currency(refund.amount, refund.currency), "part": part}
    post(code="REFUND_MADE", key=f"REFUND_MADE:{refund.pk}", order=refund.attempt.order, context=context)


def refund_failed(refund: Refund) -> None:
    amount = currency(refund.amount, refund.currency)
    _tell_staff("STAFF_REFUND_FAILED", refund.attempt, refund.pk, amount=amount, reason=refund.failure)


def hold_opened(hold: Hold) -> None:
    if hold.kind == Hold.Kind.REVIEW:
        _tell_staff("STAFF_REVIEW_OPENED", hold.attempt, hold.pk, reason=hold.reason)
        return
    due_by = date_format(timezone.localtime(hold.due_by)) if hold.due_by else ""
    amount = currency(hold.amount, hold.currency)
    _tell_staff("STAFF_DISPUTE_OPENED", hold.attempt, hold.pk, amount=amount, reason=hold.reason, due_by=due_by)


def hold_closed(hold: Hold) -> None:
    if hold.kind == Hold.Kind.REVIEW:
        _tell_staff("STAFF_REVIEW_CLOSED", hold.attempt, hold.pk, outcome=hold.reason)
        return
    outcome = "lost" if hold.lost_amount else "won"
    amount = currency(hold.amount, hold.currency)
    _tell_staff("STAFF_DISPUTE_CLOSED", hold.attempt, hold.pk, amount=amount, outcome=outcome)


def _tell_staff(code: str, attempt: PaymentAttempt, about: Any, **context: Any) -> None:
    context["url"] = _page(attempt)
    post_to_staff(code=code, key=f"{code}:{about}", order=attempt.order, context=context)


def _page(attempt: PaymentAttempt) -> str:
    return reverse("admin:stripe_checkout_paymentattempt_change", args=[attempt.pk])
