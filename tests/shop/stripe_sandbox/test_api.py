"""The API through Stripe's own SDK, over HTTP."""

import time
from copy import deepcopy
from datetime import timedelta

import pytest
import requests
import stripe
from django.utils import timezone

from shop.stripe_sandbox import disputes, reviews
from shop.stripe_sandbox.models import CheckoutSession, IdempotentRequest, PaymentIntent, Refund

from .conftest import SESSION

MINUTE = 60


@pytest.fixture
def address(live_server):
    return f"{live_server.url}/stripe-sandbox/v1"


@pytest.fixture
def post(address):
    """Post bytes that no SDK would send."""

    def post(data, *, path: str = "/checkout/sessions", **headers: str) -> requests.Response:
        key = {"Authorization": "Bearer sk_test_1", "Content-Type": "application/x-www-form-urlencoded"}
        return requests.post(address + path, data=data, headers=key | headers, timeout=10)

    return post


def is_refusal(response: requests.Response, status: int = 400) -> bool:
    return response.status_code == status and {"type", "message"} <= response.json()["error"].keys()


# --- Sessions


def test_a_new_session_is_open_and_unpaid(session):
    assert (session.object, session.status, session.payment_status) == ("checkout.session", "open", "unpaid")


def test_a_new_session_adds_its_lines_up(session):
    assert (session.amount_subtotal, session.amount_total, session.currency) == (4700, 4700, "usd")


def test_a_session_is_of_test_mode(session):
    assert session.id.startswith("cs_test_")
    assert session.livemode is False


def test_a_session_keeps_what_the_shop_gave_it(session):
    assert session.client_reference_id == "attempt-1"
    assert session.metadata["attempt"] == "1"
    assert session.success_url == SESSION["success_url"]
    assert session.customer_email == "alex@example.com"


def test_a_new_session_has_no_payment_intent_yet(session):
    assert session.payment_intent is None


def test_a_session_lasts_a_day_unless_told(session):
    assert session.expires_at - session.created == 24 * 60 * MINUTE


def test_a_session_lasts_as_long_as_told(api):
    expires_at = int(time.time()) + 45 * MINUTE
    assert api.v1.checkout.sessions.create(SESSION | {"expires_at": expires_at}).expires_at == expires_at


def test_the_payment_page_is_on_the_host_that_was_asked(session, live_server):
    assert session.url == f"{live_server.url}/stripe-sandbox/pay/{session.id}/"


def test_a_session_is_found_again(api, session):
    assert api.v1.checkout.sessions.retrieve(session.id).to_dict() == session.to_dict()


def test_line_items_are_listed_on_their_own(api, session):
    items = api.v1.checkout.sessions.line_items.list(session.id, {"limit": 1})
    assert [(item.description, item.quantity, item.amount_total) for item in items.auto_paging_iter()] == [
        ("Silicone Scar Gel", 2, 4200),
        ("Delivery", 1, 500),
    ]


def test_line_items_come_along_when_expanded(api, session):
    expanded = api.v1.checkout.sessions.retrieve(session.id, {"expand": ["line_items"]})
    assert len(expanded.line_items.data) == 2


def test_amounts_in_yen_have_no_decimals(api, client):
    asked = deepcopy(SESSION)
    asked["line_items"] = asked["line_items"][:1]
    asked["line_items"][0]["price_data"] |= {"currency": "jpy", "unit_amount": 3000}
    session = api.v1.checkout.sessions.create(asked)
    assert session.amount_total == 6000
    assert "Pay ¥6,000" in client.get(f"/stripe-sandbox/pay/{session.id}/").text


def test_an_expired_session_stays_expired(api, session):
    assert api.v1.checkout.sessions.expire(session.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError, match="status of `expired`"):
        api.v1.checkout.sessions.expire(session.id)


def test_an_expired_session_has_no_page_any_more(api, session):
    assert api.v1.checkout.sessions.expire(session.id).url is None


def test_a_paid_session_does_not_expire(api, paid):
    with pytest.raises(stripe.InvalidRequestError, match="status of `complete`"):
        api.v1.checkout.sessions.expire(paid.id)


def test_a_session_whose_time_has_run_out_is_expired_when_looked_at(api, session):
    CheckoutSession.objects.update(expires_at=timezone.now())
    assert api.v1.checkout.sessions.retrieve(session.id).status == "expired"


def test_expiry_cancels_the_payment_intent(api, session, pay):
    pay(session, card_number="4000000000000002")
    api.v1.checkout.sessions.expire(session.id)
    intent = api.v1.payment_intents.list().data[0]
    assert (intent.status, intent.cancellation_reason) == ("canceled", "expired")


