"""What is off with a payment, and what one can do about it, in plain sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, TextField, UUIDField, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Replace
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from oscar.templatetags.currency_filters import currency

from shop.stripe_checkout import gateway
from shop.stripe_checkout.models import BANKS_TAKE, STUCK_AFTER, Hold, PaymentAttempt, Refund, StripeEvent

State = PaymentAttempt.State
UUID_PATTERN = r"^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$"


@dataclass(frozen=True)
class Trouble:
    """One thing that is off. Not all of them need a person: some pass by themselves."""

    sentence: str
    advice: str
    needs_a_person: bool = True
    link: str = ""
    link_text: str = ""
    failed: Refund | None = None
    holds_shipping: bool = False


def troubles(attempt: PaymentAttempt) -> list[Trouble]:
    """Everything that is off with a payment, what needs a person first.

    Reads the payment's refunds and holds and its order's letters: fetch them beforehand for a list of payments.
    """
    found = [
        *_open_holds(attempt),
        *_money_without_an_order(attempt),
        *_failed_refunds(attempt),
        *_stuck(attempt),
        *_refunds_on_their_way(attempt),
        *_unsent_letters(attempt),
    ]
    return sorted(found, key=lambda trouble: not trouble.needs_a_person)


def at_stripe(attempt: PaymentAttempt) -> str:
    """The payment's page in Stripe's dashboard."""
    return gateway.dashboard_url(attempt.payment_intent) if attempt.payment_intent else ""


def refunds_refused(attempt: PaymentAttempt) -> bool:
    """While a payment is disputed Stripe gives nothing back; an inquiry is no dispute yet.

    Source: docs.stripe.com/disputes/responding
    """
    return any(
        hold.kind == Hold.Kind.DISPUTE and hold.closed_at is None and not hold.status.startswith("warning")
        for hold in attempt.holds.all()
    )


def _open_holds(attempt: PaymentAttempt) -> Iterator[Trouble]:
    for hold in attempt.holds.all():
        if hold.closed_at is None:
            yield _dispute(attempt, hold) if hold.kind == Hold.Kind.DISPUTE else _review(attempt, hold)


def _dispute(attempt: PaymentAttempt, hold: Hold) -> Trouble:
    deadline = f"Answer by {_when(hold.due_by)}." if hold.due_by else "Stripe names no deadline."
    why = f" ({hold.reason.replace('_', ' ')})" if hold.reason else ""
    return Trouble(
        sentence=f"The cardholder disputes {currency(hold.amount, hold.currency)}{why}. {deadline}",
        advice="Answer the dispute, or accept it, in Stripe's dashboard. Shipping is held until it is closed.",
        link=at_stripe(attempt),
        link_text="Open it in Stripe's dashboard",
        holds_shipping=True,
    )


def _review(attempt: PaymentAttempt, hold: Hold) -> Trouble:
    return Trouble(
        sentence=f"Stripe wants a person to review this payment ({hold.reason or 'no reason given'}).",
        advice="Approve it or give the money back in Stripe's dashboard. Shipping is held until then.",
        link=at_stripe(attempt),
        link_text="Open it in Stripe's dashboard",
        holds_shipping=True,
    )


def _money_without_an_order(attempt: PaymentAttempt) -> Iterator[Trouble]:
    if attempt.held:
        held = currency(attempt.held, attempt.paid_currency)
        yield Trouble(
            sentence=f"{attempt.reason} We hold {held} that no order accounts for.",
            advice="Give it back with Refund, and agree with the customer on how to go on. Nothing is shipped for it.",
        )


def _failed_refunds(attempt: PaymentAttempt) -> Iterator[Trouble]:
    for refund in attempt.refunds.all():
        if refund.state in Refund.LOST and not refund.dealt_with:
            why = refund.failure.replace("_", " ") or "Stripe gives no reason"
            yield Trouble(
                sentence=f"A refund of {_money(refund)} did not go through: {why}",
                advice="Give it back again, or pay the customer in another way and mark it as dealt with.",
                failed=refund,
            )


def _stuck(attempt: PaymentAttempt) -> Iterator[Trouble]:
    now = timezone.now()
    if attempt.state in (State.CREATED, State.OPEN) and attempt.due_at + STUCK_AFTER < now:
        yield Trouble(
            sentence=f"This payment was to be decided by {_when(attempt.due_at)}, and we were not told how it ended.",
            advice="Ask Stripe now. If that does not help, see whether the worker runs and Stripe can be reached.",
        )
    if attempt.state == State.PROCESSING and attempt.expires_at + BANKS_TAKE < now:
        yield Trouble(
            sentence=f"The bank has not decided since {_when(attempt.expires_at)}.",
            advice="Ask Stripe now, and look at the payment in Stripe's dashboard.",
            link=at_stripe(attempt),
            link_text="Open it in Stripe's dashboard",
        )


def _refunds_on_their_way(attempt: PaymentAttempt) -> Iterator[Trouble]:
    for refund in attempt.refunds.all():
        asked = f"{_money(refund)} was to go back on {_when(refund.created_at)}"
        if refund.state == Refund.State.CREATED:
            late = refund.created_at + STUCK_AFTER < timezone.now()
            yield Trouble(
                sentence=f"{asked}, and Stripe has not answered yet. {refund.reason}".strip(),
                advice="Ask Stripe now. The money goes back once, however often Stripe is asked."
                if late
                else "Nothing to do: the worker asks Stripe again by itself.",
                needs_a_person=late,
            )
        elif refund.state == Refund.State.PENDING:
            yield Trouble(
                sentence=f"{_money(refund)} is on its way back. {refund.reason}".strip(),
                advice="Nothing to do: Stripe tells us when it has arrived.",
                needs_a_person=False,
            )


def _unsent_letters(attempt: PaymentAttempt) -> Iterator[Trouble]:
    for letter in attempt.order.letters.all():
        if letter.sent_at is None and letter.last_error:
            again = f"It is tried again on {_when(letter.next_try_at)}." if letter.next_try_at else "It was given up."
            yield Trouble(
                sentence=f"{letter} was not sent: {letter.last_error}",
                advice=f"{again} The outbox can send it at once.",
                needs_a_person=False,
                link=f"{reverse('admin:outbox_letter_changelist')}?q={attempt.order.number}",
                link_text="Open the outbox",
            )


def orphans() -> QuerySet[StripeEvent]:
    """Stripe took money for an attempt of ours that we do not know, as after a restored backup, and holds it still.

    Only events that say that money was paid: an event about a session that expired takes nobody's money.
    """
    said = Coalesce(_text("client_reference_id"), _text("metadata__attempt"))
    # The guard comes first: PostgreSQL does not cast what is no UUID. SQLite keeps a UUID without its dashes.
    digits = Replace("said", Value("-"), Value(""), output_field=TextField())
    reference = Cast(Case(When(said__iregex=UUID_PATTERN, then=digits)), UUIDField())
    paid = Q(payload__data__object__payment_status="paid") | Q(payload__data__object__status="succeeded")
    all_back = StripeEvent.objects.filter(type="charge.refunded", payload__data__object__refunded=True)
    return (
        StripeEvent.objects.filter(paid, attempt=None)
        .annotate(said=said, intent=Coalesce(_text("payment_intent"), _text("id")))
        .annotate(reference=reference)
        .exclude(reference=None)
        .exclude(Exists(PaymentAttempt.objects.filter(pk=OuterRef("reference"))))
        .exclude(Exists(all_back.annotate(intent=_text("payment_intent")).filter(intent=OuterRef("intent"))))
    )


def _text(path: str) -> Cast:
    """What stands there in the object that an event is about, as text: what is JSON is compared with JSON only."""
    return Cast(KT(f"payload__data__object__{path}"), TextField())


def _money(refund: Refund) -> str:
    return str(currency(refund.amount, refund.currency))


def _when(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "F j, Y, H:i")
