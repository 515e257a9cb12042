"""A password alone opens no page of staff; with the code of a phone, or a backup code, all of them open."""

import re
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from oscar.core.loading import get_model

from shop.staff import backup_codes, second_factor
from shop.staff.middleware import OPEN
from tests.staff import PASSWORD, code_of, make_staff, move_session, phone_of, signed_in

ASK = reverse("staff:second-factor")
SET_UP = reverse("staff:set-up")
CODES = reverse("staff:backup-codes")
TREES = ("admin/", "dashboard/")


def paths_of(patterns, before: str = "", namespace: str = ""):
    """The name and an address of each URL, with a 1 for each of its parameters."""
    for pattern in patterns:
        path = before + str(pattern.pattern).lstrip("^").rstrip("$")
        if isinstance(pattern, URLPattern):
            filled = re.sub(r"\(\?P<\w+>(?:[^()]|\([^()]*\))*\)|<[^>]+>", "1", path).replace("\\", "").rstrip("Z")
            yield f"{namespace}{pattern.name}", "/" + filled
        else:
            inside = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from paths_of(pattern.url_patterns, path, inside)


PAGES = [(name, path) for name, path in paths_of(get_resolver().url_patterns) if path.lstrip("/").startswith(TREES)]
CLOSED = [(name, path) for name, path in PAGES if name not in OPEN]


@pytest.fixture(autouse=True)
def as_in_production(settings):
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def sam(db):
    return make_staff(is_superuser=True)


@pytest.mark.parametrize("verified", [False, True])
def test_pages_of_the_shop_show_more_to_staff_only_after_it(sam, verified):
    hidden = get_model("catalogue", "Category").add_root(name="Soaps", is_public=False)
    browser = signed_in(sam, verified=verified)
    assert browser.get(hidden.get_absolute_url()).status_code == (200 if verified else 404)
    assert ("payments" in browser.get("/readyz/").json()) is verified


def test_url_map_has_both_trees():
    assert len(CLOSED) > 200
    assert {name.split(":")[0] for name, _path in CLOSED} >= {"admin", "dashboard", "returns-desk"}
    assert {name for name, _path in PAGES if name in OPEN} == set(OPEN)


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_page_of_staff_asks_for_it(sam, method):
    phone_of(sam)
    client = signed_in(sam, verified=False)
    led_to = {path: getattr(client, method)(path).headers.get("Location", "") for _name, path in CLOSED}
    assert [path for path, address in led_to.items() if not address.startswith(ASK)] == []


def test_whoever_has_shown_it_is_let_in(sam):
    client = signed_in(sam)
    assert client.get("/admin/").status_code == 200
    assert client.get("/dashboard/").status_code == 200


def test_partner_who_is_no_staff_is_asked_too(db):
    partner = make_staff(is_staff=False)
    partner.user_permissions.set(Permission.objects.filter(codename="dashboard_access"))
    assert signed_in(partner, verified=False).get("/dashboard/catalogue/")["Location"].startswith(ASK)


def test_in_development_nobody_is_asked(sam, settings):
    settings.STAFF_SECOND_FACTOR = False
    assert signed_in(sam, verified=False).get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        (
            "/admin/login/?next=/admin/auth/group/",
            {"username": "sam", "password": PASSWORD, "next": "/admin/auth/group/"},
        ),
        (
            "/accounts/login/?next=/admin/auth/group/",
            {
                "login-username": "sam@example.com",
                "login-password": PASSWORD,
                "login-redirect_url": "/admin/auth/group/",
                "login_submit": "1",
            },
        ),
    ],
    ids=["admin", "accounts"],
)
def test_journey_from_the_first_sign_in(sam, page, fields):
    client = Client()
    answer = client.post(page, fields, follow=True)
    assert answer.redirect_chain[-1][0] == f"{SET_UP}?next=%2Fadmin%2Fauth%2Fgroup%2F"
    assert client.get(reverse("staff:qr-code"))["Content-Type"] == "image/svg+xml"
    device = TOTPDevice.objects.get(user=sam)
    address = answer.redirect_chain[-1][0]
    done = client.post(address, {"code": code_of(device)})
    assert len(re.findall("<code>[a-z2-7-]{29}</code>", done.content.decode())) == backup_codes.COUNT
    assert 'href="/admin/auth/group/"' in done.content.decode()
    assert client.get("/admin/auth/group/").status_code == 200
    assert client.get(reverse("staff:qr-code")).status_code == 404


def test_code_of_the_phone_leads_on(sam):
    device = phone_of(sam)
    client = signed_in(sam, verified=False)
    before = client.session.session_key
    answer = client.post(f"{ASK}?next=/dashboard/orders/", {"code": f" {code_of(device)[:3]} {code_of(device)[3:]}"})
    assert answer["Location"] == "/dashboard/orders/"
    assert client.session.session_key != before
    assert client.get("/dashboard/orders/").status_code == 200


def test_code_works_once(sam):
    device = phone_of(sam)
    code = code_of(device)
    assert signed_in(sam, verified=False).post(ASK, {"code": code}).status_code == 302
    assert signed_in(sam, verified=False).post(ASK, {"code": code}).status_code == 200


def test_backup_code_works_once(sam):
    phone_of(sam)
    code = backup_codes.make(sam)[0]
    client = signed_in(sam, verified=False)
    assert client.post(ASK, {"code": code.upper()}).status_code == 302
    assert client.get("/admin/").status_code == 200
    assert signed_in(sam, verified=False).post(ASK, {"code": code}).status_code == 200


