"""Several at once, on PostgreSQL: SQLite has no row locks."""

import threading
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection

from shop.stripe_sandbox import idempotency, payments
from shop.stripe_sandbox.errors import ApiError
from shop.stripe_sandbox.models import Charge, Event, Refund

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
        except (ApiError, payments.SessionNotOpen) as refusal:
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
