"""Several at once, on PostgreSQL: SQLite has no row locks."""

import threading
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection

from shop.stripe_sandbox import disputes, events, idempotency, payments, temper
from shop.stripe_sandbox.errors import ApiError, NotPossible
from shop.stripe_sandbox.models import Charge, Event, PaymentIntent, Refund

from .conftest import SESSION

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no row locks"),
]

CARD = payments.Card("4242424242424242", 12, 2040)
PAYER = payments.Payer("alex@example.com", "Alex Example")
TIMES = 20  # enough for the threads to meet in every order


def at_once(*verbs: Callable[[], object]) -> list[object]:
    """Run all verbs at the same moment, each in a thread; what they gave, or the refusals that they raised."""
    barrier = threading.Barrier(len(verbs))
    results = []

    def run(verb: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results.append(verb())
        except (ApiError, NotPossible) as refusal:
            results.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_payments_and_an_expiry_one_wins(api):
    for _ in range(TIMES):
        session = api.v1.checkout.sessions.create(SESSION)
        pay = partial(payments.pay, session_id=session.id, card=CARD, payer=PAYER)
        results = at_once(pay, partial(payments.expire, session_id=session.id), pay)
        assert sum(isinstance(result, payments.SessionNotOpen) for result in results) == 2


def test_of_payments_and_an_expiry_one_is_told(api):
    for _ in range(TIMES):
        session = api.v1.checkout.sessions.create(SESSION)
        pay = partial(payments.pay, session_id=session.id, card=CARD, payer=PAYER)
        at_once(pay, partial(payments.expire, session_id=session.id), pay)
        assert Event.objects.filter(payload__data__object__id=session.id).count() == 1


def test_refunds_together_never_exceed_the_charge(paid):
    refund = partial(payments.refund, asked={"payment_intent": paid.payment_intent, "amount": 2000})
    at_once(refund, refund, refund, refund)
    assert (Refund.objects.count(), Charge.objects.get().amount_refunded) == (2, 4000)


def test_a_key_used_at_once_is_worked_on_once(api):
    for number in range(TIMES):
        done = []

        def work(done=done) -> idempotency.Answer:
            done.append(1)
            return idempotency.Answer(200, {})

        once = partial(idempotency.once, key=f"key {number}", fingerprint="f", work=work)
        at_once(once, once, once)
        assert len(done) == 1


def test_a_bank_debit_arrives_or_fails_once(api):
    for _ in range(TIMES):
        session = api.v1.checkout.sessions.create(SESSION)
        payments.pay_by_bank_debit(session_id=session.id, payer=PAYER)
        succeed = partial(payments.succeed_bank_debit, session_id=session.id)
        results = at_once(succeed, partial(payments.fail_bank_debit, session_id=session.id), succeed)
        assert sum(isinstance(result, NotPossible) for result in results) == 2
        intent = PaymentIntent.objects.get(session=session.id)
        assert (intent.status == "succeeded") == (intent.session.payment_status == "paid")


def test_a_pending_refund_ends_once(api):
    for _ in range(TIMES):
        session = api.v1.checkout.sessions.create(SESSION)
        intent = payments.pay(session_id=session.id, card=CARD._replace(number="4000000000007726"), payer=PAYER)
        refund = payments.refund(asked={"payment_intent": intent.id})
        ends = (payments.complete_refund, payments.fail_refund, payments.cancel_refund)
        assert sum(at_once(*(partial(end, refund_id=refund.id) for end in ends))) == 1
        charge, status = Charge.objects.get(intent=intent), Refund.objects.get(pk=refund.id).status
        assert charge.amount_refunded == (4700 if status == "succeeded" else 0)


def test_of_a_dispute_and_a_refund_of_all_one_wins(api):
    for _ in range(TIMES):
        session = api.v1.checkout.sessions.create(SESSION)
        intent = payments.pay(session_id=session.id, card=CARD, payer=PAYER)
        dispute = partial(disputes.open_dispute, payment_intent=intent.id)
        results = at_once(dispute, partial(payments.refund, asked={"payment_intent": intent.id}), dispute)
        assert sum(isinstance(result, ApiError | NotPossible) for result in results) == 2


def test_of_those_who_deliver_one_sends(api, webhook):
    for number in range(TIMES):
        temper.misbehave(events="delayed", seconds=0)
        session = api.v1.checkout.sessions.create(SESSION)
        payments.pay(session_id=session.id, card=CARD, payer=PAYER)
        at_once(events.deliver_due, events.deliver_due, events.deliver_due)
        assert len(webhook.events) == 2 * (number + 1)


def test_the_first_three_are_three(api):
    fault = temper.misbehave(api="error", times=3)
    call = partial(temper.fault_of_call, "create_session", names=())
    results = at_once(*[call] * 8)
    assert [result for result in results if result] == [fault] * 3
