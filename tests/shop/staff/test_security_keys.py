"""A security key opens the door in place of a code, to its owner, at our address, once for each challenge."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from shop.staff import second_factor
from shop.staff.models import Entry, SecurityKey
from tests.page import Page
from tests.security_key import Key
from tests.staff import code_of, make_staff, move_session, phone_of, signed_in

ASK = reverse("staff:second-factor")
SHOW = reverse("staff:show-key")
ADD = reverse("staff:add-key")
YOURS = reverse("staff:yours")
What = Entry.What


@pytest.fixture(autouse=True)
def as_in_production(settings):
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def sam(db):
    return make_staff(is_superuser=True)


def options(client: Client, path: str) -> dict:
    """What the page there asks a key for."""
    page = Page(client, path)
    return json.loads(
        next(form.get("data-security-key") for form in page.tree.iter("form") if "hidden" in form.attrib)
    )


def add(client: Client, key: Key, name: str = "On my key ring"):
    return client.post(ADD, {"name": name, "answer": key.create(options(client, ADD))})


@pytest.fixture
def key(sam):
    """Sam's, who signed in to add it."""
    key = Key()
    assert add(signed_in(sam), key)["Location"] == YOURS
    return key


@pytest.fixture
def client(sam, key):
    """Sam again, with nothing but the password."""
    return signed_in(sam, verified=False)


def show(client: Client, key: Key):
    return client.post(SHOW, {"answer": key.get(options(client, ASK)), "next": "/dashboard/orders/"})


def is_let_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def test_key_opens_the_door_and_leads_on(client, key):
    before = client.session.session_key
    assert show(client, key)["Location"] == "/dashboard/orders/"
    assert is_let_in(client)
    assert client.session.session_key != before
    assert SecurityKey.objects.get().used_at


def test_code_of_the_phone_works_beside_it(sam, client):
    phone = phone_of(sam)
    assert client.post(ASK, {"code": code_of(phone)}).status_code == 302
    assert is_let_in(client)


def test_key_that_does_not_count_works_again_and_again(sam):
    key = Key(count=None)
    add(signed_in(sam), key)
    for _time in range(2):
        client = signed_in(sam, verified=False)
        show(client, key)
        assert is_let_in(client)


def test_page_without_a_key_asks_for_none(sam):
    phone_of(sam)
    assert "data-security-key" not in signed_in(sam, verified=False).get(ASK).content.decode()


def test_answer_counts_once(sam, client, key):
    answer = key.get(options(client, ASK))
    client.post(SHOW, {"answer": answer})
    assert is_let_in(client)
    other = signed_in(sam, verified=False)
    options(other, ASK)
    assert other.post(SHOW, {"answer": answer})["Location"].startswith(ASK)
    assert not is_let_in(other)


def test_page_that_only_looks_like_ours_gets_nothing_of_use(client, key):
    key.origin = "http://testserver.example"
    show(client, key)
    assert not is_let_in(client)
    assert "does not open the door" in client.get(ASK).content.decode()


def test_key_of_another_opens_nothing(client, key):
    kim = make_staff("kim")
    of_kim = Key()
    add(signed_in(kim), of_kim)
    show(client, of_kim)
    assert not is_let_in(client)


def test_another_key_under_the_name_of_this_one_opens_nothing(client, key):
    forged = Key()
    forged.id, forged.count = key.id, 100
    show(client, forged)
    assert not is_let_in(client)
    assert SecurityKey.objects.get().confirmed


def test_copied_key_is_refused_for_good_and_noted(sam, client, key):
    show(client, key)
    show(signed_in(sam, verified=False), key)
    assert is_let_in(client)
    key.count = 0  # as a copy has it that was made before
    with_copy = signed_in(sam, verified=False)
    show(with_copy, key)
    assert not is_let_in(with_copy)
    assert not is_let_in(client)  # what it opened is closed: nobody knows which of the two that was
    entry = Entry.objects.get(what=What.KEY_REFUSED)
    assert (entry.who, entry.name) == ("sam", "On my key ring")
    assert (entry.before, entry.after) == ({"answers": 2}, {"answers": 1})
    assert "data-security-key" not in signed_in(sam, verified=False).get(ASK).content.decode()
    assert "as a copy does" in signed_in(sam).get(YOURS).content.decode()


@pytest.mark.parametrize(
    "answer",
    ["", "nonsense", "{}", "[]", '{"id": "\\u0000", "rawId": "AA", "type": "public-key", "response": {}}'],
)
def test_nonsense_is_refused(client, answer):
    options(client, ASK)
    assert client.post(SHOW, {"answer": answer})["Location"].startswith(ASK)
    assert not is_let_in(client)


def test_it_leads_nowhere_else(client, key):
    answer = key.get(options(client, ASK))
    assert client.post(SHOW, {"answer": answer, "next": "https://elsewhere.example/"})["Location"] == "/dashboard/"


def test_password_alone_adds_and_removes_no_key(client):
    key = SecurityKey.objects.get()
    for path in (ADD, YOURS):
        assert client.get(path)["Location"].startswith(ASK)
    assert client.post(reverse("staff:remove-key", args=[key.pk]))["Location"].startswith(ASK)
    assert client.post(ADD, {"name": "Mine", "answer": "{}"})["Location"].startswith(ASK)
    assert SecurityKey.objects.get() == key


def test_password_is_asked_again_before_keys_and_codes_change(sam, key):
    client = signed_in(sam)
    move_session(client, staff_password_at=11 * 60)
    remove = reverse("staff:remove-key", args=[SecurityKey.objects.get().pk])
    assert client.get(ADD)["Location"].startswith("/staff/password/")
    for path in (ADD, remove, reverse("staff:backup-codes")):
        assert client.post(path)["Location"].startswith("/staff/password/")
    assert client.get(YOURS).status_code == 200


def test_added_and_removed_key_stand_in_the_trail(sam, key):
    client = signed_in(sam)
    opened = signed_in(sam, verified=False)
    show(opened, key)
    Page(client, YOURS).press("Remove")
    assert not SecurityKey.objects.exists()
    assert not is_let_in(opened)
    written = Entry.objects.filter(what__in=[What.KEY_ADDED, What.KEY_REMOVED]).values_list("what", "who", "name")
    assert set(written) == {(what, "sam", "On my key ring") for what in (What.KEY_ADDED, What.KEY_REMOVED)}


def test_nobody_removes_the_key_of_another(sam, key):
    path = reverse("staff:remove-key", args=[SecurityKey.objects.get().pk])
    assert signed_in(make_staff("kim", is_superuser=True)).post(path).status_code == 404
    assert SecurityKey.objects.exists()


def test_key_is_added_once(sam, key):
    client = signed_in(sam)
    asked = options(client, ADD)
    assert len(asked["excludeCredentials"]) == 1
    assert "could not be added" in add(client, key).content.decode()
    assert SecurityKey.objects.count() == 1


def test_key_needs_a_name(sam):
    client = signed_in(sam)
    assert "Give the key a name." in add(client, Key(), name=" ").content.decode()
    assert not SecurityKey.objects.exists()


def test_reset_forgets_keys_too(sam, key):
    opened = signed_in(sam, verified=False)
    show(opened, key)
    second_factor.reset(sam)
    assert not SecurityKey.objects.exists()
    assert not is_let_in(opened)


@pytest.mark.parametrize("path", [YOURS, ADD, SHOW, reverse("staff:remove-key", args=[1])])
def test_shopper_finds_no_such_page(db, path):
    assert signed_in(make_staff(is_staff=False), verified=False).get(path).status_code == 404
