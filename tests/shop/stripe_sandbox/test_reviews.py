"""Payments that somebody at the shop is to look at."""

import pytest

from shop.stripe_sandbox import reviews
from shop.stripe_sandbox.errors import NotPossible


@pytest.fixture
def review(webhook, paid):
    return reviews.open_review(payment_intent=paid.payment_intent)


def test_a_review_is_told_and_found(api, webhook, paid, review):
    assert webhook.types()[-1] == "review.opened"
    found = api.v1.reviews.retrieve(review.id, {"expand": ["charge"]})
    assert (found.open, found.opened_reason, found.closed_reason) == (True, "manual", None)
    assert (found.payment_intent, found.charge.review) == (paid.payment_intent, review.id)


def test_a_payment_leads_to_its_review(api, paid, review):
    paths = ["review", "latest_charge.review"]
    intent = api.v1.payment_intents.retrieve(paid.payment_intent, {"expand": paths})
    assert (intent.review.id, intent.latest_charge.review.id) == (review.id, review.id)


def test_an_approved_review_is_closed(api, webhook, review):
    reviews.approve(review_id=review.id)
    assert webhook.types()[-1] == "review.closed"
    told = webhook.events[-1].data.object
    assert (told.open, told.closed_reason, told.reason) == (False, "approved", "approved")


def test_only_open_reviews_are_listed(api, review):
    assert [found.id for found in api.v1.reviews.list().data] == [review.id]
    reviews.approve(review_id=review.id)
    assert api.v1.reviews.list().data == []


@pytest.mark.parametrize(
    ("reason", "closed_reason"), [("requested_by_customer", "refunded"), ("fraudulent", "refunded_as_fraud")]
)
def test_a_full_refund_closes_the_review(api, webhook, paid, review, reason, closed_reason):
    api.v1.refunds.create({"payment_intent": paid.payment_intent, "reason": reason})
    assert webhook.types()[-3:] == ["refund.created", "charge.refunded", "review.closed"]
    assert webhook.events[-1].data.object.closed_reason == closed_reason


def test_a_partial_refund_leaves_the_review_open(api, paid, review):
    api.v1.refunds.create({"payment_intent": paid.payment_intent, "amount": 100})
    assert api.v1.reviews.retrieve(review.id).open


def test_a_review_is_closed_once(review):
    reviews.approve(review_id=review.id)
    with pytest.raises(NotPossible):
        reviews.approve(review_id=review.id)


def test_a_payment_is_reviewed_once(paid, review):
    with pytest.raises(NotPossible):
        reviews.open_review(payment_intent=paid.payment_intent)


def test_what_is_not_paid_is_not_reviewed(db):
    with pytest.raises(NotPossible):
        reviews.open_review(payment_intent="pi_0")