def test_sessions_are_listed_newest_first_page_by_page(api):
    ids = [api.v1.checkout.sessions.create(SESSION).id for _ in range(3)]
    listed = [session.id for session in api.v1.checkout.sessions.list({"limit": 2}).auto_paging_iter()]
    assert listed == ids[::-1]


def test_a_page_says_whether_more_follow(api, session):
    assert api.v1.checkout.sessions.list({"limit": 1}).has_more is False


def test_pages_go_backwards_too(api):
    ids = [api.v1.checkout.sessions.create(SESSION).id for _ in range(3)]
    page = api.v1.checkout.sessions.list({"limit": 1, "ending_before": ids[0]})
    assert ([session.id for session in page.data], page.has_more) == ([ids[1]], True)


def test_sessions_are_found_by_status(api, paid):
    still_open = api.v1.checkout.sessions.create(SESSION)
    assert [found.id for found in api.v1.checkout.sessions.list({"status": "open"}).data] == [still_open.id]


def test_sessions_are_found_by_payment_intent(api, paid):
    api.v1.checkout.sessions.create(SESSION)
    found = api.v1.checkout.sessions.list({"payment_intent": paid.payment_intent}).data
    assert [session.id for session in found] == [paid.id]


@pytest.mark.parametrize(
    ("bound", "offset", "count"),
    [("gte", 0, 1), ("gt", 0, 0), ("lte", 0, 1), ("lt", 0, 0), ("gt", -1, 1), ("lt", 1, 1)],
)
def test_sessions_are_found_by_the_second_of_their_creation(api, session, bound, offset, count):
    found = api.v1.checkout.sessions.list({"created": {bound: session.created + offset}})
    assert len(found.data) == count


# --- Payments


def test_a_paid_session_is_complete(paid):
    assert (paid.status, paid.payment_status) == ("complete", "paid")


def test_a_paid_session_leads_to_its_payment(api, paid):
    session = api.v1.checkout.sessions.retrieve(paid.id, {"expand": ["payment_intent.latest_charge"]})
    assert session.payment_intent.status == "succeeded"
    assert session.payment_intent.amount_received == 4700
    assert session.payment_intent.latest_charge.payment_method_details.card.last4 == "4242"


def test_metadata_of_the_session_and_of_the_payment_stay_apart(api, paid):
    intent = api.v1.payment_intents.retrieve(paid.payment_intent)
    assert (paid.metadata.to_dict(), intent.metadata.to_dict()) == ({"attempt": "1"}, {"attempt": "one"})


def test_the_charge_is_found_by_its_id(api, paid):
    intent = api.v1.payment_intents.retrieve(paid.payment_intent)
    charge = api.v1.charges.retrieve(intent.latest_charge)
    assert (charge.paid, charge.refunded, charge.billing_details.name) == (True, False, "Alex Example")


# --- Refunds


def test_a_refund_without_an_amount_is_for_all(api, paid):
    refund = api.v1.refunds.create({"payment_intent": paid.payment_intent})
    assert (refund.amount, refund.currency, refund.status) == (4700, "usd", "succeeded")


def test_a_full_refund_shows_on_the_charge(api, paid):
    refund = api.v1.refunds.create({"payment_intent": paid.payment_intent})
    charge = api.v1.charges.retrieve(refund.charge)
    assert (charge.refunded, charge.amount_refunded) == (True, 4700)


def test_parts_can_be_refunded_until_nothing_is_left(api, paid):
    for amount in (2000, 2700):
        api.v1.refunds.create({"payment_intent": paid.payment_intent, "amount": amount})
    with pytest.raises(stripe.InvalidRequestError) as caught:
        api.v1.refunds.create({"payment_intent": paid.payment_intent})
    assert caught.value.code == "charge_already_refunded"


def test_no_more_is_refunded_than_was_paid(api, paid):
    api.v1.refunds.create({"payment_intent": paid.payment_intent, "amount": 2000})
    with pytest.raises(stripe.InvalidRequestError) as caught:
        api.v1.refunds.create({"payment_intent": paid.payment_intent, "amount": 2701})
    message = "Refund amount ($27.01) is greater than unrefunded amount on charge ($27.00)"
    assert (caught.value.param, caught.value.user_message) == ("amount", message)


def test_an_unpaid_payment_has_nothing_to_refund(api, session, pay):
    pay(session, card_number="4000000000000002")
    intent = api.v1.payment_intents.list().data[0]
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        api.v1.refunds.create({"payment_intent": intent.id})


def test_a_refund_needs_something_to_refund(api):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        api.v1.refunds.create({"amount": 100})
    assert caught.value.code == "parameter_missing"


