"""What the shop's webhook hears, checked with the SDK's own verification."""

from datetime import timedelta

import pytest
import stripe
from django.db import transaction
from django.utils import timezone

from shop.stripe_sandbox import events, payments
from shop.stripe_sandbox.models import CheckoutSession, Event
from shop.stripe_sandbox.payments import Card, Payer


def test_a_payment_is_told_before_the_shopper_is_sent_back(webhook, session, pay):
    assert pay(session).status_code == 303
    assert webhook.types() == ["payment_intent.succeeded", "checkout.session.completed"]


def test_an_event_has_stripes_whole_shape(webhook, session, pay):
    pay(session)
    event = webhook.last("checkout.session.completed")
    assert event.to_dict().keys() == {
        "id",
        "object",
        "api_version",
        "created",
        "data",
        "livemode",
        "pending_webhooks",
        "request",
        "type",
    }
    assert (event.object, event.livemode, event.id[:4]) == ("event", False, "evt_")


def test_the_completed_event_holds_the_paid_session(webhook, session, pay):
    pay(session)
    told = webhook.last("checkout.session.completed").data.object
    assert (told.id, told.payment_status, told.client_reference_id) == (session.id, "paid", "attempt-1")


def test_what_is_told_is_already_true(api, webhook, session, pay):
    """The shop asks back while it is being told: the API answers as the event says."""
    pay(session)
    told = webhook.last("checkout.session.completed").data.object
    assert api.v1.checkout.sessions.retrieve(session.id).to_dict() == told.to_dict()


def test_an_event_is_found_by_its_id(api, webhook, session, pay):
    pay(session)
    told = webhook.last("checkout.session.completed")
    assert api.v1.events.retrieve(told.id).data.to_dict() == told.data.to_dict()


def test_a_delivered_event_has_no_webhook_pending(api, webhook, session, pay):
    pay(session)
    assert api.v1.events.retrieve(webhook.events[0].id).pending_webhooks == 0


def test_a_declined_card_is_told_with_its_reason(webhook, session, pay):
    pay(session, card_number="4000000000009995")
    error = webhook.last("payment_intent.payment_failed").data.object.last_payment_error
    assert (error.code, error.decline_code) == ("card_declined", "insufficient_funds")


def test_an_expiry_is_told_with_the_request_that_made_it(api, webhook, session):
    api.v1.checkout.sessions.expire(session.id, {}, {"idempotency_key": "one"})
    event = webhook.last("checkout.session.expired")
    assert event.data.object.status == "expired"
    assert event.request.idempotency_key == "one"


def test_time_running_out_is_told_once(api, webhook, session):
    CheckoutSession.objects.update(expires_at=timezone.now())
    for _ in range(2):
        api.v1.checkout.sessions.list()
    assert webhook.types() == ["checkout.session.expired"]


def test_a_refund_is_told_twice_over(api, webhook, paid):
    refund = api.v1.refunds.create({"payment_intent": paid.payment_intent, "amount": 700})
    assert webhook.types()[-2:] == ["refund.created", "charge.refunded"]
    assert webhook.last("refund.created").data.object.id == refund.id
    assert webhook.last("charge.refunded").data.object.amount_refunded == 700


def test_a_replayed_refund_is_not_told_again(api, webhook, paid):
    for _ in range(2):
        api.v1.refunds.create({"payment_intent": paid.payment_intent}, {"idempotency_key": "one"})
    assert webhook.types().count("charge.refunded") == 1


def test_a_disputed_card_is_told_right_after_the_payment(api, webhook, session, pay):
    pay(session, card_number="4000000000000259")
    assert webhook.types()[-3:] == [
        "checkout.session.completed",
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
    ]
    dispute = webhook.last("charge.dispute.created").data.object
    assert api.v1.disputes.retrieve(dispute.id).amount == 4700


def test_a_disputed_charge_cannot_be_refunded(api, session, pay):
    pay(session, card_number="4000000000000259")
    intent = api.v1.checkout.sessions.retrieve(session.id).payment_intent
    with pytest.raises(stripe.InvalidRequestError) as caught:
        api.v1.refunds.create({"payment_intent": intent})
    assert caught.value.code == "charge_disputed"


@pytest.fixture
def refund_that_fails(api, session, pay):
    pay(session, card_number="4000000000005126")
    intent = api.v1.checkout.sessions.retrieve(session.id).payment_intent
    return api.v1.refunds.create({"payment_intent": intent})


