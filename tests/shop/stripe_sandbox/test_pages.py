"""The payment page as a shopper without JavaScript meets it, and the overview."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from shop.stripe_sandbox.cards import TEST_CARDS
from shop.stripe_sandbox.models import Charge, CheckoutSession, Event, Fault, PaymentIntent
from shop.stripe_sandbox.pages import ACTIONS
from shop.stripe_sandbox.temper import misbehave

from .conftest import SESSION

RETURN = "https://shop.example/thanks/?session="


@pytest.fixture
def page(client, session):
    return client.get(f"/stripe-sandbox/pay/{session.id}/").text


@pytest.mark.parametrize(
    "text",
    [
        "Test payment page – no money moves",
        "Silicone Scar Gel × 2",
        "$42.00",
        "Delivery",
        "Pay $47.00",
        "alex@example.com",
        "Cancel and return to the shop",
        "https://shop.example/back/",
    ],
)
def test_the_page_shows(page, text):
    assert text in page


def test_the_page_loads_nothing_of_the_shop(page):
    assert "/static/css/" not in page
    assert "<script" not in page


def test_the_page_asks_for_an_email_when_the_shop_gave_none(api, client, pay):
    asked = {name: value for name, value in SESSION.items() if name != "customer_email"}
    session = api.v1.checkout.sessions.create(asked)
    pay(session, email="sam@example.com")
    assert api.v1.checkout.sessions.retrieve(session.id).customer_details.email == "sam@example.com"


def test_an_unknown_session_has_no_page(client, db):
    assert client.get("/stripe-sandbox/pay/cs_test_0/").status_code == 404


def test_a_payment_leads_back_with_the_sessions_id(session, pay):
    response = pay(session)
    assert (response.status_code, response["Location"]) == (303, RETURN + session.id)


def test_the_numbers_groups_may_be_typed_in_any_way(session, pay):
    assert pay(session, card_number="4242-4242 42424242").status_code == 303


@pytest.mark.parametrize("expiry", ["12/40", "12 / 40", "1240", "12/2040"])
def test_the_expiry_may_be_typed_in_any_way(session, pay, expiry):
    assert pay(session, expiry=expiry).status_code == 303


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("card_number", "4242424242424241", "Your card number is invalid."),
        ("card_number", "4242", "Your card number is invalid."),
        ("card_number", "", "Your card number is incomplete."),
        ("expiry", "13/40", "Your card&#x27;s expiration date is invalid."),
        ("expiry", "12/20", "Your card&#x27;s expiration year is in the past."),
        ("expiry", "", "Your card&#x27;s expiration date is incomplete."),
        ("cvc", "", "Your card&#x27;s security code is incomplete."),
        ("cvc", "12", "Your card&#x27;s security code is incomplete."),
        ("name", "", "Enter the name on the card."),
    ],
)
def test_a_field_that_is_wrong_says_so(session, pay, field, value, message):
    assert message in pay(session, **{field: value}).text


def test_a_field_that_is_wrong_tries_no_payment(session, pay):
    pay(session, cvc="")
    assert not PaymentIntent.objects.exists()


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("4000000000000002", "Your card was declined."),
        ("4000000000009995", "Your card has insufficient funds."),
        ("4000000000000069", "Your card has expired."),
        ("4000000000000127", "Your card&#x27;s security code is incorrect."),
        ("4111111111111111", "used a non test (live) card"),
    ],
)
def test_a_declined_card_is_told_to_the_shopper(session, pay, number, message):
    assert message in pay(session, card_number=number).text


def test_a_declined_card_leaves_the_session_open(api, session, pay):
    pay(session, card_number="4000000000000002")
    found = api.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (found.status, found.payment_status) == ("open", "unpaid")
    assert found.payment_intent.status == "requires_payment_method"
    assert found.payment_intent.last_payment_error.code == "card_declined"


def test_another_card_pays_after_a_declined_one(api, session, pay):
    pay(session, card_number="4000000000000002")
    assert pay(session).status_code == 303
    intent = api.v1.payment_intents.list().data[0]
    assert (intent.status, intent.last_payment_error) == ("succeeded", None)


@pytest.mark.parametrize("number", [number for number, card in TEST_CARDS.items() if card.meaning.startswith("Pays")])
def test_cards_that_pay_pay(session, pay, number):
    assert pay(session, card_number=number)["Location"] == RETURN + session.id


@pytest.fixture
def bank(session, pay):
    """The address of the bank's page for a payment that asks for 3D Secure."""
    return pay(session, card_number="4000002760003184")["Location"]


def test_a_card_with_3d_secure_pays_nothing_before_the_bank_agrees(api, session, bank):
    found = api.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (found.payment_status, found.payment_intent.status) == ("unpaid", "requires_action")


def test_the_bank_offers_to_complete_and_to_fail(client, bank):
    page = client.get(bank).text
    assert ">Complete</button>" in page
    assert ">Fail</button>" in page


def test_completing_at_the_bank_pays(client, session, bank):
    response = client.post(bank, {"answer": "complete"})
    assert (response.status_code, response["Location"]) == (303, RETURN + session.id)


