"""What can happen to money here: a session opens, is paid or expires, and a charge is refunded.

Every status is left by one conditional update, so that of a payment and an expiry at the same moment one wins.
Each function commits its facts together with the events about them; the events go out after the commit.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from . import cards, disputes, objects, parameters, reviews
from .currencies import display
from .errors import ApiError, NotPossible, missing
from .events import NO_REQUEST, Cause, Fact, record
from .models import Charge, CheckoutSession, CheckoutSessionQuerySet, Dispute, PaymentIntent, Refund, new_id


class SessionNotOpen(NotPossible):
    """The session has been paid or has expired."""


class NothingToAuthenticate(NotPossible):
    """No payment of the session is waiting for the shopper's bank."""


class Card(NamedTuple):
    """A card as typed; `number` is digits only, `year` has four."""

    number: str
    month: int
    year: int


class Payer(NamedTuple):
    email: str
    name: str


def open_session(*, asked: dict[str, Any], page_url: Callable[[str], str], now: datetime) -> CheckoutSession:
    """Open a session.

    Args:
        asked: what parameters.CREATE_SESSION read and parameters.check_session let through.
        page_url: gives the absolute URL of the payment page for a session's id.
        now: the moment of creation.
    """
    identifier = new_id("cs_test_")
    line_items = [objects.new_line_item(item, created_at=now) for item in asked["line_items"]]
    expires_at = (
        datetime.fromtimestamp(asked["expires_at"], tz=UTC)
        if "expires_at" in asked
        else now + parameters.LONGEST_SESSION
    )
    return CheckoutSession.objects.create(
        id=identifier,
        created_at=now,
        expires_at=expires_at,
        currency=line_items[0]["currency"],
        amount_total=sum(item["amount_total"] for item in line_items),
        parameters={key: value for key, value in asked.items() if key != "line_items"},
        line_items=line_items,
        page_url=page_url(identifier),
    )


@transaction.atomic
def pay(*, session_id: str, card: Card, payer: Payer) -> PaymentIntent:
    """Try to pay an open session with a card. What came of it is the status of the payment intent: succeeded,
    requires_action (the bank asks first), or requires_payment_method with its last_payment_error.

    Raises:
        SessionNotOpen: it was paid or has expired.
    """
    outcome = cards.test_card(card.number)
    succeeds = not outcome.decline and not outcome.authenticates
    session = _take(session_id, payer_email=payer.email, payer_name=payer.name, **(PAID if succeeds else {}))

    intent = _intent_of(session)
    intent.payment_method = new_id("pm_")
    intent.card = {
        "brand": cards.brand(card.number),
        "exp_month": card.month,
        "exp_year": card.year,
        "last4": card.number[-4:],
    }
    if outcome.decline:
        _decline(intent, outcome.decline)
    elif outcome.authenticates:
        intent.status = PaymentIntent.Status.REQUIRES_ACTION
        intent.last_payment_error = None
        intent.save()
    else:
        _succeed(intent, outcome)
    return intent


@transaction.atomic
def authenticate(*, session_id: str, passed: bool) -> PaymentIntent:
    """Carry on with a payment for which the bank has asked the shopper (3D Secure).

    Raises:
        SessionNotOpen: it was paid or has expired.
        NothingToAuthenticate: no payment of it waits for this.
    """
    session = _take(session_id, **(PAID if passed else {"status": CheckoutSession.Status.OPEN}))
    intent = PaymentIntent.objects.filter(session=session, status=PaymentIntent.Status.REQUIRES_ACTION).first()
    if intent is None:
        raise NothingToAuthenticate
    if passed:
        _succeed(intent, cards.TestCard())
    else:
        _decline(intent, cards.NOT_AUTHENTICATED)
    return intent


