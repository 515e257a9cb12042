"""What goes wrong on demand, as a shop meets it: through Stripe's SDK and at the end of a webhook."""

import re
import time
from contextlib import suppress
from pathlib import Path

import pytest
import stripe

from shop.stripe_sandbox import events, temper, urls
from shop.stripe_sandbox.models import CheckoutSession, Event, Fault, Refund
from shop.stripe_sandbox.temper import at_its_worst, behave, misbehave

from .conftest import SESSION

KEY = {"idempotency_key": "one"}
ONCE = {"max_network_retries": 0}
LATE = 1.5  # seconds: the impatient client has asked three times and given up before

COMPLETED = "checkout.session.completed"


def create(api, **options):
    return api.v1.checkout.sessions.create(SESSION, options)


def gives_up(api, **options) -> stripe.StripeError:
    with pytest.raises(stripe.StripeError) as caught:
        create(api, **options)
    return caught.value


# --- Answers of the API


def test_an_error_has_stripes_shape_and_nothing_was_done(api):
    misbehave(api="error")
    error = gives_up(api, **ONCE)
    assert (type(error), error.http_status, error.error.type) == (stripe.APIError, 500, "api_error")
    assert not CheckoutSession.objects.exists()


def test_an_error_is_kept_under_its_key_and_replayed(api):
    misbehave(api="error", times=1)
    gives_up(api, **ONCE, **KEY)
    error = gives_up(api, **KEY)
    assert (error.http_status, error.headers["Idempotent-Replayed"]) == (500, "true")
    assert create(api, idempotency_key="two").status == "open"


def test_an_error_under_no_key_is_over_with_the_next_call(api, session):
    misbehave(api="error", endpoint="retrieve_session", times=2)
    with pytest.raises(stripe.APIError):
        api.v1.checkout.sessions.retrieve(session.id, {}, ONCE)
    assert api.v1.checkout.sessions.retrieve(session.id, {}, {"max_network_retries": 2}).id == session.id


def test_an_error_after_the_work_keeps_the_work_and_the_error(api, paid):
    misbehave(api="error_after_work", endpoint="create_refund", times=1)
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            api.v1.refunds.create({"payment_intent": paid.payment_intent}, KEY | ONCE)
    assert Refund.objects.count() == 1


def test_an_error_after_the_work_is_told_by_an_event_all_the_same(api, webhook, paid):
    misbehave(api="error_after_work", endpoint="create_refund")
    with pytest.raises(stripe.APIError):
        api.v1.refunds.create({"payment_intent": paid.payment_intent}, ONCE)
    assert webhook.types()[-2:] == ["refund.created", "charge.refunded"]


def test_a_time_out_before_the_work_leaves_the_key_free(impatient_api):
    misbehave(api="timeout", seconds=1, times=1)
    assert create(impatient_api, **KEY).status == "open"
    assert CheckoutSession.objects.count() == 1


def test_a_time_out_is_a_connection_error_to_the_client(impatient_api):
    misbehave(api="timeout", seconds=LATE)
    assert isinstance(gives_up(impatient_api, **ONCE), stripe.APIConnectionError)
    assert not CheckoutSession.objects.exists()


def test_a_time_out_that_a_client_sits_out_ends_in_a_connection_error_too(api):
    misbehave(api="timeout", seconds=0.1)
    assert isinstance(gives_up(api, **ONCE), stripe.APIConnectionError)


def test_a_time_out_after_the_work_gives_the_same_session_to_a_retry(impatient_api):
    misbehave(api="timeout_after_work", seconds=LATE, times=1)
    answer = create(impatient_api, **KEY)
    assert answer.last_response.headers["Idempotent-Replayed"] == "true"
    assert CheckoutSession.objects.get().id == answer.id


def test_a_slow_answer_comes(api):
    misbehave(api="slow", seconds=0.3)
    started = time.monotonic()
    assert create(api).status == "open"
    assert time.monotonic() - started >= 0.3


def test_a_slow_call_does_its_work_though_the_client_has_left(impatient_api):
    misbehave(api="slow", seconds=1)
    gives_up(impatient_api, **ONCE)
    deadline = time.monotonic() + 10
    while not CheckoutSession.objects.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert CheckoutSession.objects.exists()


