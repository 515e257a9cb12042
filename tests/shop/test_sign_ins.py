"""Everybody sees where he is signed in, and ends what is not his."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shop.customer.sign_ins import places
from shop.customer.sign_ins.models import SignIn
from shop.staff.models import Entry
from tests.page import Page
from tests.staff import PASSWORD, code_of, make_staff, move_session, phone_of, signed_in

SIGN_INS = reverse("customer:sign-ins")
PROFILE = reverse("customer:profile-view")
ELSEWHERE = {
    "HTTP_USER_AGENT": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
    "REMOTE_ADDR": "203.0.113.7",
}


@pytest.fixture
def alex(db):
    return get_user_model().objects.create_user("alex", "alex@example.com", PASSWORD)


@pytest.fixture
def here(alex):
    return sign_in()


@pytest.fixture
def elsewhere(alex):
    return sign_in(**ELSEWHERE)


def sign_in(email: str = "alex@example.com", **browser: str) -> Client:
    """A browser in which somebody signed in by the form that asks for it."""
    client = Client(**browser)
    typed = {"login-username": email, "login-password": PASSWORD}
    Page(client, reverse("customer:login")).press("Sign in", **typed)
    return client


def is_signed_in(client: Client) -> bool:
    return client.get(PROFILE).status_code == 200


def end(client: Client, which: object, password: str = PASSWORD):
    return client.post(SIGN_INS, {"which": which, "password": password})


def test_list_says_where(here, elsewhere):
    text = here.get(SIGN_INS).content.decode()
    assert "Edge, Windows" in text
    assert "203.0.113.7, since" in text
    assert text.count('<li class="record">') == 2
    assert text.count("(this one)") == 1


def test_profile_leads_to_it(here):
    assert f'href="{SIGN_INS}"' in here.get(PROFILE).content.decode()


def test_one_is_ended(here, elsewhere):
    third = sign_in()
    one = SignIn.objects.get(browser="Edge, Windows")
    assert end(here, one.pk)["Location"] == SIGN_INS
    assert not is_signed_in(elsewhere)
    assert is_signed_in(third)
    assert not SignIn.objects.filter(pk=one.pk).exists()


def test_all_others_are_ended_and_this_one_goes_on(here, elsewhere):
    third = sign_in()
    page = Page(here, SIGN_INS)
    page.press("Sign out there", password=PASSWORD)
    assert "Done: whoever sits there has to sign in again." in page.text
    assert not is_signed_in(elsewhere)
    assert not is_signed_in(third)
    assert is_signed_in(here)


@pytest.mark.parametrize("password", ["", "not-his-password"])
def test_nothing_is_ended_without_the_password(here, elsewhere, password):
    assert end(here, "all", password).status_code == 200
    assert is_signed_in(elsewhere)


def test_nobody_ends_a_session_of_another(here, elsewhere):
    get_user_model().objects.create_user("kim", "kim@example.com", PASSWORD)
    of_kim = sign_in("kim@example.com")
    text = end(here, SignIn.objects.get(user__username="kim").pk).content.decode()
    assert "That one is signed out already." in text
    end(here, "all")
    assert is_signed_in(of_kim)


def test_one_that_has_ended_meanwhile_is_no_error(here, elsewhere):
    one = SignIn.objects.get(browser="Edge, Windows")
    elsewhere.post(reverse("customer:logout"))
    assert "this browser is the only one" in end(here, one.pk).content.decode()
    sign_in()
    assert "That one is signed out already." in end(here, one.pk).content.decode()


def test_who_is_signed_in_once_has_nothing_to_end(here):
    text = here.get(SIGN_INS).content.decode()
    assert "Nowhere else: this browser is the only one." in text
    assert 'type="password"' not in text


def test_signed_out_session_and_one_of_an_old_password_are_not_in_it(here, elsewhere, alex):
    elsewhere.post(reverse("customer:logout"))
    assert [each.browser for each in places.of(alex)] == ["Unknown browser"]
    sign_in()
    new = {"old_password": PASSWORD, "new_password1": "plain-care-new-1", "new_password2": "plain-care-new-1"}
    here.post(reverse("customer:change-password"), new)
    assert here.get(SIGN_INS).content.decode().count('<li class="record">') == 1


def test_session_of_before_there_was_a_list_is_in_it_once_it_is_used(here, alex):
    SignIn.objects.all().delete()
    move_session(here, sign_in_noted_at=places.WRITTEN_EVERY + 1)
    here.get(PROFILE)
    assert len(places.of(alex)) == 1


def test_looking_at_pages_writes_nothing_for_ten_minutes(here):
    here.get(PROFILE)
    before = SignIn.objects.get().seen_at
    with CaptureQueriesContext(connection) as queries:
        here.get(PROFILE)
    assert not [query for query in queries if "staff_signin" in query["sql"]]
    move_session(here, sign_in_noted_at=places.WRITTEN_EVERY + 1)
    here.get(PROFILE)
    assert SignIn.objects.get().seen_at - before < timedelta(minutes=1)
    assert SignIn.objects.get().seen_at > before


def test_session_that_changes_its_key_stays_one(here, elsewhere, alex):
    here.post(
        reverse("customer:change-password"),
        {"old_password": PASSWORD, "new_password1": "plain-care-new-1", "new_password2": "plain-care-new-1"},
    )
    here.get(PROFILE)
    alex.refresh_from_db()
    assert [each.browser for each in places.of(alex)] == ["Unknown browser"]
    assert SignIn.objects.filter(browser="Unknown browser").count() == 1


def test_nothing_is_kept_of_a_session_that_is_gone(here, elsewhere):
    elsewhere.post(reverse("customer:logout"))
    places.forget_old()
    assert SignIn.objects.get().browser == "Unknown browser"


def test_account_that_goes_takes_its_list_along(here, elsewhere, alex):
    Page(here, reverse("customer:profile-delete")).press("Delete my account", password=PASSWORD)
    assert not get_user_model().objects.filter(pk=alex.pk).exists()
    assert not SignIn.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_account_that_goes_in_the_same_instant_breaks_no_page(here, alex, monkeypatch):
    """Its session is still there when the page begins, and its account is not when the page ends."""
    move_session(here, sign_in_noted_at=places.WRITTEN_EVERY + 1)
    note = places.note

    def note_late(request, user):
        alex.delete()
        note(request, user)

    monkeypatch.setattr(places, "note", note_late)
    assert here.get(PROFILE).status_code == 200
    assert not SignIn.objects.exists()


def test_strangers_stand_in_no_list(client, db):
    client.get(PROFILE)
    client.get("/")
    assert not SignIn.objects.exists()


def test_staff_end_theirs_and_the_trail_says_so(db, settings):
    settings.STAFF_SECOND_FACTOR = True
    sam = make_staff(is_superuser=True)
    here = signed_in(sam)
    elsewhere = Client(**ELSEWHERE)
    elsewhere.post("/admin/login/", {"username": "sam", "password": PASSWORD})
    elsewhere.post(reverse("staff:second-factor"), {"code": code_of(phone_of(sam))})
    assert elsewhere.get("/admin/").status_code == 200
    end(here, SignIn.objects.get(browser="Edge, Windows").pk)
    assert elsewhere.get("/admin/").status_code == 302
    entry = Entry.objects.get(what=Entry.What.SESSION_ENDED)
    assert (entry.who, entry.name) == ("sam", "Edge, Windows at 203.0.113.7")
