"""Letters in the admin."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shop.customer.passwords import send_reset
from shop.outbox.letters import post
from shop.outbox.models import Letter
from shop.outbox.tasks import deliver_waiting

User = get_user_model()
LIST = reverse("admin:outbox_letter_changelist")
GIVEN_UP = {"next_try_at": None, "last_error": "ConnectionRefusedError", "tries": 77}


@pytest.fixture
def letters(order):
    """One of each state, to three addresses."""
    for state in ("waiting", "sent", "given-up"):
        post(code="REFUND_MADE", key=state, order=order, to=f"{state}@example.com", context={"amount": "$5.00"})
    Letter.objects.filter(key="sent").update(sent_at=timezone.now(), next_try_at=None)
    Letter.objects.filter(key="given-up").update(**GIVEN_UP)


def sign_in(*permissions: str) -> Client:
    user = User.objects.create_user("clerk", "clerk@example.com", is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def clerk(letters):
    return sign_in("view_letter", "change_letter")


def listed(client: Client, **query: str) -> set[str]:
    page = client.get(LIST, query)
    assert page.status_code == 200
    return {letter.key for letter in page.context["cl"].result_list}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "waiting"}, {"waiting"}),
        ({"state": "sent"}, {"sent"}),
        ({"state": "given_up"}, {"given-up"}),
        ({"state": "delete"}, {"waiting", "sent", "given-up"}),  # no state of ours
        ({"q": "given-up@example.com"}, {"given-up"}),
        ({"q": "34679-CDFGH"}, {"waiting", "sent", "given-up"}),
    ],
)
def test_letters_are_found_by_state_address_and_order(clerk, query, found):
    assert listed(clerk, **query) == found


def press_send_again_now(client: Client, *keys: str) -> None:
    client.post(LIST, {"action": "send_again_now", "_selected_action": keys})


def test_a_letter_that_was_given_up_can_be_sent_again(clerk):
    press_send_again_now(clerk, "given-up")
    deliver_waiting.call()
    assert Letter.objects.get(key="given-up").state == "Sent"


def test_a_letter_that_was_sent_is_not_sent_again(clerk):
    press_send_again_now(clerk, "sent")
    deliver_waiting.call()
    assert ["sent@example.com"] not in [letter.to for letter in mail.outbox]


def test_a_letter_that_a_worker_is_sending_is_left_to_it(clerk):
    Letter.objects.claim("waiting")
    press_send_again_now(clerk, "waiting")
    assert Letter.objects.claim("waiting") is None


def test_who_may_only_look_cannot_send(letters):
    press_send_again_now(sign_in("view_letter"), "given-up")
    assert Letter.objects.get(key="given-up").state == "Given up"


def test_who_may_not_look_sees_nothing(letters):
    assert sign_in().get(LIST).status_code == 403


def test_nothing_can_be_written_or_changed_here(clerk):
    letter = reverse("admin:outbox_letter_change", args=["waiting"])
    assert clerk.post(letter, {"to": "thief@example.com"}).status_code == 403
    assert clerk.get(reverse("admin:outbox_letter_add")).status_code == 403
    assert clerk.get(reverse("admin:outbox_letter_delete", args=["waiting"])).status_code == 403


def test_a_link_that_sets_a_password_is_not_shown(clerk):
    """Or staff who may see letters could take over the accounts of those who may do more."""
    User.objects.create_superuser("owner", "owner@example.com", "a long pass phrase")
    send_reset.call(email="owner@example.com")
    letter = Letter.objects.get(code="PASSWORD_RESET")
    assert "password-reset/confirm" in letter.message["body"]
    page = clerk.get(reverse("admin:outbox_letter_change", args=[letter.key])).content.decode()
    assert "owner@example.com" in page
    assert "password-reset/confirm" not in page