def test_a_refund_of_zero_is_refused(api, paid):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        api.v1.refunds.create({"payment_intent": paid.payment_intent, "amount": 0})
    assert caught.value.code == "parameter_invalid_integer"


def test_refunds_are_found_by_payment_intent(api, paid):
    refund = api.v1.refunds.create({"payment_intent": paid.payment_intent, "reason": "duplicate"})
    assert api.v1.refunds.list({"payment_intent": paid.payment_intent}).data[0].to_dict() == refund.to_dict()


def test_a_refund_is_found_by_its_id(api, paid):
    refund = api.v1.refunds.create({"payment_intent": paid.payment_intent, "metadata": {"line": "3"}})
    assert api.v1.refunds.retrieve(refund.id).metadata["line"] == "3"


# --- Lists to compare books with


@pytest.fixture
def three_paid(api, pay):
    """Three paid payments, oldest first: their payment intents."""
    sessions = [api.v1.checkout.sessions.create(SESSION) for _ in range(3)]
    for session in sessions:
        pay(session)
    return [api.v1.checkout.sessions.retrieve(session.id).payment_intent for session in sessions]


def test_payments_since_a_moment_are_listed_with_their_charges(api, three_paid):
    asked = {"created": {"gte": int(time.time()) - MINUTE}, "limit": 2, "expand": ["data.latest_charge"]}
    listed = list(api.v1.payment_intents.list(asked).auto_paging_iter())
    assert [intent.id for intent in listed] == three_paid[::-1]
    assert [intent.latest_charge.amount for intent in listed] == [4700, 4700, 4700]


def test_refunds_since_a_moment_are_listed(api, three_paid):
    refunds = [api.v1.refunds.create({"payment_intent": intent}).id for intent in three_paid]
    asked = {"created": {"gte": int(time.time()) - MINUTE}, "limit": 2}
    assert [refund.id for refund in api.v1.refunds.list(asked).auto_paging_iter()] == refunds[::-1]


def test_disputes_since_a_moment_are_listed(api, three_paid):
    opened = [disputes.open_dispute(payment_intent=intent).id for intent in three_paid]
    asked = {"created": {"gte": int(time.time()) - MINUTE}, "limit": 2}
    assert [dispute.id for dispute in api.v1.disputes.list(asked).auto_paging_iter()] == opened[::-1]


@pytest.mark.parametrize("kind", ["payment_intents", "refunds", "disputes", "reviews", "events"])
def test_nothing_is_listed_of_times_to_come(api, three_paid, kind):
    api.v1.refunds.create({"payment_intent": three_paid[0]})
    disputes.open_dispute(payment_intent=three_paid[1])
    reviews.open_review(payment_intent=three_paid[2])
    lists = getattr(api.v1, kind)
    assert lists.list({"created": {"lte": int(time.time()) + MINUTE}}).data
    assert lists.list({"created": {"gte": int(time.time()) + MINUTE}}).data == []


def test_disputes_are_found_by_payment_and_by_charge(api, three_paid):
    for intent in three_paid:
        disputes.open_dispute(payment_intent=intent)
    charge = api.v1.payment_intents.retrieve(three_paid[1]).latest_charge
    for asked in ({"payment_intent": three_paid[1]}, {"charge": charge}):
        assert [found.charge for found in api.v1.disputes.list(asked).data] == [charge]


def test_events_are_listed_newest_first(api, paid):
    types = [event.type for event in api.v1.events.list({"limit": 1}).auto_paging_iter()]
    assert types == ["checkout.session.completed", "payment_intent.succeeded"]


@pytest.mark.parametrize(
    ("asked", "types"),
    [
        ({"type": "refund.created"}, ["refund.created"]),
        ({"type": "refund.*"}, ["refund.created"]),
        ({"type": "*.succeeded"}, ["payment_intent.succeeded"]),
        ({"type": "re"}, []),
        ({"types": ["refund.created", "payment_intent.succeeded"]}, ["refund.created", "payment_intent.succeeded"]),
        ({"types": ["refund.created"], "created": {"lt": 1}}, []),
        ({"type": "refund.*", "delivery_success": False}, ["refund.created"]),
        ({"delivery_success": True}, []),
    ],
)
def test_events_are_found_by_type_and_delivery(api, paid, asked, types):
    api.v1.refunds.create({"payment_intent": paid.payment_intent})
    assert [event.type for event in api.v1.events.list(asked).data] == types


def test_type_and_types_rule_each_other_out(api):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        api.v1.events.list({"type": "refund.created", "types": ["refund.created"]})
    assert caught.value.code == "parameters_exclusive"