def test_wrong_code_says_so_and_makes_the_right_one_wait(sam, settings):
    settings.OTP_TOTP_THROTTLE_FACTOR = 60  # seconds: a slow machine must not have waited by itself
    device = phone_of(sam)
    client = signed_in(sam, verified=False)
    wrong = f"{(int(code_of(device)) + 500_000) % 1_000_000:06d}"
    assert "does not fit" in client.post(ASK, {"code": wrong}).content.decode()
    assert client.post(ASK, {"code": code_of(device)}).status_code == 200
    assert client.get("/admin/")["Location"].startswith(ASK)


def test_nobody_sets_up_another_phone_with_the_password_alone(sam):
    phone_of(sam)
    client = signed_in(sam, verified=False)
    assert client.get(SET_UP)["Location"].startswith(ASK)
    assert client.get(reverse("staff:qr-code")).status_code == 404
    assert client.post(CODES)["Location"].startswith(ASK)
    assert TOTPDevice.objects.filter(user=sam).count() == 1


def test_new_backup_codes_take_the_place_of_the_old(sam):
    client = signed_in(sam)
    old = backup_codes.make(sam)[0]
    assert "10 of your codes" in client.get(CODES).content.decode()
    assert client.post(CODES).status_code == 200
    assert signed_in(sam, verified=False).post(ASK, {"code": old}).status_code == 200


def test_database_holds_no_backup_code(sam):
    codes = {code.replace("-", "") for code in backup_codes.make(sam)}
    kept = set(StaticToken.objects.values_list("token", flat=True))
    assert len(codes) == len(kept) == backup_codes.COUNT
    assert not kept & codes


def test_backup_code_of_before_there_were_hashes_works_on(sam):
    phone_of(sam)
    device = StaticDevice.objects.create(user=sam)
    StaticToken.objects.create(device=device, token="abcdefgh")
    migration = import_module("shop.staff.migrations.0003_hash_backup_codes")
    for _again in range(2):
        migration.hash_codes(apps, connection.schema_editor())
    assert not StaticToken.objects.filter(token="abcdefgh").exists()
    assert signed_in(sam, verified=False).post(ASK, {"code": "abcdefgh"}).status_code == 302


@pytest.mark.parametrize("path", [ASK, SET_UP, CODES, reverse("staff:qr-code")])
def test_shopper_finds_no_such_page(db, path):
    assert signed_in(make_staff(is_staff=False), verified=False).get(path).status_code == 404
    assert Client().get(path)["Location"].startswith("/accounts/login/")


def test_it_leads_nowhere_else(sam):
    client = signed_in(sam)
    assert client.get(f"{ASK}?next=https://elsewhere.example/")["Location"] == "/dashboard/"


def test_pages_are_kept_nowhere_and_hold_the_strict_policy(sam):
    answer = signed_in(sam, verified=False).get(SET_UP)
    assert "no-store" in answer["Cache-Control"]
    assert "unsafe-inline" not in answer["Content-Security-Policy"]


def test_owner_resets_the_phone_of_another(sam):
    kim = make_staff("kim")
    of_kim = signed_in(kim)
    form = {"action": "reset_second_factor", "_selected_action": [kim.pk]}
    assert signed_in(sam).post("/admin/auth/user/", form).status_code == 302
    assert not second_factor.is_set_up(kim)
    assert of_kim.get("/admin/", follow=True).redirect_chain[-1][0].startswith(SET_UP)


def test_nobody_else_resets_it(sam):
    kim = make_staff("kim")
    kim.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))
    phone_of(sam)
    signed_in(kim).post("/admin/auth/user/", {"action": "reset_second_factor", "_selected_action": [sam.pk]})
    assert second_factor.is_set_up(sam)


def test_command_helps_the_last_owner(sam):
    phone_of(sam)
    call_command("reset_second_factor", "sam@example.com", verbosity=0)
    assert not second_factor.is_set_up(sam)
    with pytest.raises(CommandError, match="0 accounts"):
        call_command("reset_second_factor", "nobody", verbosity=0)


def test_secrets_have_no_page_in_the_admin(sam):
    assert signed_in(sam).get("/admin/otp_totp/totpdevice/").status_code == 404


@pytest.mark.parametrize(
    "ago", [{"staff_seen": 31 * 60}, {"staff_since": 12 * 3600 + 60}], ids=["idle", "signed in long ago"]
)
def test_session_ends_and_says_so(sam, ago):
    client = signed_in(sam)
    move_session(client, **ago)
    answer = client.post("/admin/auth/group/add/", {"name": "Typed"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/admin/login/?next=/admin/auth/group/add/"
    assert "signed out after a while" in answer.content.decode()


def test_session_in_use_goes_on(sam):
    client = signed_in(sam)
    move_session(client, staff_seen=29 * 60)
    assert client.get("/admin/").status_code == 200
    move_session(client, staff_since=11 * 3600)
    assert client.get("/admin/").status_code == 200


def test_session_of_a_shopper_does_not_end(sam, db):
    client = signed_in(make_staff("kim", is_staff=False), verified=False)
    assert "staff_since" not in client.session
    move_session(client, staff_seen=31 * 60)
    assert client.get("/accounts/profile/").status_code == 200