def test_failing_at_the_bank_leaves_the_session_open(api, client, session, bank):
    assert "unable to authenticate" in client.post(bank, {"answer": "fail"}).text
    assert api.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_an_answer_of_the_bank_counts_once(client, session, bank):
    client.post(bank, {"answer": "fail"})
    response = client.post(bank, {"answer": "complete"})
    assert response["Location"] == f"/stripe-sandbox/pay/{session.id}/"
    assert CheckoutSession.objects.get().status == "open"


def test_without_a_payment_waiting_there_is_no_bank(client, session):
    response = client.get(f"/stripe-sandbox/pay/{session.id}/authenticate/")
    assert response["Location"] == f"/stripe-sandbox/pay/{session.id}/"


def test_a_second_press_of_pay_leads_on_and_charges_nothing(session, pay):
    pay(session)
    assert pay(session)["Location"] == RETURN + session.id
    assert Charge.objects.count() == 1


def test_a_paid_session_says_so_and_leads_back(client, session, pay):
    pay(session)
    page = client.get(f"/stripe-sandbox/pay/{session.id}/").text
    assert "This payment is done" in page
    assert RETURN + session.id in page


def test_an_expired_session_says_so_and_leads_back(client, session):
    CheckoutSession.objects.update(expires_at=timezone.now())
    page = client.get(f"/stripe-sandbox/pay/{session.id}/").text
    assert "This payment page has expired" in page
    assert "https://shop.example/back/" in page


def test_an_expired_session_is_not_paid(session, pay):
    CheckoutSession.objects.update(expires_at=timezone.now())
    assert "This payment page has expired" in pay(session).text
    assert not Charge.objects.exists()


# --- Bank debits


def pay_by_bank_debit(client, session, **changes: str):
    return client.post(f"/stripe-sandbox/pay/{session.id}/bank-debit/", {"debit-name": "Alex Example"} | changes)


def test_a_bank_debit_leads_back_unpaid(client, session):
    response = pay_by_bank_debit(client, session)
    assert (response.status_code, response["Location"]) == (303, RETURN + session.id)
    assert CheckoutSession.objects.get().payment_status == "unpaid"


def test_a_second_press_of_the_bank_debit_leads_on(client, session):
    pay_by_bank_debit(client, session)
    assert pay_by_bank_debit(client, session)["Location"] == RETURN + session.id
    assert Charge.objects.count() == 1


def test_a_bank_debit_needs_an_account_holder(client, session):
    assert "Enter the name of the account holder." in pay_by_bank_debit(client, session, **{"debit-name": ""}).text
    assert CheckoutSession.objects.get().status == "open"


def test_a_bank_debit_asks_for_an_email_when_the_shop_gave_none(api, client):
    session = api.v1.checkout.sessions.create(
        {key: asked for key, asked in SESSION.items() if key != "customer_email"}
    )
    assert "Enter your email." in pay_by_bank_debit(client, session).text
    pay_by_bank_debit(client, session, **{"debit-email": "sam@example.com"})
    assert api.v1.checkout.sessions.retrieve(session.id).customer_details.email == "sam@example.com"


def test_a_bank_debit_is_not_offered_where_it_cannot_be(api, client):
    session = api.v1.checkout.sessions.create(SESSION | {"allowed_payment_method_types": ["card"]})
    assert "Pay by bank debit" not in client.get(f"/stripe-sandbox/pay/{session.id}/").text
    assert pay_by_bank_debit(client, session)["Location"] == f"/stripe-sandbox/pay/{session.id}/"


def test_a_session_paid_by_bank_debit_says_what_it_waits_for(client, debited):
    assert "$47.00 is to come by bank debit" in client.get(f"/stripe-sandbox/pay/{debited.id}/").text


# --- The overview


def test_the_overview_lists_sessions_and_what_became_of_events(client, session, pay):
    pay(session)
    page = client.get("/stripe-sandbox/").text
    assert "complete, paid" in page
    assert "checkout.session.completed" in page
    assert "not delivered: ConnectionError" in page


def test_an_open_session_expires_at_the_press_of_a_button(client, session):
    client.post(f"/stripe-sandbox/sessions/{session.id}/expire/")
    assert CheckoutSession.objects.get().status == "expired"


def test_expiring_a_paid_session_changes_nothing(client, session, pay):
    pay(session)
    client.post(f"/stripe-sandbox/sessions/{session.id}/expire/")
    assert CheckoutSession.objects.get().status == "complete"


def test_nothing_changes_by_looking(client, session):
    assert client.get(f"/stripe-sandbox/sessions/{session.id}/expire/").status_code == 405


def test_the_page_takes_no_payment_without_its_token(live_server, session):
    response = Client(enforce_csrf_checks=True).post(f"/stripe-sandbox/pay/{session.id}/", {})
    assert response.status_code == 403


@pytest.fixture
def overview():
    """The overview, after the press of a button that it shows, in a browser whose forms need their token."""
    browser = Client(enforce_csrf_checks=True)

    def overview(press: str) -> str:
        page = browser.get("/stripe-sandbox/").text
        [action] = re.findall(rf'formaction="([^"]+)">{press}</button>', page)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        return browser.post(action, {"csrfmiddlewaretoken": token}, follow=True).text

    return overview