def test_a_refund_to_the_card_that_fails_succeeds_first(refund_that_fails):
    assert refund_that_fails.status == "succeeded"


def test_a_failed_refund_is_told(client, webhook, refund_that_fails):
    client.post(f"/stripe-sandbox/refunds/{refund_that_fails.id}/fail/")
    assert webhook.types()[-2:] == ["refund.updated", "refund.failed"]
    event = webhook.last("refund.updated")
    assert event.data.object.status == "failed"
    assert event.data.previous_attributes.status == "succeeded"


def test_a_failed_refund_can_be_made_again(api, client, refund_that_fails):
    client.post(f"/stripe-sandbox/refunds/{refund_that_fails.id}/fail/")
    again = api.v1.refunds.create({"payment_intent": refund_that_fails.payment_intent})
    assert again.amount == 4700


def test_a_refund_to_another_card_does_not_fail(api, client, paid):
    refund = api.v1.refunds.create({"payment_intent": paid.payment_intent})
    client.post(f"/stripe-sandbox/refunds/{refund.id}/fail/")
    assert api.v1.refunds.retrieve(refund.id).status == "succeeded"


def test_an_event_that_the_shop_refuses_stays_undelivered(webhook, session, pay):
    webhook.status = 500
    pay(session)
    event = Event.objects.get(type="checkout.session.completed")
    assert (event.delivered_at, event.attempts, event.answer) == (None, 1, "500 Internal Server Error")


def test_a_shop_that_is_down_does_not_keep_the_shopper(api, session, pay):
    assert pay(session).status_code == 303
    assert Event.objects.get(type="checkout.session.completed").answer == "ConnectionError"


def test_an_event_is_tried_once_only(api, webhook, session, pay):
    webhook.status = 500
    pay(session)
    api.v1.checkout.sessions.list()
    assert len(webhook.events) == 2  # the payment's and the session's


def test_an_undelivered_event_can_be_sent_again(client, webhook, session, pay):
    webhook.status = 500
    pay(session)
    webhook.status = 200
    event = Event.objects.get(type="checkout.session.completed")
    client.post(f"/stripe-sandbox/events/{event.id}/send/")
    event.refresh_from_db()
    assert event.delivered_at
    assert webhook.events[-1].id == event.id


def test_what_failed_is_delivered_on_demand_once_the_shop_is_back(webhook, session, pay):
    webhook.status = 500
    pay(session)
    webhook.status = 200
    later = timezone.now() + timedelta(seconds=2)  # the first back-off is one second
    assert events.deliver_due(now=later) == 0
    assert events.deliver_pending(now=later) == 2
    assert events.deliver_pending(now=later) == 0
    assert not Event.objects.filter(delivered_at=None).exists()


def test_the_back_off_doubles_up_to_an_hour(webhook, session, pay):
    webhook.status = 500
    pay(session)
    event = Event.objects.get(type="checkout.session.completed")
    for attempts, back_off in ((1, 2), (2, 4), (11, 2048), (12, 3600), (40, 3600)):
        event.attempts = attempts
        before = timezone.now()
        events.send(event)
        event.refresh_from_db()
        assert timedelta(0) <= event.due_at - before - timedelta(seconds=back_off) < timedelta(seconds=1)


def test_what_was_in_the_hands_of_a_dead_process_is_sent_in_the_end(webhook, session, pay):
    pay(session)
    heard = len(webhook.events)
    died_at = timezone.now() - events.HELD_FOR
    Event.objects.update(attempts=0, delivered_at=None, due_at=died_at + events.HELD_FOR)
    assert events.deliver_due() == heard
    assert webhook.events[heard].id == webhook.events[0].id


def test_a_very_late_event_is_signed_now(webhook, session, pay):
    """Row 38: the receiver checks the age of the signature, as the SDK does, and finds it fresh."""
    pay(session)
    event = Event.objects.get(type="checkout.session.completed")
    assert events.send_late(event, age=timedelta(days=3))
    first, again = (told for told in webhook.events if told.type == "checkout.session.completed")
    assert again.id == first.id
    assert first.created - again.created == 3 * 24 * 60 * 60


def test_a_payment_that_is_rolled_back_is_not_told(webhook, session):
    with transaction.atomic():
        payments.pay(session_id=session.id, card=Card("4242424242424242", 12, 2040), payer=Payer("a@b.example", "A"))
        transaction.set_rollback(True)
    assert webhook.types() == []
