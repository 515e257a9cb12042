"""How the stand-in misbehaves, on demand: what goes wrong with answers of the API and with events on their way.

For tests and soaks, one line each:

`misbehave(api="error", endpoint="create_session", times=2)`
    makes answers of the API go wrong. `api` is one of
    `error` – 500, nothing was done; Stripe keeps it under the idempotency key, so a retry with that key hears 500 too;
    `error_after_work` – 500, yet the work was done and stays; kept under the key just the same;
    `timeout` – nothing is done, and nothing is said for `seconds` (15), after which the connection breaks;
    `timeout_after_work` – the work is done, the answer is held back for `seconds` (15); a retry with the same key
    gives the same object at once;
    `slow` – the work begins after `seconds` (2), and is done even if the client has left by then;
    `rate_limit` – 429, nothing was done, nothing is kept under the key;
    `disconnect`, `disconnect_after_work` – as the two time-outs, but at once: the SDK meets a broken connection;
    `paid_before_answer` – a new session is paid with 4242 and its events are delivered before create_session answers.
    `endpoint` is one of ENDPOINTS; without it, all of them misbehave. A retry by the SDK is one more call.
`misbehave(events="dropped", type="checkout.session.completed", times=1)`
    makes events go wrong. `events` is one of
    `dropped` – not sent, until somebody calls `events.send(event)` or presses Send again;
    `delayed` – due after `seconds` (5); with `seconds=0` it is sent not before, but after the answer of the call that
    made it. Whoever comes next sends what is due: a call of the API, the overview, `events.deliver_due(now=…)`;
    `doubled` – sent twice in a row, under one id;
    `another_id` – sent, and once more under another event id;
    `reordered` – the events of one transaction go out last first.
    `type` is one of EVENT_TYPES; without it, all of them misbehave. Several of these may meet in one event.
    Unless delayed, an event always reaches the shop before the API call that made it returns, and after its commit.
`misbehave(…, session=…)`
    only calls and events about that session: its id, or what the shop gave as `client_reference_id` (which is known
    before the session is), and its payment, charges, refunds, dispute and review.
`misbehave(…, times=2)`, `misbehave(…, probability=0.05, seed=7)`
    only the first two that match; only some of those that match, the same ones in every run with that seed.
`at_its_worst(seed=7, probability=0.05, seconds=1)`
    all of the above at once, for a soak.
`behave()`, `behave(session=…)`
    an end to everything that was asked for; to what was asked for that session.

Beside it:

`events.send(event)` sends one now, whatever became of it; true when the shop took it.
`events.send_late(event, age=timedelta(days=3))` sends it as one that happened that long ago, signed now.
`events.deliver_due()` sends what was delayed and is due; `events.deliver_pending()` also tries again what failed and
    has waited out its back-off. Both take `now=` to be in the future, and give the number that the shop took.
`payments.pay(session_id=, card=, payer=)`, `payments.expire(session_id=)`, and `payments.refund(asked=)` with what
    Stripe takes, such as `{"payment_intent": …, "amount": …}`.
`payments.pay_by_bank_debit(session_id=, payer=)` leaves a session complete and unpaid, until
    `payments.succeed_bank_debit(session_id=)` or `payments.fail_bank_debit(session_id=)`.
`payments.reprice(session_id=, amount=, currency=)` has an open session ask for other money than the shop did.
`payments.fail_refund(refund_id=)` for a refund to the card …5126, or a pending one. Refunds to the card …7726, and of
    bank debits, are pending first: `payments.complete_refund(refund_id=)`, `payments.cancel_refund(refund_id=)`. Each
    is false when the refund is not such a one.
`disputes.open_dispute(payment_intent=, reason="fraudulent", amount=None, inquiry=False)`,
    `disputes.submit_evidence(dispute_id=)`, `disputes.close(dispute_id=, won=True)`; an inquiry ends with no winner.
`reviews.open_review(payment_intent=)`, `reviews.approve(review_id=)`. A full refund closes a review too: as
    `refunded`, or with `reason="fraudulent"` as `refunded_as_fraud`; a dispute closes it as `disputed`.

What is not possible (any more) raises `errors.NotPossible`; a refund that Stripe would refuse, `errors.ApiError`.
None of them may be called inside a transaction: their events go to the shop when they commit.
"""

import random
from collections.abc import Collection

from django.db import transaction
from django.db.models import Q

from .models import CheckoutSession, Event, Fault

Api = Fault.Api
Delivery = Fault.Delivery

