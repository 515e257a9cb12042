"""Who works here sees where he is signed in, and ends what is not his."""

import pytest
from django.test import Client
from django.urls import reverse

from shop.staff import sign_ins
from shop.staff.models import Entry, SignIn
from tests.page import Page
from tests.staff import PASSWORD, code_of, make_staff, move_session, phone_of, signed_in

SESSIONS = reverse("staff:sessions")
END = reverse("staff:end-sessions")
ELSEWHERE = {
    "HTTP_USER_AGENT": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
    "REMOTE_ADDR": "203.0.113.7",
}


@pytest.fixture(autouse=True)
def as_in_production(settings):
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def sam(db):
    return make_staff(is_superuser=True)


@pytest.fixture
def here(sam):
    return signed_in(sam)


@pytest.fixture
def elsewhere(sam):
    """Another browser in which Sam is signed in, by the pages that ask for it."""
    client = Client(**ELSEWHERE)
    client.post("/admin/login/", {"username": "sam", "password": PASSWORD})
    client.post(reverse("staff:second-factor"), {"code": code_of(phone_of(sam))})
    return client


def is_let_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def test_list_says_where(here, elsewhere):
    assert is_let_in(elsewhere)
    text = here.get(SESSIONS).content.decode()
    assert "Edge, Windows" in text
    assert "203.0.113.7, since" in text
    assert text.count('<li class="record">') == 2


def test_one_is_ended(here, elsewhere, sam):
    third = signed_in(sam)
    one = SignIn.objects.get(browser="Edge, Windows")
    assert here.post(END, {"one": one.pk})["Location"] == SESSIONS
    assert not is_let_in(elsewhere)
    assert elsewhere.get("/accounts/profile/").status_code == 302
    assert is_let_in(third)
    entry = Entry.objects.get(what=Entry.What.SESSION_ENDED)
    assert (entry.who, entry.name) == ("sam", "Edge, Windows at 203.0.113.7")


def test_all_others_are_ended_and_this_one_goes_on(here, elsewhere, sam):
    third = signed_in(sam)
    Page(here, SESSIONS).press("End all others")
    assert not is_let_in(elsewhere)
    assert not is_let_in(third)
    assert is_let_in(here)


def test_nobody_ends_a_session_of_another(here, sam):
    of_kim = signed_in(make_staff("kim"))
    one = SignIn.objects.get(user__username="kim")
    here.post(END, {"one": one.pk})
    here.post(END)
    assert is_let_in(of_kim)


def test_signed_out_session_and_one_of_an_old_password_are_not_in_it(here, elsewhere, sam):
    elsewhere.post(reverse("customer:logout"))
    assert [each.browser for each in sign_ins.of(sam)] == ["Unknown browser"]
    signed_in(sam)
    new = {"old_password": PASSWORD, "new_password1": "plain-care-new-1", "new_password2": "plain-care-new-1"}
    here.post(reverse("customer:change-password"), new)
    assert here.get(SESSIONS).content.decode().count('<li class="record">') == 1


def test_session_of_before_there_was_a_list_is_in_it_once_it_is_used(here, sam):
    SignIn.objects.all().delete()
    move_session(here, staff_seen=120)
    here.get("/admin/")
    assert len(sign_ins.of(sam)) == 1


def test_nothing_is_kept_of_a_session_that_is_gone(here, elsewhere):
    elsewhere.post(reverse("customer:logout"))
    sign_ins.forget_old()
    assert SignIn.objects.get().browser == "Unknown browser"


def test_password_is_asked_again_before_one_is_ended(here, elsewhere):
    move_session(here, staff_password_at=11 * 60)
    assert here.post(END)["Location"].startswith("/staff/password/")
    assert is_let_in(elsewhere)


def test_customers_are_in_no_list(db):
    signed_in(make_staff("kim", is_staff=False), verified=False)
    assert not SignIn.objects.exists()


def test_shopper_finds_no_such_page(db):
    client = signed_in(make_staff(is_staff=False), verified=False)
    assert [client.get(SESSIONS).status_code, client.post(END).status_code] == [404, 404]
