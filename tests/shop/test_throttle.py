"""Who is one sender, behind how many proxies, and whatever he says of himself."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client, RequestFactory

from shop import throttle
from shop.basket.views import VoucherAddView
from shop.customer import auth_backends
from shop.customer.auth_backends import GUESSES
from shop.search.views import FacetedSearchView
from shop.staff.models import Entry
from shop.stripe_checkout import webhooks
from shop.throttle import Throttle
from tests.conftest import Shopper
from tests.factories import make_product, make_voucher

LOGIN, ADMIN = "/accounts/login/", "/admin/login/"
EMAIL, PASSWORD = "alex@example.com", "plain-care-alex"


def asked(forwarded: str | None, remote: str = "10.0.0.2"):
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=remote)
    request.user = AnonymousUser()
    return request


def are_one(first, second) -> bool:
    cache.clear()
    throttle = Throttle("test", most=1)
    assert not throttle.too_many_from(first)
    return throttle.too_many_from(second)


@pytest.mark.parametrize(
    ("proxies", "first", "second", "is_one"),
    [
        (1, "192.0.2.1", "192.0.2.1", True),
        (1, "192.0.2.1", "192.0.2.2", False),
        (1, "203.0.113.7, 192.0.2.1", "203.0.113.8, 192.0.2.1", True),  # what a liar says stands before
        (1, "192.0.2.9, 192.0.2.1", "192.0.2.9, 192.0.2.2", False),
        (2, "192.0.2.1, 10.0.0.1", "192.0.2.2, 10.0.0.1", False),  # a CDN, whose address nginx saw
        (2, "203.0.113.7, 192.0.2.1, 10.0.0.1", "192.0.2.1, 10.0.0.1", True),
        (0, "192.0.2.1", "192.0.2.2", True),  # nothing in front: the header is a stranger's
        (1, "2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        (1, "2001:db8:1:2::1", "2001:db8:1:3::1", False),
        (1, "::ffff:192.0.2.1", "192.0.2.1", True),
        (1, "nobody", None, True),
        (2, "192.0.2.1", None, True),
    ],
)
def test_one_sender_is_who_our_outermost_proxy_saw(settings, proxies, first, second, is_one):
    settings.PROXIES = proxies
    assert are_one(asked(first), asked(second)) == is_one


def test_a_socket_has_no_address(db):
    assert are_one(asked(None, remote=""), asked(None, remote=""))


def test_nobody_finds_a_voucher_by_trying(db):
    shopper = Shopper()
    shopper.add(make_product())
    make_voucher(code="TENOFF")
    tries = [shopper.client.post("/basket/vouchers/add/", {"code": f"GUESS{n}"}) for n in range(20)]
    assert {answer.status_code for answer in tries} == {200}
    answer = shopper.client.post("/basket/vouchers/add/", {"code": "TENOFF"})
    assert answer.status_code == 429
    assert answer["Retry-After"] == "3600"
    assert "You have tried many codes within an hour." in answer.content.decode()
    assert not shopper.client.get("/basket/").context["basket"].vouchers.exists()
    assert VoucherAddView.throttle.most == 20


def test_others_may_still_use_theirs(db):
    for _ in range(25):
        Client().post("/basket/vouchers/add/", {"code": "GUESS"}, headers={"X-Forwarded-For": "192.0.2.1"})
    answer = Client().post("/basket/vouchers/add/", {"code": "GUESS"}, headers={"X-Forwarded-For": "192.0.2.2"})
    assert answer.status_code != 429


def sign_in(
    password: str, *, email: str = "alex@example.com", sender: str = "192.0.2.1", path: str = LOGIN
) -> HttpResponse:
    names = {LOGIN: ("login-username", "login-password"), ADMIN: ("username", "password")}[path]
    form = dict(zip(names, (email, password), strict=True)) | {"login_submit": "1"}
    return Client().post(path, form, headers={"X-Forwarded-For": sender})


@pytest.mark.parametrize("path", [LOGIN, ADMIN], ids=["account", "admin"])
@pytest.mark.parametrize("email", ["alex@example.com", "nobody@example.com"], ids=["known", "unknown"])
def test_nobody_finds_a_password_by_trying(django_user_model, path, email):
    """The right one is not told from a wrong one any more, nor is an account from none."""
    django_user_model.objects.create_superuser("alex", "alex@example.com", PASSWORD)
    assert {sign_in(f"guess {n}", email=email, path=path).status_code for n in range(GUESSES.most)} == {200}
    answer = sign_in(PASSWORD, email=email.upper(), path=path)
    assert answer.status_code == 429
    assert answer["Retry-After"] == "3600"
    assert "That was a lot at once." in answer.content.decode()
    assert answer.wsgi_request.user.is_anonymous


def test_nobody_keeps_others_out_by_guessing(django_user_model):
    django_user_model.objects.create_user("alex", "alex@example.com", PASSWORD)
    for _ in range(GUESSES.most + 1):
        sign_in("guess", sender="192.0.2.66")
    assert sign_in(PASSWORD, sender="192.0.2.1").status_code == 302


def test_one_password_is_not_tried_on_all_accounts(db, monkeypatch):
    monkeypatch.setattr(auth_backends, "GUESSES_AT_ANY", Throttle("any password guessed", most=5, by_network=True))
    assert {sign_in("123456", email=f"n{n}@example.com").status_code for n in range(5)} == {200}
    assert sign_in("123456", email="another@example.com").status_code == 429


def test_guesses_of_many_accounts_from_one_place_are_counted_together(django_user_model):
    make = django_user_model.objects.create_user
    make("alex", EMAIL, PASSWORD)
    for number in range(GUESSES.most):
        client = Client()
        client.force_login(make(f"n{number}", f"n{number}@example.com", PASSWORD))
        assert client.post(LOGIN, {"login-username": EMAIL, "login-password": "guess"}).status_code == 200
    client.force_login(make("another", "another@example.com", PASSWORD))
    assert client.post(LOGIN, {"login-username": EMAIL, "login-password": "guess"}).status_code == 429


def test_who_signs_in_rightly_may_do_so_all_day(django_user_model):
    django_user_model.objects.create_user("alex", "alex@example.com", PASSWORD)
    assert {sign_in(PASSWORD).status_code for _ in range(GUESSES.most + 2)} == {302}


def test_every_form_has_a_limit(db, monkeypatch):
    monkeypatch.setattr(throttle, "ANY_FORM", Throttle("any form", most=3))
    soap = make_product()
    shopper = Shopper()
    assert {shopper.add(soap).status_code for _ in range(3)} == {302}
    answer = shopper.add(soap)
    assert answer.status_code == 429
    assert answer["Retry-After"] == "3600"
    assert shopper.basket() == {"Plain Soap": 3}  # and reading goes on


def test_searches_made_anew_have_a_limit(db, monkeypatch):
    monkeypatch.setattr(FacetedSearchView, "throttle", Throttle("search", most=3))
    ask = lambda q, sender="192.0.2.1": Client().get("/search/", {"q": q}, headers={"X-Forwarded-For": sender})  # noqa: E731
    make_product()
    assert {ask(f"soap {n}").status_code for n in (1, 2, 3)} == {200}
    assert ask("soap 4").status_code == 429
    assert ask("soap 4", sender="192.0.2.2").status_code == 200


def test_who_sends_what_is_not_stripes_is_not_read_any_more(db, monkeypatch):
    monkeypatch.setattr(webhooks, "REFUSALS", Throttle("webhook refused", most=3))
    post = lambda: Client().post("/stripe/webhook/", "{}", content_type="application/json").status_code  # noqa: E731
    assert [post() for _ in range(4)] == [400, 400, 400, 429]


def test_right_codes_are_not_counted(db):
    """An office behind one address, each with the code of the newsletter."""
    make_voucher(code="TENOFF")
    soap = make_product(stock=50)
    for _ in range(25):
        shopper = Shopper()
        shopper.add(soap)
        assert shopper.client.post("/basket/vouchers/add/", {"code": "TENOFF"}).status_code == 302


# Lifting a limit


@pytest.fixture
def locked_out(django_user_model):
    alex = django_user_model.objects.create_user("alex", EMAIL, PASSWORD)
    for _ in range(GUESSES.most + 1):
        sign_in("guess")
    assert sign_in(PASSWORD).status_code == 429
    return alex


@pytest.mark.parametrize("named", [[EMAIL.upper()], ["--address", "192.0.2.1"]], ids=["account", "address"])
def test_staff_let_somebody_go_on(locked_out, named):
    call_command("lift_limits", *named, verbosity=0)
    assert sign_in(PASSWORD).status_code == 302
    written = Entry.objects.filter(what=Entry.What.LIMITS_LIFTED)
    assert written
    assert {entry.who for entry in written} == {"command line"}


@pytest.mark.parametrize(
    "named",
    [["sam@example.com"], ["--address", "192.0.2.2"], [EMAIL, "--dry-run"]],
    ids=["another account", "another address", "dry run"],
)
def test_nobody_else_goes_on(locked_out, named):
    call_command("lift_limits", *named, verbosity=0)
    assert sign_in(PASSWORD).status_code == 429


def test_dry_run_says_whose_limits_and_writes_nothing(locked_out, capsys):
    call_command("lift_limits", EMAIL, "--address", "2001:db8:1:2::9", "--dry-run")
    assert capsys.readouterr().out.splitlines() == [
        "Would lift what limits alex.",
        f"Would lift what limits {EMAIL}.",
        f"Would lift what limits user {locked_out.pk}.",
        "Would lift what limits 2001:db8:1:2::/64.",
    ]
    assert not Entry.objects.filter(what=Entry.What.LIMITS_LIFTED).exists()


def test_limit_holds_again_after_it_was_lifted(locked_out):
    call_command("lift_limits", EMAIL, verbosity=0)
    assert {sign_in("guess").status_code for _ in range(GUESSES.most)} == {200}
    assert sign_in(PASSWORD).status_code == 429


@pytest.mark.parametrize("named", [[], ["--address", "nowhere"]])
def test_command_asks_for_whom(db, named):
    with pytest.raises(CommandError):
        call_command("lift_limits", *named)