@transaction.atomic
def pay_by_bank_debit(*, session_id: str, payer: Payer) -> PaymentIntent:
    """Complete an open session by a debit that the bank has yet to carry out: it is not paid before that.

    https://docs.stripe.com/payments/ach-direct-debit/accept-a-payment

    Raises:
        SessionNotOpen: it was paid or has expired.
        NotPossible: it is not in US dollars, or the shop has not allowed it.
    """
    completed = {"status": CheckoutSession.Status.COMPLETE}
    session = _take(session_id, payer_email=payer.email, payer_name=payer.name, **completed)
    if not session.takes_bank_debits:
        raise NotPossible(f"Session {session_id} takes no bank debit.")
    intent = _intent_of(session)
    intent.payment_method = new_id("pm_")
    intent.card = {}
    intent.status = PaymentIntent.Status.PROCESSING
    intent.last_payment_error = None
    intent.save()
    _charge(intent, status=Charge.Status.PENDING, refund_pends=True)
    record(
        Fact("payment_intent.processing", objects.payment_intent(intent)),
        Fact("checkout.session.completed", objects.checkout_session(session)),
    )
    return intent


@transaction.atomic
def succeed_bank_debit(*, session_id: str) -> PaymentIntent:
    """Let the money of a bank debit arrive.

    Raises:
        NotPossible: the session has no bank debit under way.
    """
    intent = _leave_processing(session_id, status=PaymentIntent.Status.SUCCEEDED)
    session = intent.session
    session.payment_status = CheckoutSession.PaymentStatus.PAID
    session.save(update_fields=["payment_status"])
    intent.charges.filter(status=Charge.Status.PENDING).update(status=Charge.Status.SUCCEEDED)
    record(
        Fact("payment_intent.succeeded", objects.payment_intent(intent)),
        Fact("checkout.session.async_payment_succeeded", objects.checkout_session(session)),
    )
    return intent


@transaction.atomic
def fail_bank_debit(*, session_id: str) -> PaymentIntent:
    """Let the bank refuse a debit; the session stays complete and unpaid.

    Raises:
        NotPossible: the session has no bank debit under way.
    """
    intent = _leave_processing(session_id, status=PaymentIntent.Status.REQUIRES_PAYMENT_METHOD)
    charge = intent.charges.get(status=Charge.Status.PENDING)
    _refuse(charge, cards.NO_FUNDS_TO_DEBIT)
    record(
        Fact("payment_intent.payment_failed", objects.payment_intent(charge.intent)),
        Fact("checkout.session.async_payment_failed", objects.checkout_session(intent.session)),
    )
    return charge.intent


def reprice(*, session_id: str, amount: int | None = None, currency: str | None = None) -> None:
    """Have an open session ask for another amount (in minor units) or currency (such as "eur") than the shop did.

    Stripe does no such thing: it is for the test that a shop notices.

    Raises:
        SessionNotOpen: it was paid or has expired.
    """
    changes = {"amount_total": amount, "currency": currency}
    _take(session_id, **{name: value for name, value in changes.items() if value is not None})


@transaction.atomic
def expire(*, session_id: str, cause: Cause = NO_REQUEST) -> CheckoutSession:
    """Close an open session for good.

    Raises:
        SessionNotOpen: it was paid or has expired before.
    """
    return _expire(CheckoutSession.objects.filter(pk=session_id), cause=cause)


def expire_overdue(*, now: datetime) -> None:
    """Close the open sessions whose time has run out."""
    for session in CheckoutSession.objects.overdue(now):
        try:
            with transaction.atomic():
                _expire(CheckoutSession.objects.overdue(now).filter(pk=session.pk), cause=NO_REQUEST)
        except SessionNotOpen:
            continue  # somebody else has just closed it


