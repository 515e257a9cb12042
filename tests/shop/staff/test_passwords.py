"""Who works here has a longer password than a customer, chooses it himself, and takes none of his last four again."""

from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from oscar.apps.customer.utils import get_password_reset_url

from shop.staff.models import PastPassword
from shop.staff.passwords import LengthValidator
from tests.page import Page
from tests.staff import PASSWORD, make_staff, signed_in

CHANGE = reverse("customer:change-password")
RULE = "at least 12 characters, with a letter and a digit"


@pytest.fixture
def sam(db):
    return make_staff(is_superuser=True)


def change(client: Client, old: str, new: str):
    return client.post(CHANGE, {"old_password": old, "new_password1": new, "new_password2": new})


@pytest.mark.parametrize(
    ("password", "is_taken"),
    [("plain-care1", False), ("plain-care-of", False), ("402-315-7780-6", False), ("plain-care-10", True)],
    ids=["short", "no digit", "no letter", "good"],
)
def test_twelve_signs_with_a_letter_and_a_digit(sam, password, is_taken):
    answer = change(signed_in(sam), PASSWORD, password)
    sam.refresh_from_db()
    assert sam.check_password(password) is is_taken
    assert is_taken or RULE in answer.context["form"].errors["new_password2"][0]


def test_customer_keeps_the_rule_of_before(db):
    kim = make_staff("kim", is_staff=False)
    client = signed_in(kim, verified=False)
    assert RULE not in client.get(CHANGE).content.decode()
    assert change(client, PASSWORD, "nine-sign").status_code == 302
    assert not PastPassword.objects.exists()
    assert "9 characters" in change(client, "nine-sign", "8-signs!").content.decode()


def test_none_of_the_last_four_is_taken_again(sam):
    client = signed_in(sam)
    passwords = [PASSWORD, *(f"plain-care-no-{number}" for number in range(4))]
    for old, new in pairwise(passwords):
        assert change(client, old, new).status_code == 302
    for used in passwords[1:]:
        assert "had this password before" in change(client, passwords[-1], used).content.decode()
    assert change(client, passwords[-1], PASSWORD).status_code == 302
    assert PastPassword.objects.filter(user=sam).count() == 4


def test_password_of_before_there_were_rules_is_not_taken_again(sam):
    PastPassword.objects.all().delete()
    with pytest.raises(ValidationError, match="had this password before"):
        LengthValidator(min_length=9).validate(PASSWORD, sam)


def test_rule_stands_wherever_staff_get_a_password(sam):
    client = signed_in(sam)
    own = client.get("/admin/password_change/")
    assert own["Location"] == CHANGE
    for page in (CHANGE, f"/admin/auth/user/{sam.pk}/password/"):
        assert RULE in client.get(page).content.decode()
        assert "9 characters" not in client.get(page).content.decode()
    assert "another one at the first sign-in" in client.get("/admin/auth/user/add/").content.decode()


def test_link_for_a_forgotten_password_asks_staff_for_the_same(sam):
    page = Page(Client(), get_password_reset_url(sam))
    assert RULE in page.text
    page.send("Save the new password", new_password1="nine-signs", new_password2="nine-signs")
    sam.refresh_from_db()
    assert sam.check_password(PASSWORD)


def test_owner_sets_no_weak_password_for_another(sam):
    kim = make_staff("kim")
    weak = {"password1": "nine-signs", "password2": "nine-signs", "usable_password": "true"}
    assert RULE in signed_in(sam).post(f"/admin/auth/user/{kim.pk}/password/", weak).content.decode()


def chooses_first(user, password: str) -> bool:
    """Whether pages of staff lead him to a new password, and open once he chose it."""
    client = signed_in(user)
    is_led = client.get("/admin/").headers.get("Location") == CHANGE
    change(client, password, "chosen-by-kim-1")
    return is_led and client.get("/admin/").status_code == 200


def test_who_was_a_customer_chooses_another_before_any_page_of_staff(db, settings):
    settings.STAFF_SECOND_FACTOR = True
    kim = make_staff("kim", is_staff=False)
    kim.is_staff = True
    kim.save()
    assert chooses_first(kim, PASSWORD)


def test_nobody_works_on_with_a_password_that_an_owner_knows(sam, settings):
    settings.STAFF_SECOND_FACTOR = True
    kim = make_staff("kim")
    form = {"password1": "set-by-sam-44", "password2": "set-by-sam-44", "usable_password": "true"}
    assert signed_in(sam).post(f"/admin/auth/user/{kim.pk}/password/", form).status_code == 302
    kim.refresh_from_db()
    assert chooses_first(kim, "set-by-sam-44")