# --- What is missing


@pytest.mark.parametrize(
    "retrieve",
    [
        pytest.param(lambda v1: v1.checkout.sessions.retrieve("cs_test_0"), id="session"),
        pytest.param(lambda v1: v1.checkout.sessions.expire("cs_test_0"), id="session to expire"),
        pytest.param(lambda v1: v1.checkout.sessions.line_items.list("cs_test_0"), id="session with line items"),
        pytest.param(lambda v1: v1.checkout.sessions.list({"starting_after": "cs_test_0"}), id="cursor"),
        pytest.param(lambda v1: v1.payment_intents.retrieve("pi_0"), id="payment intent"),
        pytest.param(lambda v1: v1.charges.retrieve("ch_0"), id="charge"),
        pytest.param(lambda v1: v1.disputes.retrieve("du_0"), id="dispute"),
        pytest.param(lambda v1: v1.reviews.retrieve("prv_0"), id="review"),
        pytest.param(lambda v1: v1.refunds.retrieve("re_0"), id="refund"),
        pytest.param(lambda v1: v1.refunds.create({"payment_intent": "pi_0"}), id="payment intent to refund"),
        pytest.param(lambda v1: v1.refunds.create({"charge": "ch_0"}), id="charge to refund"),
        pytest.param(lambda v1: v1.events.retrieve("evt_0"), id="event"),
    ],
)
def test_an_id_of_nothing_is_missing(api, retrieve):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        retrieve(api.v1)
    assert (caught.value.http_status, caught.value.code) == (404, "resource_missing")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/coupons"), ("DELETE", "/refunds"), ("POST", "/charges/ch_1"), ("GET", "/charges/ch_")],
)
def test_what_the_stand_in_does_not_do_is_not_found(address, method, path):
    headers = {"Authorization": "Bearer sk_test_1"}
    assert is_refusal(requests.request(method, address + path, headers=headers, timeout=10), 404)


def test_a_wrong_parameter_reaches_the_sdk_as_stripe_says_it(api):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        api.v1.checkout.sessions.create(SESSION | {"sucess_url": "x"})
    assert (caught.value.http_status, caught.value.code) == (400, "parameter_unknown")
    assert caught.value.error.doc_url == "https://stripe.com/docs/error-codes/parameter-unknown"


# --- Who asks


@pytest.mark.parametrize("key", ["sk_live_1", "rk_live_1", "pk_test_1", "nonsense"])
def test_only_secret_test_keys_are_taken(live_server, key):
    other = stripe.StripeClient(key, base_addresses={"api": f"{live_server.url}/stripe-sandbox"})
    with pytest.raises(stripe.AuthenticationError, match="Invalid API Key provided"):
        other.v1.checkout.sessions.list()


def test_a_key_is_not_repeated_in_full(address):
    answer = requests.get(f"{address}/refunds", headers={"Authorization": "Bearer sk_live_abcdefgh1234"}, timeout=10)
    assert "sk_live_************1234" in answer.json()["error"]["message"]


def test_a_key_is_needed(address):
    assert is_refusal(requests.get(f"{address}/checkout/sessions", timeout=10), 401)


def test_basic_authentication_does_too(address, db):
    assert requests.get(f"{address}/checkout/sessions", auth=("sk_test_1", ""), timeout=10).ok


def test_malformed_basic_authentication_is_refused(address):
    headers = {"Authorization": "Basic ÿÿ".encode("latin-1")}
    assert is_refusal(requests.get(f"{address}/refunds", headers=headers, timeout=10), 401)


def test_a_version_that_is_none_is_refused(post):
    assert is_refusal(post(b"", **{"Stripe-Version": "newest"}))


def test_the_api_sets_no_cookies(api, address):
    answer = requests.get(f"{address}/checkout/sessions", auth=("sk_test_1", ""), timeout=10)
    assert not answer.cookies


def test_every_answer_has_a_request_id(session):
    assert session.last_response.request_id.startswith("req_")


# --- Malformed bodies


@pytest.mark.parametrize(
    "data", [b"\xff\xfe", b"mode=%ff", b"mode=%00", b"mode=a&mode[b]=c", b"[[[]]]==&&", b"mode" * 1_000_000]
)
def test_a_malformed_body_is_refused_in_stripes_shape(post, data):
    assert is_refusal(post(data))


def test_json_is_not_what_the_api_speaks(post):
    response = post(b'{"mode": "payment"}', **{"Content-Type": "application/json"})
    assert is_refusal(response)
    assert "application/x-www-form-urlencoded" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "colour=blue", "status=lost", "created[at]=1", "%ff"]
)
def test_a_malformed_query_is_refused_in_stripes_shape(address, db, query):
    answer = requests.get(f"{address}/checkout/sessions?{query}", auth=("sk_test_1", ""), timeout=10)
    assert is_refusal(answer)


