"""Bank debits, refunds that take their time, and money that was not asked for."""

import pytest
import stripe

from shop.stripe_sandbox import payments
from shop.stripe_sandbox.errors import NotPossible
from shop.stripe_sandbox.models import Charge, CheckoutSession

from .conftest import SESSION

PENDING_REFUND = "4000000000007726"


# --- Bank debits


def test_a_bank_debit_completes_the_session_and_pays_nothing_yet(api, debited):
    session = api.v1.checkout.sessions.retrieve(debited.id, {"expand": ["payment_intent.latest_charge"]})
    intent = session.payment_intent
    assert (session.status, session.payment_status) == ("complete", "unpaid")
    assert (intent.status, intent.amount_received) == ("processing", 0)
    assert (intent.latest_charge.status, intent.latest_charge.paid) == ("pending", False)
    assert intent.latest_charge.payment_method_details.type == "us_bank_account"


def test_a_bank_debit_is_told(webhook, debited):
    assert webhook.types() == ["payment_intent.processing", "checkout.session.completed"]
    assert webhook.last("checkout.session.completed").data.object.payment_status == "unpaid"


def test_a_bank_debit_that_arrives_pays(api, webhook, debited):
    payments.succeed_bank_debit(session_id=debited.id)
    session = api.v1.checkout.sessions.retrieve(debited.id, {"expand": ["payment_intent.latest_charge"]})
    assert (session.status, session.payment_status, session.payment_intent.status) == ("complete", "paid", "succeeded")
    assert session.payment_intent.latest_charge.paid
    assert webhook.types()[2:] == ["payment_intent.succeeded", "checkout.session.async_payment_succeeded"]


def test_a_bank_debit_that_fails_leaves_the_session_complete_and_unpaid(api, webhook, debited):
    payments.fail_bank_debit(session_id=debited.id)
    session = api.v1.checkout.sessions.retrieve(debited.id, {"expand": ["payment_intent.latest_charge"]})
    intent = session.payment_intent
    assert (session.status, session.payment_status) == ("complete", "unpaid")
    assert (intent.status, intent.latest_charge.status) == ("requires_payment_method", "failed")
    assert intent.last_payment_error.payment_method.type == "us_bank_account"
    assert webhook.types()[2:] == ["payment_intent.payment_failed", "checkout.session.async_payment_failed"]


def test_a_bank_debit_ends_once(debited):
    payments.fail_bank_debit(session_id=debited.id)
    with pytest.raises(NotPossible):
        payments.succeed_bank_debit(session_id=debited.id)


def test_a_session_paid_by_card_has_no_bank_debit_to_end(paid):
    with pytest.raises(NotPossible):
        payments.fail_bank_debit(session_id=paid.id)


def test_a_bank_debit_under_way_keeps_the_session_from_expiring(api, debited):
    with pytest.raises(stripe.InvalidRequestError, match="status of `complete`"):
        api.v1.checkout.sessions.expire(debited.id)


def test_a_bank_debit_under_way_has_nothing_to_refund(api, debited):
    intent = api.v1.checkout.sessions.retrieve(debited.id).payment_intent
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        api.v1.refunds.create({"payment_intent": intent})
    charge = Charge.objects.get()
    with pytest.raises(stripe.InvalidRequestError, match="has not succeeded"):
        api.v1.refunds.create({"charge": charge.id})


def test_a_session_says_that_it_takes_bank_debits(session):
    assert session.payment_method_types == ["card", "us_bank_account"]


def test_a_shop_can_allow_cards_alone(api):
    session = api.v1.checkout.sessions.create(SESSION | {"allowed_payment_method_types": ["card"]})
    assert session.payment_method_types == ["card"]
    with pytest.raises(NotPossible):
        payments.pay_by_bank_debit(session_id=session.id, payer=payments.Payer("alex@example.com", "Alex Example"))
    assert CheckoutSession.objects.get().status == "open"


# --- Refunds that take their time


@pytest.fixture
def pending_refund(api, webhook, paid_by):
    return api.v1.refunds.create({"payment_intent": paid_by(PENDING_REFUND)})


def test_a_refund_to_that_card_is_pending_first(webhook, pending_refund):
    assert (pending_refund.status, pending_refund.pending_reason) == ("pending", "processing")
    assert webhook.types()[-2:] == ["refund.created", "charge.refunded"]


def test_a_refund_of_a_bank_debit_is_pending_first(api, debited):
    payments.succeed_bank_debit(session_id=debited.id)
    intent = api.v1.checkout.sessions.retrieve(debited.id).payment_intent
    refund = api.v1.refunds.create({"payment_intent": intent})
    assert (refund.status, refund.destination_details.type) == ("pending", "us_bank_transfer")


def test_a_pending_refund_can_arrive(api, webhook, pending_refund):
    assert payments.complete_refund(refund_id=pending_refund.id)
    assert api.v1.refunds.retrieve(pending_refund.id).status == "succeeded"
    assert webhook.types()[-2:] == ["charge.refund.updated", "refund.updated"]
    assert webhook.events[-1].data.previous_attributes.status == "pending"


def test_a_pending_refund_can_fail(api, webhook, pending_refund):
    assert payments.fail_refund(refund_id=pending_refund.id)
    assert webhook.types()[-3:] == ["charge.refund.updated", "refund.updated", "refund.failed"]
    assert webhook.events[-1].data.object.failure_reason == "expired_or_canceled_card"
    assert api.v1.charges.retrieve(pending_refund.charge).amount_refunded == 0


def test_a_pending_refund_can_be_canceled(api, webhook, pending_refund):
    assert payments.cancel_refund(refund_id=pending_refund.id)
    assert webhook.types()[-2:] == ["charge.refund.updated", "refund.updated"]
    assert webhook.events[-1].data.object.status == "canceled"
    assert api.v1.charges.retrieve(pending_refund.charge).amount_refunded == 0


@pytest.mark.parametrize("end", [payments.complete_refund, payments.fail_refund, payments.cancel_refund])
def test_a_refund_ends_once(webhook, pending_refund, end):
    payments.complete_refund(refund_id=pending_refund.id)
    told = len(webhook.events)
    assert not end(refund_id=pending_refund.id)
    assert len(webhook.events) == told


@pytest.mark.parametrize("end", [payments.complete_refund, payments.fail_refund, payments.cancel_refund])
def test_no_refund_has_no_end(db, end):
    assert not end(refund_id="re_0")


# --- Money that was not asked for


def test_a_session_can_be_paid_with_another_amount(api, session, pay):
    payments.reprice(session_id=session.id, amount=4600)
    pay(session)
    found = api.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    assert (found.amount_total, found.currency, found.payment_intent.amount_received) == (4600, "usd", 4600)
    assert found.payment_intent.latest_charge.amount == 4600


def test_a_session_can_be_paid_in_another_currency(api, session, pay):
    payments.reprice(session_id=session.id, currency="eur")
    pay(session)
    found = api.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (found.amount_total, found.currency, found.payment_intent.currency) == (4700, "eur", "eur")


def test_a_paid_session_keeps_its_price(paid):
    with pytest.raises(payments.SessionNotOpen):
        payments.reprice(session_id=paid.id, amount=1)
