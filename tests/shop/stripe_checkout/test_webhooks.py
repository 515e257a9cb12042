"""What arrives at /stripe/webhook/, and what becomes of it. Rows are those of PAYMENTS.md."""

import json
import logging
import time
from datetime import timedelta

import pytest
from django.utils import timezone
from oscar.core.loading import get_model

from shop.stripe_checkout.models import PaymentAttempt, StripeEvent
from shop.stripe_sandbox import events, payments
from tests.conftest import StandIn
from tests.shop.books import EXPIRED, PAID, PAID_AT_STRIPE, PENDING, books

Event = get_model("stripe_sandbox", "Event")


@pytest.fixture
def signer(db, settings) -> StandIn:
    """Signs and delivers as Stripe does; there is no Stripe to ask back."""
    return StandIn("http://127.0.0.1:9", settings.STRIPE_WEBHOOK_SECRETS[0])


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
def test_row_9_a_signed_body_that_is_no_event_is_refused(signer, client, caplog, body):
    assert signer.deliver(client, body).status_code == 400
    assert not StripeEvent.objects.exists()
    assert refusals(caplog)


def test_row_9_a_bad_signature_is_refused(signer, client, caplog):
    assert signer.deliver(client, EVENT, secret="whsec_somebody_else").status_code == 400
    assert not StripeEvent.objects.exists()
    assert refusals(caplog) == ["Webhook refused: No signature fits."]


def test_row_9_an_old_signature_is_refused(signer, client, caplog):
    """Stripe's tolerance is five minutes; it signs each retry anew."""
    assert signer.deliver(client, EVENT, sent_at=time.time() - 301).status_code == 400
    assert not StripeEvent.objects.exists()
    assert refusals(caplog) == ["Webhook refused: No signature fits."]


@pytest.mark.parametrize("header", ["", "t=1", "v1=abc", "t=x,v1=abc", "t=1,v1=é", "=" * 1000])
def test_row_9_a_missing_or_mangled_signature_is_refused(db, client, caplog, header):
    answer = client.post(
        "/stripe/webhook/", json.dumps(EVENT), content_type="application/json", headers={"Stripe-Signature": header}
    )
    assert answer.status_code == 400
    assert not StripeEvent.objects.exists()
    assert refusals(caplog)


def test_row_9_a_forged_event_about_a_real_payment_changes_nothing(stripe, client, payment_page):
    session = {"client_reference_id": str(PaymentAttempt.objects.get().pk), "id": "cs_1", "payment_status": "paid"}
    event = EVENT | {"type": "checkout.session.completed", "data": {"object": session}}
    assert stripe.deliver(client, event, secret="whsec_guessed").status_code == 400
    assert books() == PENDING


def test_only_post_is_taken(client):
    assert client.get("/stripe/webhook/").status_code == 405


def test_row_10_an_unknown_type_is_recorded_and_thanked_for(signer, client):
    assert signer.deliver(client, EVENT).status_code == 200
    assert StripeEvent.objects.get().type == "customer.created"


@pytest.mark.parametrize("reference", [None, "", "order-17", "5f0c3b1e-0000-4000-8000-000000000000", 7, {"a": 1}])
def test_row_10_a_session_that_is_not_ours_is_recorded_and_thanked_for(signer, client, reference):
    session = {"id": "cs_test_other", "object": "checkout.session", "client_reference_id": reference}
    event = EVENT | {"type": "checkout.session.completed", "data": {"object": session}}
    assert signer.deliver(client, event).status_code == 200
    assert StripeEvent.objects.get().attempt is None


def test_row_10_an_event_that_lies_about_its_session_changes_nothing(stripe, client, payment_page):
    session = {
        "id": "cs_test_other",
        "client_reference_id": str(PaymentAttempt.objects.get().pk),
        "payment_status": "paid",
    }
    event = EVENT | {"type": "checkout.session.completed", "data": {"object": session}}
    assert stripe.deliver(client, event).status_code == 200
    assert books() == PENDING


def test_row_11_both_secrets_are_taken_during_a_rotation(signer, client, settings):
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", "whsec_old"]
    assert signer.deliver(client, EVENT, secret="whsec_new").status_code == 200
    assert signer.deliver(client, EVENT | {"id": "evt_2"}, secret="whsec_old").status_code == 200
    assert StripeEvent.objects.count() == 2
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new"]  # and then it is over
    assert signer.deliver(client, EVENT | {"id": "evt_3"}, secret="whsec_old").status_code == 400


@pytest.mark.parametrize(("key", "livemode"), [("sk_test_1", True), ("sk_live_1", False), ("rk_live_1", False)])
def test_row_12_an_event_of_the_other_mode_is_refused_and_reported(signer, client, settings, caplog, key, livemode):
    settings.STRIPE_SECRET_KEY = key
    assert signer.deliver(client, EVENT | {"livemode": livemode}).status_code == 400
    assert not StripeEvent.objects.exists()
    said = "Webhook refused: The event belongs to the other mode: live and test keys are mixed up."
    assert refusals(caplog, level=logging.ERROR) == [said]


def test_when_stripe_cannot_be_asked_it_is_to_try_again(stripe, client, settings, paid_session):
    up, settings.STRIPE_API_BASE = settings.STRIPE_API_BASE, "http://127.0.0.1:9"
    assert stripe.tell(client, "checkout.session.completed") == [503]
    assert not StripeEvent.objects.exists()
    assert books() == PAID_AT_STRIPE
    settings.STRIPE_API_BASE = up
    assert stripe.tell(client, "checkout.session.completed") == [200]
    assert books() == PAID


def test_row_38_an_event_of_three_days_ago_is_settled(stripe, live_server, settings, paid_session):
    """As long as Stripe tries: signed anew each time, of a session long over."""
    settings.SITE_URL = live_server.url
    PaymentAttempt.objects.update(expires_at=timezone.now() - timedelta(days=3))
    assert events.send_late(Event.objects.get(type="checkout.session.completed"), age=timedelta(days=3))
    assert books() == PAID


def test_row_38_an_expiry_told_three_days_late_releases(stripe, live_server, settings, payment_page, time_is_over):
    time_is_over()
    payments.expire_overdue(now=timezone.now())
    settings.SITE_URL = live_server.url
    assert events.send_late(Event.objects.get(type="checkout.session.expired"), age=timedelta(days=3))
    assert books() == EXPIRED


@pytest.mark.parametrize("seconds", [-290, 290])
def test_row_38_a_clock_that_is_off_by_less_than_five_minutes_is_no_matter(signer, client, seconds):
    """Beyond -300 seconds Stripe's own library refuses; ten less, since the test takes its time."""
    assert signer.deliver(client, EVENT, sent_at=time.time() + seconds).status_code == 200
    assert StripeEvent.objects.exists()


def refusals(caplog, *, level: int = logging.WARNING) -> list[str]:
    """What the log says of calls that were refused."""
    found = [record for record in caplog.records if record.name == "shop.stripe_checkout.webhooks"]
    assert {record.levelno for record in found} <= {level}
    return [record.getMessage() for record in found]