@transaction.atomic
def refund(*, asked: dict[str, Any], cause: Cause = NO_REQUEST) -> Refund:
    """Give back what `asked` says, of a charge or of a payment intent's charge; without an amount, all that is left.

    Args:
        asked: what parameters.CREATE_REFUND read and parameters.check_refund let through.

    Raises:
        ApiError: there is no such charge, or it cannot give that much back.
    """
    charge = _charge_to_refund(asked)
    if Dispute.objects.filter(charge=charge, status__in=Dispute.KEEPS_CHARGE).exists():
        raise ApiError(f"Charge {charge.id} has been charged back; cannot issue a refund.", code="charge_disputed")
    left = charge.left
    if not left:
        raise ApiError(f"Charge {charge.id} has already been refunded.", code="charge_already_refunded")
    amount = asked.get("amount", left)
    if amount > left:
        currency = charge.intent.session.currency
        of = "unrefunded amount on charge" if charge.amount_refunded else "charge amount"
        raise ApiError(
            f"Refund amount ({display(amount, currency)}) is greater than {of} ({display(left, currency)})",
            param="amount",
        )

    charge.amount_refunded += amount
    charge.save(update_fields=["amount_refunded"])
    refund = Refund.objects.create(
        id=new_id("re_"),
        charge=charge,
        created_at=timezone.now(),
        status=Refund.Status.PENDING if charge.refund_pends else Refund.Status.SUCCEEDED,
        amount=amount,
        reason=asked.get("reason", ""),
        metadata=asked.get("metadata", {}),
    )
    previous = {"amount_refunded": charge.amount_refunded - amount, "refunded": False}
    record(
        Fact("refund.created", objects.refund(refund)),
        Fact("charge.refunded", objects.charge(charge), previous),
        cause=cause,
    )
    if not charge.left:
        reviews.close_refunded(charge, as_fraud=refund.reason == "fraudulent", cause=cause)
    return refund


@transaction.atomic
def complete_refund(*, refund_id: str) -> bool:
    """Let the money of a pending refund arrive. False when it is not pending (any more)."""
    changed = Refund.objects.filter(pk=refund_id, status=Refund.Status.PENDING).update(status=Refund.Status.SUCCEEDED)
    if changed:
        _record_update(Refund.objects.get(pk=refund_id), previous={"status": Refund.Status.PENDING.value})
    return bool(changed)


@transaction.atomic
def fail_refund(*, refund_id: str) -> bool:
    """Let a refund fail after all, as banks do days later; the charge can be refunded again. False when it had failed
    before, or is neither pending nor made to a card whose refunds fail.
    """
    return _take_back(refund_id, Refund.Status.FAILED, failure_reason="expired_or_canceled_card")


@transaction.atomic
def cancel_refund(*, refund_id: str) -> bool:
    """Call a pending refund off; the charge can be refunded again. False when it is not pending (any more)."""
    return _take_back(refund_id, Refund.Status.CANCELED)


PAID = {"status": CheckoutSession.Status.COMPLETE, "payment_status": CheckoutSession.PaymentStatus.PAID}


def _take(session_id: str, **changes: Any) -> CheckoutSession:
    """Change a session that is still open, which also locks it until the transaction ends."""
    sessions = CheckoutSession.objects.open().filter(pk=session_id, expires_at__gt=timezone.now())
    if not sessions.update(**changes):
        raise SessionNotOpen
    return CheckoutSession.objects.get(pk=session_id)


def _intent_of(session: CheckoutSession) -> PaymentIntent:
    """The session's payment intent, which comes into being with the first attempt to pay."""
    defaults = {"id": new_id("pi_"), "created_at": timezone.now()}
    intent, _ = PaymentIntent.objects.get_or_create(session=session, defaults=defaults)
    return intent


def _charge(intent: PaymentIntent, **fields: Any) -> Charge:
    return Charge.objects.create(
        id=new_id("ch_"),
        intent=intent,
        created_at=timezone.now(),
        amount=intent.session.amount_total,
        payment_method=intent.payment_method,
        card=intent.card,
        **fields,
    )


def _decline(intent: PaymentIntent, decline: cards.Decline) -> None:
    _refuse(_charge(intent, status=Charge.Status.PENDING), decline)
    record(Fact("payment_intent.payment_failed", objects.payment_intent(intent)))


def _refuse(charge: Charge, decline: cards.Decline) -> None:
    charge.status = Charge.Status.FAILED
    charge.failure_code = decline.code
    charge.failure_message = decline.message
    charge.decline_code = decline.decline_code
    charge.save()
    intent = charge.intent
    intent.status = PaymentIntent.Status.REQUIRES_PAYMENT_METHOD
    intent.last_payment_error = objects.payment_error(charge)
    intent.payment_method = ""
    intent.save()


