"""What can happen to money here: a session opens, is paid or expires, and a charge is refunded.

A session leaves `open` by one conditional update, so that of a payment and an expiry at the same moment one wins.
Each function commits its facts together with the events about them; the events go out after the commit.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from . import cards, objects, parameters
from .currencies import display
from .errors import ApiError, missing
from .events import NO_REQUEST, Cause, record
from .models import Charge, CheckoutSession, CheckoutSessionQuerySet, PaymentIntent, Refund, new_id


class SessionNotOpen(Exception):
    """The session has been paid or has expired."""


class NothingToAuthenticate(Exception):
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
    if charge.dispute_id:
        raise ApiError(f"Charge {charge.id} has been charged back; cannot issue a refund.", code="charge_disputed")
    left = charge.amount - charge.amount_refunded
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
        amount=amount,
        reason=asked.get("reason", ""),
        metadata=asked.get("metadata", {}),
    )
    record("refund.created", objects.refund(refund), cause=cause)
    record(
        "charge.refunded",
        objects.charge(charge),
        cause=cause,
        previous={"amount_refunded": charge.amount_refunded - amount, "refunded": False},
    )
    return refund


@transaction.atomic
def fail_refund(*, refund_id: str) -> bool:
    """Let a refund fail after all, as banks do days later; the charge can be refunded again. False when it had failed
    before, or was not made to a card whose refunds fail.
    """
    failed = Refund.objects.filter(pk=refund_id, status=Refund.Status.SUCCEEDED, charge__refund_fails=True).update(
        status=Refund.Status.FAILED, failure_reason="expired_or_canceled_card"
    )
    if not failed:
        return False
    refund = Refund.objects.get(pk=refund_id)
    charge = Charge.objects.select_for_update().get(pk=refund.charge_id)
    charge.amount_refunded -= refund.amount
    charge.save(update_fields=["amount_refunded"])
    body = objects.refund(refund)
    previous = {"status": Refund.Status.SUCCEEDED.value, "failure_reason": None}
    record("refund.updated", body, previous=previous)
    record("refund.failed", body)
    return True


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


def _decline(intent: PaymentIntent, decline: cards.Decline) -> None:
    charge = Charge.objects.create(
        id=new_id("ch_"),
        intent=intent,
        created_at=timezone.now(),
        status=Charge.Status.FAILED,
        amount=intent.session.amount_total,
        payment_method=intent.payment_method,
        card=intent.card,
        failure_code=decline.code,
        failure_message=decline.message,
        decline_code=decline.decline_code,
    )
    intent.status = PaymentIntent.Status.REQUIRES_PAYMENT_METHOD
    intent.last_payment_error = objects.payment_error(charge)
    intent.payment_method = ""
    intent.save()
    record("payment_intent.payment_failed", objects.payment_intent(intent))


def _succeed(intent: PaymentIntent, outcome: cards.TestCard) -> None:
    charge = Charge.objects.create(
        id=new_id("ch_"),
        intent=intent,
        created_at=timezone.now(),
        status=Charge.Status.SUCCEEDED,
        amount=intent.session.amount_total,
        payment_method=intent.payment_method,
        card=intent.card,
        refund_fails=outcome.refund_fails,
        dispute_id=new_id("du_") if outcome.disputed else "",
    )
    intent.status = PaymentIntent.Status.SUCCEEDED
    intent.last_payment_error = None
    intent.save()
    record("payment_intent.succeeded", objects.payment_intent(intent))
    record("checkout.session.completed", objects.checkout_session(intent.session))
    if outcome.disputed:
        record("charge.dispute.created", objects.dispute(charge))


def _expire(sessions: CheckoutSessionQuerySet, *, cause: Cause) -> CheckoutSession:
    """Expire the one session in `sessions`, and cancel its payment intent, if it is open."""
    session = sessions.open().first()
    if session is None or not sessions.open().update(status=CheckoutSession.Status.EXPIRED):
        raise SessionNotOpen
    PaymentIntent.objects.filter(session=session).update(
        status=PaymentIntent.Status.CANCELED, canceled_at=timezone.now()
    )
    session.refresh_from_db()
    record("checkout.session.expired", objects.checkout_session(session), cause=cause)
    return session


def _charge_to_refund(asked: dict[str, Any]) -> Charge:
    charges = Charge.objects.select_for_update(of=["self"]).select_related("intent__session")
    if "charge" in asked:
        charge = charges.filter(pk=asked["charge"]).first()
        if charge is None:
            raise missing("charge", asked["charge"], param="charge")
        if charge.status != Charge.Status.SUCCEEDED:
            raise ApiError(f"Charge {charge.id} failed, so it cannot be refunded.", param="charge")
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