@pytest.mark.parametrize(
    ("presses", "outcome"),
    [
        (["Let the debit arrive"], "complete, paid"),
        (["Let it fail"], "complete, unpaid"),
        (["Let the debit arrive", "Refund"], "pending"),
        (["Let the debit arrive", "Refund", "Let it arrive"], "succeeded"),
        (["Let the debit arrive", "Refund", "Cancel"], "canceled"),
        (["Let the debit arrive", "Refund", "Let it fail"], "failed"),
        (["Let the debit arrive", "Dispute"], "needs_response"),
        (["Let the debit arrive", "Dispute", "Submit evidence"], "under_review"),
        (["Let the debit arrive", "Dispute", "The shop wins"], "won"),
        (["Let the debit arrive", "Dispute", "Submit evidence", "The shop loses"], "lost"),
        (["Let the debit arrive", "Inquire"], "warning_needs_response"),
        (["Let the debit arrive", "Inquire", "Close"], "warning_closed"),
        (["Let the debit arrive", "Put into review"], "open"),
        (["Let the debit arrive", "Put into review", "Approve"], "approved"),
        (["Let the debit arrive", "Put into review", "Refund as fraud"], "refunded_as_fraud"),
    ],
)
def test_buttons_do_what_they_say(overview, debited, presses, outcome):
    for press in presses:
        page = overview(press)
    assert f"<td>{outcome}</td>" in page


def test_a_button_pressed_too_late_changes_nothing(client, paid):
    for action in ("succeed", "fail", "expire"):
        assert client.post(f"/stripe-sandbox/sessions/{paid.id}/{action}/").status_code == 302
    assert CheckoutSession.objects.get().payment_status == "paid"


@pytest.mark.parametrize("path", ["sessions/cs_0/refund/", "nothing/x/expire/", "events/evt_0/send/"])
def test_what_no_button_says_is_not_found(client, db, path):
    assert client.post(f"/stripe-sandbox/{path}").status_code == 404


@pytest.mark.parametrize("rows", ["sessions", "payments", "refunds", "disputes", "reviews"])
def test_a_button_for_a_row_that_is_not_there_changes_nothing(client, db, rows):
    for row, action in ACTIONS:
        if row == rows:
            assert client.post(f"/stripe-sandbox/{rows}/x_0/{action}/").status_code == 302


def test_what_is_waiting_is_delivered_at_the_press_of_a_button(client, webhook, session, pay):
    webhook.status = 500
    pay(session)
    webhook.status = 200
    Event.objects.update(due_at=timezone.now())
    client.post("/stripe-sandbox/deliver/")
    assert not Event.objects.filter(delivered_at=None).exists()


# --- Temper, from the overview

FAULT = {"fault": "error", "about": "create_session", "session": "", "seconds": "", "times": "2", "percent": "50"}


def test_the_form_makes_it_misbehave(client, db):
    page = client.post("/stripe-sandbox/misbehave/", FAULT, follow=True).text
    fault = Fault.objects.get()
    assert (fault.kind, fault.about, fault.times_left, fault.probability) == ("error", "create_session", 2, 0.5)
    assert "500, nothing done</strong>: create_session, all sessions, 2 more, 50%" in page


def test_the_form_makes_events_misbehave(client, db):
    asked = FAULT | {"fault": "delayed", "about": "refund.created", "seconds": "1.5", "times": "", "session": "cs_1"}
    client.post("/stripe-sandbox/misbehave/", asked)
    fault = Fault.objects.get()
    assert (fault.kind, fault.about, fault.seconds, fault.session) == ("delayed", "refund.created", 1.5, "cs_1")


@pytest.mark.parametrize(
    "wrong",
    [
        {"fault": "nonsense"},
        {"fault": ""},
        {"about": "refund.created"},
        {"fault": "dropped"},
        {"seconds": "-1"},
        {"seconds": "nan"},
        {"seconds": "1e400"},
        {"times": "0"},
        {"times": "99999999999999999999"},
        {"percent": "0"},
        {"percent": "101"},
        {"session": "x" * 201},
        {"session": "\x00"},
    ],
)
def test_a_form_that_is_wrong_says_so(client, db, wrong):
    response = client.post("/stripe-sandbox/misbehave/", FAULT | wrong)
    assert (response.status_code, Fault.objects.count()) == (200, 0)
    assert 'class="errorlist"' in response.text


def test_a_fault_ends_at_the_press_of_a_button(client, db):
    misbehave(api="error")
    kept = misbehave(events="dropped")
    client.post(f"/stripe-sandbox/faults/{Fault.objects.first().pk}/end/")
    assert Fault.objects.get() == kept


def test_all_faults_end_at_the_press_of_a_button(client, db):
    misbehave(api="error")
    misbehave(events="dropped")
    client.post("/stripe-sandbox/behave/")
    assert not Fault.objects.exists()


def test_a_fault_that_is_not_there_has_no_end(client, db):
    assert client.post(f"/stripe-sandbox/faults/{10**30}/end/").status_code == 302