def _succeed(intent: PaymentIntent, outcome: cards.TestCard) -> None:
    _charge(
        intent,
        status=Charge.Status.SUCCEEDED,
        refund_fails=outcome.refund_fails,
        refund_pends=outcome.refund_pends,
    )
    intent.status = PaymentIntent.Status.SUCCEEDED
    intent.last_payment_error = None
    intent.save()
    record(
        Fact("payment_intent.succeeded", objects.payment_intent(intent)),
        Fact("checkout.session.completed", objects.checkout_session(intent.session)),
    )
    if outcome.disputed:
        disputes.open_dispute(payment_intent=intent.id)


def _leave_processing(session_id: str, *, status: str) -> PaymentIntent:
    processing = PaymentIntent.objects.filter(session=session_id, status=PaymentIntent.Status.PROCESSING)
    if not processing.update(status=status):
        raise NotPossible(f"Session {session_id} has no bank debit under way.")
    return PaymentIntent.objects.select_related("session").get(session=session_id)


def _take_back(refund_id: str, status: str, *, failure_reason: str = "") -> bool:
    """Undo a refund, if it can be: the charge can be refunded again."""
    refund = Refund.objects.select_related("charge").filter(pk=refund_id).first()
    if refund is None or not (refund.can_fail if status == Refund.Status.FAILED else refund.is_pending):
        return False
    unchanged = Refund.objects.filter(pk=refund_id, status=refund.status)
    if not unchanged.update(status=status, failure_reason=failure_reason):
        return False
    charge = Charge.objects.select_for_update().get(pk=refund.charge_id)
    charge.amount_refunded -= refund.amount
    charge.save(update_fields=["amount_refunded"])
    previous = {"status": refund.status} | ({"failure_reason": None} if failure_reason else {})
    _record_update(Refund.objects.get(pk=refund_id), previous=previous)
    return True


def _record_update(refund: Refund, *, previous: dict[str, Any]) -> None:
    body = objects.refund(refund)
    facts = [Fact("charge.refund.updated", body, previous), Fact("refund.updated", body, previous)]
    if refund.status == Refund.Status.FAILED:
        facts.append(Fact("refund.failed", body))
    record(*facts)


def _expire(sessions: CheckoutSessionQuerySet, *, cause: Cause) -> CheckoutSession:
    """Expire the one session in `sessions`, and cancel its payment intent, if it is open."""
    session = sessions.open().first()
    if session is None or not sessions.open().update(status=CheckoutSession.Status.EXPIRED):
        raise SessionNotOpen
    PaymentIntent.objects.filter(session=session).update(
        status=PaymentIntent.Status.CANCELED, canceled_at=timezone.now()
    )
    session.refresh_from_db()
    record(Fact("checkout.session.expired", objects.checkout_session(session)), cause=cause)
    return session


def _charge_to_refund(asked: dict[str, Any]) -> Charge:
    charges = Charge.objects.select_for_update(of=["self"]).select_related("intent__session")
    if "charge" in asked:
        charge = charges.filter(pk=asked["charge"]).first()
        if charge is None:
            raise missing("charge", asked["charge"], param="charge")
        if charge.status != Charge.Status.SUCCEEDED:
            raise ApiError(f"Charge {charge.id} has not succeeded, so it cannot be refunded.", param="charge")
        return charge
    identifier = asked["payment_intent"]
    if not PaymentIntent.objects.filter(pk=identifier).exists():
        raise missing("payment_intent", identifier, param="payment_intent")
    charge = charges.filter(intent=identifier, status=Charge.Status.SUCCEEDED).first()
    if charge is None:
        raise ApiError(
            f"This PaymentIntent ({identifier}) does not have a successful charge to refund.",
            param="payment_intent",
            code="payment_intent_unexpected_state",
        )
    return charge
