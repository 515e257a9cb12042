"""Whatever staff did that matters is written down once, for good, and without secrets."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shop.staff import audit, second_factor
from shop.staff.models import Entry
from tests.factories import make_product, make_voucher
from tests.staff import PASSWORD, make_staff, signed_in

What = Entry.What


@pytest.fixture
def sam(db):
    return make_staff(is_superuser=True)


@pytest.fixture
def client(sam):
    return signed_in(sam)


def last(what: str) -> Entry:
    return Entry.objects.filter(what=what).first()


def test_price_and_stock_by_hand(client):
    record = make_product(price="18.00", stock=10).stockrecords.get()
    form = {"product": record.product_id, "partner": record.partner_id, "partner_sku": record.partner_sku}
    form |= {"price_currency": "USD", "price": "20.00", "num_in_stock": "7"}
    assert client.post(f"/admin/partner/stockrecord/{record.pk}/change/", form).status_code == 302
    entry = last(What.CHANGED)
    assert (entry.who, entry.model, entry.key) == ("sam", "partner.StockRecord", str(record.pk))
    assert (entry.before["price"], entry.after["price"]) == ("18.00", "20.00")
    assert (entry.before["num_in_stock"], entry.after["num_in_stock"]) == (10, 7)


def test_what_a_shopper_or_a_command_changes_is_not_in_it(db):
    make_product()
    Client().get("/")
    assert not Entry.objects.exists()


def test_range_goes_with_the_offers_that_stand_on_it(client):
    """A condition is called after its range, and Oscar deletes it once the range is gone."""
    of_a_range = make_voucher().offers.get().condition.range
    assert client.post(reverse("dashboard:range-delete", args=[of_a_range.pk])).status_code == 302
    assert not type(of_a_range).objects.filter(pk=of_a_range.pk).exists()
    gone = {entry.model for entry in Entry.objects.filter(what=Entry.What.DELETED)}
    assert {"offer.Range", "offer.ConditionalOffer", "offer.Condition"} <= gone


def test_permissions_given_and_taken(client):
    group = Group.objects.create(name="Packers")
    kim = make_staff("kim")
    form = {"name": "Packers", "permissions": [Group.objects.get(name="Support").permissions.first().pk]}
    assert client.post(f"/admin/auth/group/{group.pk}/change/", form).status_code == 302
    assert list(last(What.CHANGED).after) == ["permissions"]
    form = {"username": "kim", "is_active": "on", "is_staff": "on", "is_superuser": "on", "groups": [group.pk]}
    form |= {"date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}
    assert client.post(f"/admin/auth/user/{kim.pk}/change/", form).status_code == 302
    about_kim = Entry.objects.filter(model="auth.User", key=str(kim.pk), what=What.CHANGED)
    assert {name for entry in about_kim for name in entry.after} >= {"groups", "is_superuser"}


def test_password_is_never_in_it(client):
    kim = make_staff("kim")
    form = {"password1": "another-care-9", "password2": "another-care-9", "usable_password": "true"}
    assert client.post(f"/admin/auth/user/{kim.pk}/password/", form).status_code == 302
    kim.refresh_from_db()
    assert last(What.CHANGED).after == {"password": "(not shown)"}
    written = str(list(Entry.objects.values()))
    assert kim.password not in written
    assert "another-care-9" not in written


@pytest.mark.parametrize(
    ("password", "what"), [(PASSWORD, What.SIGNED_IN), ("wrong", What.SIGN_IN_FAILED)], ids=["in", "failed"]
)
def test_sign_ins_of_staff(sam, password, what):
    Client().post("/admin/login/", {"username": "sam", "password": password})
    assert [(entry.what, entry.who) for entry in Entry.objects.all()] == [(what, "sam")]


def test_sign_ins_of_shoppers_are_not_in_it(db):
    make_staff("kim", is_staff=False)
    for password in (PASSWORD, "wrong"):
        Client().post("/admin/login/", {"username": "kim", "password": password})
    assert not Entry.objects.exists()


def test_reset_of_a_phone_by_the_command(sam):
    second_factor.reset(sam)
    assert (last(What.SECOND_FACTOR_RESET).who, last(What.SECOND_FACTOR_RESET).name) == ("command line", "sam")


def test_export(client, sam):
    assert client.get("/dashboard/orders/?response_format=csv").status_code == 200
    assert last(What.EXPORTED).name.startswith("/dashboard/orders/: attachment")


def test_even_an_owner_can_only_read_it(client):
    entry = Entry.objects.create(who="sam", what=What.ADDED)
    assert client.get("/admin/staff/entry/?q=sam").status_code == 200
    assert client.get(f"/admin/staff/entry/{entry.pk}/change/").status_code == 200
    assert client.post(f"/admin/staff/entry/{entry.pk}/change/", {"who": "kim"}).status_code == 403
    assert client.post(f"/admin/staff/entry/{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get("/admin/staff/entry/add/").status_code == 403


def test_it_is_kept_for_two_years(db):
    old, young = timezone.now() - timedelta(days=731), timezone.now() - timedelta(days=729)
    for at in (old, young):
        Entry.objects.create(at=at, who="sam", what=What.ADDED)
    audit.forget_old()
    assert [entry.at for entry in Entry.objects.all()] == [young]


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "statement",
    ["UPDATE staff_entry SET who = 'kim'", "DELETE FROM staff_entry", "TRUNCATE staff_entry"],
    ids=["update", "delete", "truncate"],
)
def test_database_itself_refuses(db, statement):
    if connection.vendor != "postgresql":
        pytest.skip("its triggers are PostgreSQL's")
    Entry.objects.create(who="sam", what=What.ADDED)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert [entry.who for entry in Entry.objects.all()] == ["sam"]