# --- Idempotency


def test_the_same_request_under_the_same_key_is_done_once(api):
    first, second = (api.v1.checkout.sessions.create(SESSION, {"idempotency_key": "one"}) for _ in range(2))
    assert first.id == second.id
    assert CheckoutSession.objects.count() == 1


def test_a_replay_says_so(api):
    first, second = (api.v1.checkout.sessions.create(SESSION, {"idempotency_key": "one"}) for _ in range(2))
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert second.last_response.headers["Idempotent-Replayed"] == "true"


def test_a_replay_shows_the_session_as_it_was(api, session, pay):
    first = api.v1.checkout.sessions.create(SESSION, {"idempotency_key": "one"})
    api.v1.checkout.sessions.expire(first.id)
    assert api.v1.checkout.sessions.create(SESSION, {"idempotency_key": "one"}).status == "open"


def test_a_replay_is_still_good_when_its_expiry_has_come_too_near(api):
    asked = SESSION | {"expires_at": int(time.time()) + 30 * MINUTE + 1}
    first = api.v1.checkout.sessions.create(asked, {"idempotency_key": "one"})
    time.sleep(2)  # a first request with this expiry would be refused now
    assert api.v1.checkout.sessions.create(asked, {"idempotency_key": "one"}).id == first.id


def test_another_request_under_the_same_key_is_refused(api):
    api.v1.checkout.sessions.create(SESSION, {"idempotency_key": "one"})
    with pytest.raises(stripe.IdempotencyError):
        api.v1.checkout.sessions.create(SESSION | {"client_reference_id": "other"}, {"idempotency_key": "one"})


def test_another_endpoint_under_the_same_key_is_refused(api, session):
    api.v1.checkout.sessions.create(SESSION, {"idempotency_key": "one"})
    with pytest.raises(stripe.IdempotencyError):
        api.v1.checkout.sessions.expire(session.id, {}, {"idempotency_key": "one"})


@pytest.fixture
def in_flight(api):
    """A request under the key "one" that has not been answered yet."""
    api.v1.checkout.sessions.create(SESSION, {"idempotency_key": "one"})
    IdempotentRequest.objects.update(status=None)


def test_a_request_in_flight_keeps_its_key(api, in_flight):
    with pytest.raises(stripe.StripeError) as caught:
        api.v1.checkout.sessions.create(SESSION, {"idempotency_key": "one", "max_network_retries": 0})
    assert (caught.value.http_status, caught.value.error.code) == (409, "idempotency_key_in_use")


def test_a_request_that_died_in_flight_frees_its_key(api, in_flight):
    IdempotentRequest.objects.update(started_at=timezone.now() - timedelta(minutes=2))
    assert api.v1.checkout.sessions.create(SESSION, {"idempotency_key": "one"}).status == "open"


def test_a_key_lives_for_a_day(api):
    first = api.v1.checkout.sessions.create(SESSION, {"idempotency_key": "one"})
    IdempotentRequest.objects.update(started_at=timezone.now() - timedelta(hours=24))
    assert api.v1.checkout.sessions.create(SESSION, {"idempotency_key": "one"}).id != first.id


def test_a_request_that_fails_validation_leaves_its_key_free(api):
    with pytest.raises(stripe.InvalidRequestError):
        api.v1.checkout.sessions.create({"mode": "payment"}, {"idempotency_key": "one"})
    assert api.v1.checkout.sessions.create(SESSION, {"idempotency_key": "one"}).status == "open"


def test_a_refusal_after_work_began_is_replayed(api, session, pay):
    pay(session, card_number="4000000000000002")
    asked = {"payment_intent": PaymentIntent.objects.get().id}
    with pytest.raises(stripe.InvalidRequestError):
        api.v1.refunds.create(asked, {"idempotency_key": "one"})
    pay(session)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        api.v1.refunds.create(asked, {"idempotency_key": "one"})
    assert caught.value.headers["Idempotent-Replayed"] == "true"


def test_a_refund_pressed_twice_is_made_once(api, paid):
    for _ in range(2):
        api.v1.refunds.create({"payment_intent": paid.payment_intent, "amount": 1000}, {"idempotency_key": "one"})
    assert Refund.objects.count() == 1


def test_an_overlong_key_is_refused(api):
    with pytest.raises(stripe.InvalidRequestError):
        api.v1.checkout.sessions.create(SESSION, {"idempotency_key": "x" * 256})