ENDPOINTS = (
    "create_session",
    "retrieve_session",
    "list_sessions",
    "expire_session",
    "list_line_items",
    "retrieve_payment_intent",
    "list_payment_intents",
    "retrieve_charge",
    "create_refund",
    "retrieve_refund",
    "list_refunds",
    "retrieve_dispute",
    "list_disputes",
    "retrieve_review",
    "list_reviews",
    "retrieve_event",
    "list_events",
)

EVENT_TYPES = (
    "checkout.session.completed",
    "checkout.session.expired",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "payment_intent.succeeded",
    "payment_intent.processing",
    "payment_intent.payment_failed",
    "charge.refunded",
    "charge.refund.updated",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "review.opened",
    "review.closed",
)

SECONDS: dict[str, float] = {Api.TIMEOUT: 15, Api.TIMEOUT_AFTER_WORK: 15, Api.SLOW: 2, Delivery.DELAYED: 5}


def misbehave(
    *,
    api: str = "",
    events: str = "",
    session: str = "",
    endpoint: str = "",
    type: str = "",
    seconds: float | None = None,
    times: int | None = None,
    probability: float = 1,
    seed: int = 0,
) -> Fault:
    """Let something go wrong from now on; the module's docstring says what each value does.

    Raises:
        ValueError: there is no such fault, endpoint or combination.
    """
    if bool(api) == bool(events) or (endpoint and events) or (type and api):
        raise ValueError("Say api, perhaps with an endpoint, or events, perhaps with a type.")
    if endpoint not in ("", *ENDPOINTS) or type not in ("", *EVENT_TYPES):
        raise ValueError(f"Nothing is called {endpoint or type!r}.")
    kind = Api(api) if api else Delivery(events)
    if kind == Api.PAID_BEFORE_ANSWER:
        endpoint = "create_session"
    return Fault.objects.create(
        kind=kind,
        session=session,
        about=endpoint or type,
        seconds=SECONDS.get(kind, 0) if seconds is None else seconds,
        times_left=times,
        probability=probability,
        seed=seed,
    )


def at_its_worst(*, seed: int, probability: float = 0.05, seconds: float = 1) -> None:
    """Let everything go wrong at once, each with the same probability and each by `seconds` where it takes time."""
    for number, kind in enumerate(Api.values):
        misbehave(api=kind, seconds=seconds, probability=probability, seed=seed + number)
    for number, kind in enumerate(Delivery.values, len(Api)):
        misbehave(events=kind, seconds=seconds, probability=probability, seed=seed + number)


def behave(*, session: str = "") -> None:
    """Let nothing go wrong any more, or nothing that was asked for that session."""
    (Fault.objects.filter(session=session) if session else Fault.objects.all()).delete()


def fault_of_call(endpoint: str, *, names: Collection[str]) -> Fault | None:
    """What goes wrong with this call, if anything, counting it. `names` are the ids that it mentions."""
    for fault in Fault.objects.filter(kind__in=Api.values, about__in=("", endpoint)):
        if _concerns(fault, names) and _strikes(fault):
            return fault
    return None


def faults_of_event(event: Event) -> dict[str, Fault]:
    """All that goes wrong with this event on its way, by kind, counting it."""
    faults = Fault.objects.filter(kind__in=Delivery.values, about__in=("", event.type))
    names = [value for value in event.payload["data"]["object"].values() if isinstance(value, str)]
    return {fault.kind: fault for fault in faults if _concerns(fault, names) and _strikes(fault)}


def _concerns(fault: Fault, names: Collection[str]) -> bool:
    if not fault.session or fault.session in names:
        return True
    named = Q()
    for path in (
        "pk",
        "intent",
        "intent__charges",
        "intent__charges__dispute",
        "intent__charges__refunds",
        "intent__charges__review",
    ):
        named |= Q(**{f"{path}__in": names})
    meant = Q(pk=fault.session) | Q(parameters__client_reference_id=fault.session)
    return CheckoutSession.objects.filter(named, meant).exists()


def _strikes(fault: Fault) -> bool:
    """Whether it is the turn of this one of all that match: drawn under a lock, so that no two count as the same."""
    with transaction.atomic():
        now = Fault.objects.select_for_update().filter(pk=fault.pk).first()
        if now is None or now.times_left == 0:
            return False
        # A draw depends on nothing but the seed and its number: threads may come in any order.
        strikes = random.Random(f"{now.seed}:{now.draws}").random() < now.probability  # noqa: S311 (no secret)
        now.draws += 1
        if strikes and now.times_left is not None:
            now.times_left -= 1
        now.save(update_fields=["draws", "times_left"])
    return strikes
