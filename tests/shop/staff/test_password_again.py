"""Before money goes back, data leaves or permissions change, the password is asked again, and no form is lost."""

import pytest
from django.contrib.auth.models import Group

from shop.staff.models import Entry
from tests.staff import PASSWORD, make_staff, move_session, signed_in

ASK = "/staff/password/"
LONG_AGO = 11 * 60


@pytest.fixture(autouse=True)
def as_in_production(settings):
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def client(db):
    """Of an owner who signed in eleven minutes ago."""
    client = signed_in(make_staff(is_superuser=True))
    move_session(client, staff_password_at=LONG_AGO)
    return client


SENSITIVE = [
    ("get", "/dashboard/orders/100001/refund/", {}),
    ("get", "/dashboard/orders/?response_format=csv", {}),
    ("post", "/dashboard/orders/", {"action": "download_selected_orders"}),
    ("get", "/dashboard/reports/?report_type=x&download=download", {}),
    ("get", "/admin/stripe_checkout/paymentattempt/00000000-0000-0000-0000-000000000000/refund/", {}),
    ("post", "/dashboard/returns/R-1/", {"act": "refund"}),
    ("post", "/admin/auth/user/", {"action": "reset_second_factor"}),
    ("post", "/admin/auth/user/add/", {}),
    ("post", "/admin/auth/group/add/", {"name": "Packers"}),
]


@pytest.mark.parametrize(("method", "path", "fields"), SENSITIVE, ids=[f"{how} {path}" for how, path, _ in SENSITIVE])
def test_it_is_asked(client, method, path, fields):
    assert getattr(client, method)(path, fields or None)["Location"].startswith(f"{ASK}?next=")


def test_sign_in_of_a_moment_ago_counts(db):
    client = signed_in(make_staff(is_superuser=True))
    assert client.post("/admin/auth/group/add/", {"name": "Packers"})["Location"] == "/admin/auth/group/"


@pytest.mark.parametrize("path", ["/dashboard/orders/", "/admin/auth/group/", "/admin/"])
def test_looking_takes_none(client, path):
    assert client.get(path).status_code == 200


def test_form_goes_on_after_it(client):
    path = "/admin/auth/group/add/"
    ask = client.post(path, {"name": 'Packers & "co"', "permissions": ["1", "2"]})["Location"]
    page = client.post(ask, {"password": PASSWORD}).content.decode()
    assert page.count('name="permissions"') == 2
    assert 'value="Packers &amp; &quot;co&quot;"' in page
    assert f'action="{path}"' in page
    assert client.post(path, {"name": "Packers", "permissions": ["1", "2"]})["Location"] == "/admin/auth/group/"
    assert Group.objects.get(name="Packers").permissions.count() == 2
    assert Entry.objects.filter(what=Entry.What.CONFIRMED, who="sam").exists()


def test_new_password_waits_nowhere(client):
    client.post("/admin/auth/user/add/", {"username": "kim", "password1": "another-care-9"})
    assert "another-care-9" not in str(dict(client.session))


def test_wrong_password_leads_nowhere(client):
    ask = client.post("/admin/auth/group/add/", {"name": "Packers"})["Location"]
    assert client.post(ask, {"password": "wrong"}).status_code == 200
    assert client.post("/admin/auth/group/add/", {"name": "Packers"})["Location"].startswith(ASK)


def test_only_so_many_tries(client):
    answers = [client.post(ASK, {"password": "wrong"}).status_code for _try in range(21)]
    assert answers == [200] * 20 + [429]
    assert client.post(ASK, {"password": PASSWORD}).status_code == 429


def test_what_waits_is_for_its_own_page(client):
    client.post("/admin/auth/group/add/", {"name": "Packers"})
    assert client.post(f"{ASK}?next=/dashboard/", {"password": PASSWORD})["Location"] == "/dashboard/"
