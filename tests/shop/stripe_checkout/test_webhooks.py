"""What arrives at /stripe/webhook/, and what becomes of it. Rows are those of PAYMENTS.md."""

import json
import time

import pytest
from oscar.core.loading import get_model

from shop.stripe_checkout.models import StripeEvent
from tests.factories import make_product

Order = get_model("order", "Order")

pytestmark = pytest.mark.django_db(transaction=True)

EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "customer.created",
    "livemode": False,
    "data": {"object": {"id": "cus_1", "object": "customer"}},
}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe not utf-8",
        b"{not json",
        b"[]",
        b'["evt_1"]',
        b'"evt_1"',
        b"null",
        b"{}",
        json.dumps(EVENT | {"data": None}).encode(),
        json.dumps(EVENT | {"data": {"object": "cs_1"}}).encode(),
        json.dumps(EVENT | {"id": 7}).encode(),
        json.dumps(EVENT | {"type": None}).encode(),
        json.dumps(EVENT | {"id": "e" * 300}).encode(),
        json.dumps(EVENT | {"id": "evt_\0"}).encode(),
        json.dumps(EVENT | {"note": "a\0b"}).encode(),
        json.dumps(EVENT | {"note": "\ud800"}).encode(),
        json.dumps(EVENT | {"note": float("nan")}).encode(),
        b"[" * 100_000,
    ],
)
def test_row_9_a_signed_body_that_is_no_event_is_refused(stripe, client, body):
    assert stripe.deliver(client, body).status_code == 400
    assert not StripeEvent.objects.exists()


def test_row_9_a_bad_signature_is_refused(stripe, client):
    assert stripe.deliver(client, EVENT, secret="whsec_somebody_else").status_code == 400


def test_row_9_an_old_signature_is_refused(stripe, client):
    assert stripe.deliver(client, EVENT, sent_at=time.time() - 301).status_code == 400


@pytest.mark.parametrize("header", ["", "t=1", "v1=abc", "t=x,v1=abc", "t=1,v1=é", "=" * 1000])
def test_row_9_a_missing_or_mangled_signature_is_refused(client, header):
    answer = client.post(
        "/stripe/webhook/", json.dumps(EVENT), content_type="application/json", headers={"Stripe-Signature": header}
    )
    assert answer.status_code == 400
    assert not StripeEvent.objects.exists()


def test_only_post_is_taken(client):
    assert client.get("/stripe/webhook/").status_code == 405


def test_row_10_an_unknown_type_is_recorded_and_thanked_for(stripe, client):
    assert stripe.deliver(client, EVENT).status_code == 200
    assert StripeEvent.objects.get().type == "customer.created"


@pytest.mark.parametrize("reference", [None, "", "order-17", "5f0c3b1e-0000-4000-8000-000000000000", 7, {"a": 1}])
def test_row_10_a_session_that_is_not_ours_is_recorded_and_thanked_for(stripe, client, reference):
    session = {"id": "cs_test_other", "object": "checkout.session", "client_reference_id": reference}
    event = EVENT | {"type": "checkout.session.completed", "data": {"object": session}}
    assert stripe.deliver(client, event).status_code == 200
    assert StripeEvent.objects.count() == 1


def test_row_11_both_secrets_are_taken_during_a_rotation(stripe, client, settings):
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", "whsec_old"]
    assert stripe.deliver(client, EVENT, secret="whsec_new").status_code == 200
    assert stripe.deliver(client, EVENT | {"id": "evt_2"}, secret="whsec_old").status_code == 200


def test_row_12_an_event_of_the_other_mode_is_refused(stripe, client):
    assert stripe.deliver(client, EVENT | {"livemode": True}).status_code == 400
    assert not StripeEvent.objects.exists()


def test_when_stripe_cannot_be_asked_it_is_to_try_again(shopper, stripe, client, settings):
    shopper.add(make_product())
    stripe.pay(shopper.press_pay().url)
    event = stripe.events("checkout.session.completed")[0]
    up, settings.STRIPE_API_BASE = settings.STRIPE_API_BASE, "http://127.0.0.1:9"
    assert stripe.deliver(client, event).status_code == 503
    assert not StripeEvent.objects.exists()
    settings.STRIPE_API_BASE = up
    assert stripe.deliver(client, event).status_code == 200
    assert Order.objects.get().status == "Paid"


def test_an_event_that_lies_about_its_session_changes_nothing(shopper, stripe, client):
    shopper.add(make_product())
    shopper.press_pay()
    attempt = Order.objects.get().payment_attempts.get()
    session = {"id": "cs_test_other", "client_reference_id": str(attempt.pk), "payment_status": "paid"}
    event = EVENT | {"type": "checkout.session.completed", "data": {"object": session}}
    assert stripe.deliver(client, event).status_code == 200
    assert Order.objects.get().status == "Pending payment"