def test_a_rate_limit_has_stripes_shape_and_leaves_the_key_free(api):
    misbehave(api="rate_limit", times=1)
    error = gives_up(api, **ONCE, **KEY)
    assert (type(error), error.http_status, error.error.code) == (stripe.RateLimitError, 429, "rate_limit")
    assert create(api, **KEY).status == "open"


def test_a_broken_connection_is_one_that_the_sdk_tries_again(impatient_api):
    misbehave(api="disconnect", times=2)
    assert create(impatient_api, **KEY).status == "open"
    assert CheckoutSession.objects.count() == 1


def test_a_connection_broken_after_the_work_gives_the_same_session_to_a_retry(impatient_api):
    misbehave(api="disconnect_after_work", times=1)
    answer = create(impatient_api, **KEY)
    assert answer.last_response.headers["Idempotent-Replayed"] == "true"
    assert CheckoutSession.objects.count() == 1


def test_a_session_is_paid_and_told_before_its_creation_is_answered(api, webhook):
    misbehave(api="paid_before_answer")
    session = create(api)
    assert session.status == "open"  # the answer is as old as the session
    assert webhook.last(COMPLETED).data.object.id == session.id
    assert api.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_looking_at_an_open_session_pays_nothing(api, session):
    misbehave(api="paid_before_answer")
    assert api.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert CheckoutSession.objects.get().payment_status == "unpaid"


# --- Which of them


def test_other_endpoints_answer_as_ever(api, session):
    misbehave(api="error", endpoint="create_session")
    assert api.v1.checkout.sessions.retrieve(session.id).id == session.id


def test_other_sessions_are_left_alone(api, session):
    misbehave(api="error", session=session.id)
    other = create(api)
    assert api.v1.checkout.sessions.retrieve(other.id).id == other.id
    with pytest.raises(stripe.APIError):
        api.v1.checkout.sessions.retrieve(session.id, {}, ONCE)


def test_a_session_is_known_by_the_shops_reference_before_it_exists(api):
    misbehave(api="error", session=SESSION["client_reference_id"])
    assert gives_up(api, **ONCE).http_status == 500


def test_a_session_is_known_by_its_payment(api, paid):
    misbehave(api="error", session=SESSION["client_reference_id"])
    with pytest.raises(stripe.APIError):
        api.v1.refunds.create({"payment_intent": paid.payment_intent}, ONCE)


def test_all_ends_when_it_behaves(api):
    misbehave(api="error")
    behave()
    assert create(api).status == "open"


def test_it_can_behave_for_one_session_alone(api, session):
    misbehave(api="error", endpoint="create_session")
    misbehave(api="error", session=session.id)
    behave(session=session.id)
    assert api.v1.checkout.sessions.retrieve(session.id).id == session.id
    assert gives_up(api, **ONCE).http_status == 500


def test_chance_strikes_the_same_calls_under_the_same_seed(api, session):
    def strikes() -> list[bool]:
        behave()
        misbehave(api="rate_limit", probability=0.5, seed=7)
        struck = []
        for _ in range(20):
            try:
                api.v1.checkout.sessions.retrieve(session.id, {}, ONCE)
                struck.append(False)
            except stripe.RateLimitError:
                struck.append(True)
        return struck

    first = strikes()
    assert 0 < sum(first) < 20  # at one half, all or none of 20 would be no chance at all
    assert strikes() == first


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"api": "error", "events": "dropped"},
        {"api": "dropped"},
        {"events": "error"},
        {"api": "error", "endpoint": "create_sesion"},
        {"api": "error", "endpoint": COMPLETED},
        {"api": "error", "type": COMPLETED},
        {"events": "dropped", "type": "checkout.session.complete"},
        {"events": "dropped", "endpoint": "create_session"},
    ],
)
def test_what_can_never_happen_is_refused(asked):
    with pytest.raises(ValueError):
        misbehave(**asked)


def test_every_endpoint_can_misbehave():
    source = Path(urls.__file__).read_text()
    assert set(re.findall(r"Endpoint\(\w+, api\.(\w+)\)", source)) == set(temper.ENDPOINTS)


# --- Events on their way


