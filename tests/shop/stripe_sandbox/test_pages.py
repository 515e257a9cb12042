"""The payment page as a shopper without JavaScript meets it, and the overview."""

import pytest
from django.test import Client
from django.utils import timezone

from shop.stripe_sandbox.cards import TEST_CARDS
from shop.stripe_sandbox.models import Charge, CheckoutSession, PaymentIntent

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
