"""Requests of staff that no page of theirs sends are refused, where Django's and Oscar's own pages would fail."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from oscar.core.loading import get_model

from tests.factories import make_voucher

ConditionalOffer = get_model("offer", "ConditionalOffer")
Notification = get_model("communication", "Notification")
WishList = get_model("wishlists", "WishList")
User = get_user_model()

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    user = User.objects.create_superuser("owner", "owner@example.com", "plain-care")
    client.force_login(user)
    return user


@pytest.mark.parametrize("key", ["x", "9" * 40, "a\0b", "-1", "²", ""], ids=ascii)
def test_choice_that_is_no_key_is_refused(client, owner, key):
    wishlist = WishList.objects.create(owner=owner, name="For winter")
    typed = {
        "owner": key,
        "name": "For winter",
        "visibility": "Public",
        "lines-TOTAL_FORMS": 0,
        "lines-INITIAL_FORMS": 0,
    }
    page = client.post(reverse("admin:wishlists_wishlist_change", args=[wishlist.pk]), typed)
    assert page.status_code == 200
    assert WishList.objects.get().owner == owner


@pytest.mark.parametrize("key", ["x", "9" * 40, "a\0b", "-1", "²"], ids=ascii)
def test_choice_of_many_that_is_no_key_is_refused(client, owner, key):
    """In a field of which Django asks for all rows at once."""
    group = Group.objects.create(name="Editors")
    typed = {"name": "Writers", "permissions": [Permission.objects.first().pk, key]}
    page = client.post(reverse("admin:auth_group_change", args=[group.pk]), typed)
    assert page.status_code == 200
    assert "permissions" in page.context["adminform"].form.errors
    assert Group.objects.get(pk=group.pk).name == "Editors"


def test_choice_that_is_a_key_stays_chosen(client, owner):
    wishlist = WishList.objects.create(owner=owner, name="For winter")
    page = client.post(reverse("admin:wishlists_wishlist_change", args=[wishlist.pk]), {"owner": owner.pk, "name": ""})
    assert f'<option value="{owner.pk}" selected>' in page.content.decode()


def test_row_is_found_where_no_field_is_named(client, owner):
    notification = Notification.objects.create(recipient=owner, subject="It is back", body="Beard Oil is back.")
    page = client.get(reverse("admin:communication_notification_change", args=[notification.pk]), {"_to_field": ""})
    assert page.status_code == 200


@pytest.mark.parametrize("name", ["reviews_vote", "basket_basket", "basket_line"])
def test_staff_make_none_of_what_is_made_in_the_shop(client, owner, name):
    assert client.post(reverse(f"admin:{name}_add"), {"_save": "Save"}).status_code == 403


@pytest.mark.parametrize("kind", ["benefit", "condition"])
def test_benefit_or_condition_of_no_type_is_refused(client, owner, kind):
    page = client.post(reverse(f"admin:offer_{kind}_add"), {"type": "", "proxy_class": "", "_save": "Save"})
    assert "Choose a type" in page.content.decode()


@pytest.mark.parametrize("name", ["../../../etc/passwd", "x", "a.b", "os.no_such_class", ".."])
def test_condition_of_a_class_that_there_is_not_is_refused(client, owner, name):
    page = client.post(reverse("admin:offer_condition_add"), {"proxy_class": name, "_save": "Save"})
    assert "There is no class of that name." in page.content.decode()


def test_offer_between_unreadable_dates_is_refused(client, owner):
    make_voucher()
    path = reverse("dashboard:offer-restrictions", args=[ConditionalOffer.objects.get().pk])
    page = client.post(path, {"start_datetime": "soon", "end_datetime": "later"})
    assert page.status_code == 200
    assert page.context["form"].errors.keys() >= {"start_datetime", "end_datetime"}


BY_NUMBER = [
    "dashboard:catalogue-attribute-option-group-update",
    "dashboard:catalogue-attribute-option-group-delete",
    "dashboard:catalogue-option-update",
    "dashboard:catalogue-option-delete",
    "dashboard:page-update",
    "dashboard:page-delete",
]


@pytest.mark.parametrize("name", BY_NUMBER)
@pytest.mark.parametrize("key", ["Infinity", "x", "9" * 40, "²"])
def test_record_of_no_number_is_not_found(client, owner, name, key):
    for method in (client.get, client.post):
        assert method(reverse(name, args=[key])).status_code == 404


def test_address_of_nobody_is_refused(client, owner):
    page = client.post(reverse("admin:address_useraddress_add"), {"line1": "12 Sample Street", "_save": "Save"})
    assert page.status_code == 200
    assert "user" in page.context["adminform"].form.errors


def test_children_of_no_category_are_not_found(client, owner):
    assert client.get("/admin/catalogue/category/children/x/").status_code == 404


def test_button_that_an_offer_does_not_have_leads_back_to_it(client, owner):
    make_voucher()
    path = reverse("dashboard:offer-detail", args=[ConditionalOffer.objects.get().pk])
    assert client.post(path, {"x": "1"}).url == path
