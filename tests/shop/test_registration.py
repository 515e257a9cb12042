"""An account is opened from its mailbox, and nobody else learns who has one."""

import time
from unittest import mock

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shop.customer import registration
from shop.customer.email_change import LinkIsClosed
from shop.outbox.models import Letter
from shop.outbox.tasks import deliver_waiting
from tests.conftest import Shopper, carry_out
from tests.factories import make_product

User = get_user_model()
pytestmark = pytest.mark.django_db

NEW, PASSWORD = "new@example.com", "a long pass phrase"
CHOSEN = {"new_password1": PASSWORD, "new_password2": PASSWORD}


def ask(client: Client, email: str = NEW, way_on: str = ""):
    return client.post("/accounts/register/", {"email": email, "redirect_url": way_on})


def link(client: Client | None = None, **options: str) -> str:
    assert ask(client or Client(), **options).status_code == 302
    carry_out(registration.answer)
    return Letter.objects.get(code="REGISTRATION_LINK").context["path"]


def test_mailbox_opens_the_account(client):
    path = link(way_on="/blog/")
    assert not User.objects.exists()
    answer = client.post(path, CHOSEN)
    assert (answer.status_code, answer.url) == (302, "/blog/")
    assert client.get("/accounts/profile/").status_code == 200
    assert User.objects.get().check_password(PASSWORD)
    deliver_waiting.call()
    assert [message.subject for message in mail.outbox] == ["Open your account", "Your account is ready"]


def test_looking_makes_no_account(client):
    answer = client.get(link())
    assert NEW in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert not User.objects.exists()


def test_page_is_the_same_for_an_address_that_has_an_account(client):
    User.objects.create_user("alex", "Alex@example.com", PASSWORD)
    known, unknown = (
        client.post("/accounts/register/", {"email": email}, follow=True) for email in ("alex@example.com", NEW)
    )
    assert known.redirect_chain == unknown.redirect_chain == [("/accounts/register/sent/", 302)]
    assert known.content == unknown.content
    carry_out(registration.answer)
    told = {letter.to: letter.code for letter in Letter.objects.all()}
    assert told == {"alex@example.com": "REGISTRATION_KNOWN", NEW: "REGISTRATION_LINK"}
    assert User.objects.get().check_password(PASSWORD)


@pytest.mark.parametrize("path", ["/accounts/register/", "/password-reset/"], ids=["register", "reset"])
def test_pages_ask_nothing_about_accounts(client, path):
    """So they take as long for an address that has one: the worker looks."""
    User.objects.create_user("alex", "alex@example.com", PASSWORD)
    with CaptureQueriesContext(connection) as captured:
        assert client.post(path, {"email": "alex@example.com"}).status_code == 302
    assert [query["sql"] for query in captured if User._meta.db_table in query["sql"]] == []


def test_signing_in_is_no_way_to_register(client):
    form = {"registration-email": NEW, "registration-password1": PASSWORD, "registration-password2": PASSWORD}
    assert client.post("/accounts/login/", form | {"registration_submit": "1"}).status_code == 200
    assert not User.objects.exists()


def test_link_works_for_a_day(client):
    path, tomorrow = link(), time.time() + registration.LIFETIME.total_seconds() + 1
    with mock.patch("time.time", return_value=tomorrow):
        answer = client.post(path, CHOSEN)
    assert answer.status_code == 410
    assert "This link no longer works." in answer.content.decode()
    assert not User.objects.exists()


def test_link_opens_one_account(client):
    path = link()
    assert client.post(path, CHOSEN).status_code == 302
    assert Client().post(path, CHOSEN).status_code == 410
    assert User.objects.count() == 1


def test_two_at_the_same_moment_open_one_account():
    link()
    registration.make_account(NEW, PASSWORD)
    with pytest.raises(LinkIsClosed):
        registration.make_account(NEW.upper(), "another pass phrase")
    assert User.objects.get().check_password(PASSWORD)


@pytest.mark.parametrize("token", ["nothing", "WyJhIl0:1x:y"], ids=["word", "forged"])
def test_forged_link_is_closed(client, token):
    assert client.get(f"/accounts/register/{token}/").status_code == 410


def test_weak_password_is_told_beside_the_field(client):
    answer = client.post(link(), {"new_password1": "12345678", "new_password2": "12345678"})
    assert answer.status_code == 200
    assert "too common" in answer.content.decode()
    assert not User.objects.exists()


def test_password_like_the_address_is_refused(client):
    answer = client.post(link(), {"new_password1": "new@example.com", "new_password2": "new@example.com"})
    assert "too similar" in answer.content.decode()


@pytest.mark.parametrize(
    "password", ["TheModernGentlemen", "gentlemen-2026!", "Grooming!Basket1", "modern.admin.99"], ids=str
)
def test_name_of_the_shop_is_no_password(password):
    with pytest.raises(ValidationError, match="name of this shop"):
        validate_password(password)


@pytest.mark.parametrize("password", ["a long pass phrase", "modern jazz at noon", "123456789012x"], ids=str)
def test_other_words_are_one(password):
    validate_password(password)


def test_one_letter_an_hour_for_each_address():
    for _ in range(3):
        ask(Client())
    carry_out(registration.answer)
    assert Letter.objects.count() == 1


def test_asking_has_a_limit(client):
    answers = [ask(client, f"new{number}@example.com") for number in range(11)]
    assert [answer.status_code for answer in answers] == [302] * 10 + [429]
    assert "several times within an hour" in answers[-1].content.decode()


def test_resets_have_a_limit(client):
    answers = [client.post("/password-reset/", {"email": "alex@example.com"}).status_code for _ in range(11)]
    assert answers == [302] * 10 + [429]


@pytest.mark.parametrize(
    "way_on", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_way_on_stays_with_us(client, way_on):
    assert client.post(link(way_on=way_on), CHOSEN).url == "/accounts/"


def test_basket_comes_along_and_the_session_is_another():
    shopper = Shopper()
    shopper.add(make_product())
    before = shopper.client.cookies.get("sessionid")
    path = link(shopper.client)
    assert shopper.client.post(path, CHOSEN).status_code == 302
    assert shopper.client.cookies["sessionid"].value != (before and before.value)
    assert shopper.basket() == {"Plain Soap": 1}
