"""Another email address takes the password, a yes from its mailbox, and word to the old one; and it tells nobody who
has an account.
"""

import time
from unittest import mock

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.urls import reverse

from shop.customer import email_change
from shop.outbox.models import Letter
from shop.outbox.tasks import deliver_waiting
from tests.shop.test_letters import ANOTHER, PASSWORD, make_shopper

User = get_user_model()
NEW = "alex@elsewhere.example"


@pytest.fixture
def alex(db):
    return make_shopper()


def ask(alex, address=NEW, **fields):
    form = {"first_name": "Alex", "last_name": "Example", "email": address, "password": PASSWORD} | fields
    return alex.client.post(reverse("customer:profile-update"), form)


def link(alex) -> str:
    assert ask(alex).status_code == 302
    return Letter.objects.get(code="EMAIL_CONFIRMATION", to=NEW).context["path"]


def email_of(alex) -> str:
    return User.objects.get(pk=alex.user.pk).email


def test_new_mailbox_says_yes_and_the_old_one_is_told(alex):
    path = link(alex)
    assert email_of(alex) == "alex@example.com"
    reader = Client()  # another browser, such as that of a phone, where nobody has signed in
    assert reader.post(path).status_code == 302
    assert email_of(alex) == NEW
    deliver_waiting.call()
    assert [message.to for message in mail.outbox] == [[NEW], ["alex@example.com"]]
    assert NEW in mail.outbox[1].body
    assert Client().login(username=NEW, password=PASSWORD)


def test_looking_at_the_link_changes_nothing(alex):
    answer = Client().get(link(alex))
    assert NEW in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert email_of(alex) == "alex@example.com"


def test_link_works_once_and_for_a_day(alex):
    path = link(alex)
    later = time.time() + email_change.LIFETIME.total_seconds() + 2
    with mock.patch("django.core.signing.time.time", return_value=later):
        assert alex.client.post(path).status_code == 410
    assert alex.client.post(path).status_code == 302
    assert alex.client.post(path).status_code == 410


@pytest.mark.parametrize("password", ["", "another one", PASSWORD.upper()])
def test_without_the_password_there_is_no_letter(alex, password):
    answer = ask(alex, password=password)
    assert answer.status_code == 200
    assert "password" in answer.context["form"].errors
    assert not Letter.objects.exists()


def test_a_name_needs_no_password(alex):
    ask(alex, "alex@example.com", first_name="Alexander", password="")
    assert User.objects.get(pk=alex.user.pk).first_name == "Alexander"
    assert not Letter.objects.exists()


def test_nobody_finds_the_password_out_here(alex):
    answers = [ask(alex, password=f"guess {number}").status_code for number in range(21)]
    assert answers[-2:] == [200, 429]


def test_address_of_another_account_looks_the_same_and_its_owner_is_told(alex):
    User.objects.create_user("sam", "Sam@example.com", PASSWORD)
    free, taken = ask(alex), ask(alex, "sam@example.com")
    assert (free.status_code, free.url) == (taken.status_code, taken.url)
    page = alex.client.get(taken.url).content.decode()
    assert "We have sent a letter to sam@example.com." in page
    assert Letter.objects.get(to="sam@example.com").code == "EMAIL_TAKEN"


def test_an_address_that_was_taken_meanwhile_stays_with_its_owner(alex):
    path = link(alex)
    User.objects.create_user("quick", NEW.upper(), PASSWORD)
    assert alex.client.post(path).status_code == 410
    assert email_of(alex) == "alex@example.com"


def test_a_new_password_closes_the_link(alex):
    path = link(alex)
    alex.user.set_password(ANOTHER)
    alex.user.save()
    assert Client().post(path).status_code == 410


def test_an_account_that_is_gone_closes_the_link(alex):
    path = link(alex)
    alex.user.delete()
    assert Client().get(path).status_code == 410
    assert Client().post(path).status_code == 410


@pytest.mark.parametrize("token", ["nothing", "a:b", "WzFd:x:y", "é", "%00", "x" * 1500])
def test_a_made_up_link_is_closed(db, token):
    assert Client().get(reverse("customer:email-change", args=["token"]).replace("token", token)).status_code in (
        410,
        400,
    )


def test_one_mailbox_gets_one_letter_an_hour(alex):
    for _ in range(3):
        ask(alex)
    assert Letter.objects.filter(to=NEW).count() == 1