def test_a_doubled_event_comes_twice_under_one_id(webhook, session, pay):
    misbehave(events="doubled", type=COMPLETED)
    pay(session)
    assert webhook.types() == ["payment_intent.succeeded", COMPLETED, COMPLETED]
    assert webhook.events[1].id == webhook.events[2].id


def test_a_fact_comes_again_under_another_id(api, webhook, session, pay):
    misbehave(events="another_id", type=COMPLETED)
    pay(session)
    first, second = webhook.events[1:]
    assert (first.type, second.type, first.data.to_dict()) == (COMPLETED, COMPLETED, second.data.to_dict())
    assert {first.id, second.id} == set(Event.objects.filter(type=COMPLETED).values_list("id", flat=True))


def test_a_dropped_event_is_sent_by_hand_alone(api, webhook, session, pay):
    misbehave(events="dropped", type=COMPLETED)
    pay(session)
    assert events.deliver_pending() == 0
    assert webhook.types() == ["payment_intent.succeeded"]
    assert events.send(Event.objects.get(type=COMPLETED))
    assert webhook.types() == ["payment_intent.succeeded", COMPLETED]


def test_a_delayed_event_waits_until_it_is_due(webhook, session, pay):
    misbehave(events="delayed", type=COMPLETED, seconds=60)
    pay(session)
    assert events.deliver_due() == 0
    due_at = Event.objects.get(type=COMPLETED).due_at
    assert events.deliver_due(now=due_at) == 1
    assert events.deliver_due(now=due_at) == 0
    assert webhook.types() == ["payment_intent.succeeded", COMPLETED]


def test_the_next_call_of_the_api_sends_what_is_due(api, webhook, session, pay):
    misbehave(events="delayed", seconds=0)
    pay(session)
    assert webhook.types() == []
    api.v1.checkout.sessions.retrieve(session.id)
    assert webhook.types() == ["payment_intent.succeeded", COMPLETED]


def test_a_delayed_event_may_come_twice(webhook, session, pay):
    misbehave(events="delayed", type=COMPLETED, seconds=0)
    misbehave(events="doubled", type=COMPLETED)
    pay(session)
    assert events.deliver_due() == 1
    assert webhook.types().count(COMPLETED) == 2


def test_reordered_events_come_last_first(webhook, session, pay):
    misbehave(events="reordered")
    pay(session)
    assert webhook.types() == [COMPLETED, "payment_intent.succeeded"]


def test_events_of_other_sessions_are_left_alone(api, webhook, session, pay):
    misbehave(events="dropped", session=session.id)
    other = create(api)
    pay(session)
    pay(other)
    assert [event.data.object.id for event in webhook.events if event.type == COMPLETED] == [other.id]


def test_an_event_is_told_before_the_call_that_made_it_is_answered(api, webhook, session):
    """And what it tells is committed by then: the shop that asks back hears the same."""
    heard = []
    webhook.then = lambda event: heard.append(api.v1.checkout.sessions.retrieve(session.id).status)
    api.v1.checkout.sessions.expire(session.id)
    assert heard == ["expired"]


def test_every_event_can_misbehave():
    source = "".join(file.read_text() for file in Path(urls.__file__).parent.glob("*.py"))
    assert set(re.findall(r'Fact\(\s*"([a-z_.]+)"', source)) == set(temper.EVENT_TYPES)


# --- At its worst


def test_at_its_worst_money_still_adds_up(api, webhook):
    """Forty shoppers, of whom hardly one meets nothing: every paid session has one charge, and its events can come."""
    at_its_worst(seed=7, probability=0.3, seconds=0)
    for number in range(40):
        with suppress(stripe.StripeError):
            create(api, idempotency_key=f"key {number}", max_network_retries=0)
    behave()
    paid = CheckoutSession.objects.filter(payment_status="paid")
    assert 0 < paid.count() < CheckoutSession.objects.count() < 40
    for session in paid:
        assert session.intent.charges.count() == 1
        assert Event.objects.filter(type=COMPLETED, payload__data__object__id=session.id).exists()


def test_at_its_worst_is_everything_at_once(db):
    at_its_worst(seed=1)
    assert set(Fault.objects.values_list("kind", flat=True)) == {*Fault.Api.values, *Fault.Delivery.values}
