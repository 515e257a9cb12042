"""Disputes and inquiries, from the first word to the last."""

import pytest
import stripe

from shop.stripe_sandbox import disputes, payments, reviews
from shop.stripe_sandbox.errors import NotPossible

DAY = 24 * 60 * 60


@pytest.fixture
def dispute(webhook, paid):
    return disputes.open_dispute(payment_intent=paid.payment_intent)


@pytest.fixture
def inquiry(webhook, paid):
    return disputes.open_dispute(payment_intent=paid.payment_intent, inquiry=True)


def test_a_dispute_waits_for_an_answer_and_has_taken_the_money(api, webhook, paid, dispute):
    assert webhook.types()[-2:] == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
    found = api.v1.disputes.retrieve(dispute.id, {"expand": ["charge"]})
    assert (found.status, found.amount, found.reason) == ("needs_response", 4700, "fraudulent")
    assert found.evidence_details.due_by - found.created == 9 * DAY
    assert [move.amount for move in found.balance_transactions] == [-4700]
    assert (found.payment_intent, found.charge.disputed) == (paid.payment_intent, True)


def test_a_dispute_may_be_about_a_part_and_for_another_reason(api, paid):
    dispute = disputes.open_dispute(payment_intent=paid.payment_intent, reason="product_not_received", amount=500)
    found = api.v1.disputes.retrieve(dispute.id)
    assert (found.amount, found.reason) == (500, "product_not_received")


def test_no_more_is_disputed_than_is_left(api, paid):
    api.v1.refunds.create({"payment_intent": paid.payment_intent, "amount": 4000})
    with pytest.raises(NotPossible):
        disputes.open_dispute(payment_intent=paid.payment_intent, amount=701)
    assert disputes.open_dispute(payment_intent=paid.payment_intent).amount == 700


def test_a_payment_is_disputed_once(paid, dispute):
    with pytest.raises(NotPossible):
        disputes.open_dispute(payment_intent=paid.payment_intent)


def test_what_is_not_paid_is_not_disputed(api, debited):
    intent = api.v1.checkout.sessions.retrieve(debited.id).payment_intent
    with pytest.raises(NotPossible):
        disputes.open_dispute(payment_intent=intent)


def test_evidence_is_under_review(api, webhook, dispute):
    disputes.submit_evidence(dispute_id=dispute.id)
    found = api.v1.disputes.retrieve(dispute.id)
    assert (found.status, found.evidence_details.has_evidence) == ("under_review", True)
    assert webhook.types()[-1] == "charge.dispute.updated"
    assert webhook.events[-1].data.previous_attributes.status == "needs_response"


def test_evidence_is_submitted_once(dispute):
    disputes.submit_evidence(dispute_id=dispute.id)
    with pytest.raises(NotPossible):
        disputes.submit_evidence(dispute_id=dispute.id)


def test_a_dispute_won_brings_the_money_back(webhook, dispute):
    disputes.close(dispute_id=dispute.id, won=True)
    assert webhook.types()[-2:] == ["charge.dispute.closed", "charge.dispute.funds_reinstated"]
    told = webhook.events[-1].data.object
    assert (told.status, [move.amount for move in told.balance_transactions]) == ("won", [-4700, 4700])


def test_a_dispute_lost_does_not(webhook, dispute):
    disputes.submit_evidence(dispute_id=dispute.id)
    disputes.close(dispute_id=dispute.id, won=False)
    assert webhook.types()[-1] == "charge.dispute.closed"
    told = webhook.events[-1].data.object
    assert (told.status, [move.amount for move in told.balance_transactions]) == ("lost", [-4700])


def test_a_dispute_is_closed_once(dispute):
    disputes.close(dispute_id=dispute.id, won=False)
    with pytest.raises(NotPossible):
        disputes.close(dispute_id=dispute.id, won=True)


def test_a_disputed_charge_is_refunded_again_once_the_dispute_is_won(api, paid, dispute):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        api.v1.refunds.create({"payment_intent": paid.payment_intent})
    assert caught.value.code == "charge_disputed"
    disputes.close(dispute_id=dispute.id, won=True)
    assert api.v1.refunds.create({"payment_intent": paid.payment_intent}).amount == 4700


def test_a_charge_whose_dispute_is_lost_stays_with_the_cardholder(api, paid, dispute):
    disputes.close(dispute_id=dispute.id, won=False)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        api.v1.refunds.create({"payment_intent": paid.payment_intent})
    assert caught.value.code == "charge_disputed"


def test_an_inquiry_takes_no_money(api, webhook, inquiry):
    assert webhook.types()[-1] == "charge.dispute.created"
    found = api.v1.disputes.retrieve(inquiry.id)
    assert (found.status, found.balance_transactions) == ("warning_needs_response", [])
    assert found.is_charge_refundable


def test_a_charge_in_inquiry_can_be_refunded(api, paid, inquiry):
    assert api.v1.refunds.create({"payment_intent": paid.payment_intent}).status == "succeeded"


@pytest.mark.parametrize("won", [True, False])
def test_an_inquiry_ends_without_a_winner(api, webhook, inquiry, won):
    disputes.submit_evidence(dispute_id=inquiry.id)
    assert api.v1.disputes.retrieve(inquiry.id).status == "warning_under_review"
    disputes.close(dispute_id=inquiry.id, won=won)
    assert webhook.types()[-2:] == ["charge.dispute.updated", "charge.dispute.closed"]
    assert webhook.events[-1].data.object.status == "warning_closed"


def test_a_dispute_closes_the_review(webhook, paid):
    reviews.open_review(payment_intent=paid.payment_intent)
    disputes.open_dispute(payment_intent=paid.payment_intent)
    assert webhook.types()[-1] == "review.closed"
    assert webhook.events[-1].data.object.closed_reason == "disputed"


def test_a_disputed_bank_debit_names_no_card(api, debited):
    intent = payments.succeed_bank_debit(session_id=debited.id)
    dispute = disputes.open_dispute(payment_intent=intent.id)
    assert api.v1.disputes.retrieve(dispute.id).payment_method_details is None
