"""The page Secure Checkout says nothing that is not checked, and the deploy check fails when it is not true."""

from importlib import import_module

import pytest
from django import forms
from django.apps import apps
from django.contrib import admin
from django.core.checks import run_checks
from django.urls import path
from django.utils.html import escape
from django.views.decorators.csrf import csrf_exempt
from oscar.core.loading import get_model

from shop import security_headers
from shop.promises import secure_checkout
from shop.promises.models import CHECKOUT, Promise
from shop.promises.secure_checkout import check_statements, statements
from tests.shop.test_settings import GOOD, run

MIGRATION = import_module("shop.promises.migrations.0006_secure_checkout")
SECURITY = "django.middleware.security.SecurityMiddleware"
NAMES = [statement.name for statement in statements()]


@pytest.fixture
def production(settings):
    """What production says of safety, in the process of the tests."""
    settings.SITE_URL = "https://shop.example"
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = list(secure_checkout.FOR_MACHINES)
    settings.SECURE_HSTS_SECONDS = secure_checkout.A_YEAR
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.OSCAR_BASKET_COOKIE_SECURE = True
    settings.STRIPE_API_BASE = ""
    settings.INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if app != "shop.stripe_sandbox"]
    settings.ROOT_URLCONF = "shop.urls"
    return settings


def untrue() -> list[str]:
    """The names of the statements that the check finds untrue."""
    return [error.id.rpartition(".")[2] for error in check_statements(None)]


def without(settings, middleware: str) -> None:
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if each != middleware]


def test_all_is_true_in_production(production):
    assert untrue() == []


def test_page_shows_each_statement(db, client):
    page = client.get("/promises/secure-checkout/").content.decode()
    assert [escape(str(statement.says)) in page for statement in statements()] == [True] * len(NAMES)


@pytest.mark.parametrize("address", ["/promises/returns/", "/promises/secure-checkout/1/"])
def test_no_other_page_shows_them(db, client, address):
    page = client.get(address, follow=False).content.decode()
    assert escape(str(statements()[0].says)) not in page


def test_page_speaks_of_the_policy_that_it_carries(db, client):
    response = client.get("/promises/secure-checkout/")
    assert ("Content-Security-Policy" in response) == ("security policy" in response.content.decode().lower())


BREAKS = [
    ("https", "SECURE_SSL_REDIRECT", False),
    ("https", "SECURE_REDIRECT_EXEMPT", ["^checkout/"]),
    ("https", "SITE_URL", "http://shop.example"),
    ("hsts", "SECURE_HSTS_SECONDS", 3600),
    ("hsts", "SECURE_HSTS_INCLUDE_SUBDOMAINS", False),
    ("cookies", "SESSION_COOKIE_SECURE", False),
    ("cookies", "CSRF_COOKIE_SECURE", False),
    ("cookies", "OSCAR_BASKET_COOKIE_SECURE", False),
    ("cookies", "SESSION_COOKIE_HTTPONLY", False),
    ("at-stripe", "STRIPE_API_BASE", "https://elsewhere.example"),
    ("frames", "X_FRAME_OPTIONS", "ALLOWALL"),
    ("referrer", "SECURE_REFERRER_POLICY", "unsafe-url"),
    ("referrer", "SECURE_REFERRER_POLICY", None),
]


@pytest.mark.parametrize(("name", "setting", "value"), BREAKS, ids=[f"{b[0]} {b[1]} {b[2]}" for b in BREAKS])
def test_statement_fails_when_its_setting_is_broken(production, name, setting, value):
    setattr(production, setting, value)
    assert untrue() == [name]


@pytest.mark.parametrize(
    ("middleware", "names"),
    [
        (SECURITY, ["https", "hsts", "referrer"]),
        ("shop.forgery.CsrfViewMiddleware", ["own-forms"]),
        ("django.middleware.clickjacking.XFrameOptionsMiddleware", ["frames"]),
        ("shop.security_headers.SecurityHeadersMiddleware", ["policy"]),
    ],
)
def test_statement_fails_without_the_middleware_that_keeps_it(production, middleware, names):
    without(production, middleware)
    assert untrue() == names


@pytest.mark.parametrize(("directive", "source"), [("script-src", "https:"), ("form-action", "*")])
def test_statement_fails_when_the_policy_lets_more_in(production, monkeypatch, directive, source):
    loose = security_headers.for_shoppers()
    loose[directive].append(source)
    monkeypatch.setattr(security_headers, "for_shoppers", lambda: loose)
    assert untrue() == ["policy"]


def test_statement_fails_while_the_stand_in_for_stripe_is_installed(production, monkeypatch):
    monkeypatch.setattr(apps, "is_installed", lambda name: True)  # it refuses to load under any settings but its own
    assert untrue() == ["at-stripe"]


def test_statement_fails_when_a_view_takes_forms_from_elsewhere(production, monkeypatch):
    @csrf_exempt
    def order_from_anywhere(request):
        """Never called."""

    from shop import urls

    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, path("anywhere/", order_from_anywhere)])
    assert "order_from_anywhere" in secure_checkout._takes_forms_of_others()


@pytest.mark.parametrize("name", ["card_number", "cvc", "iban", "expiry_month"])
def test_statement_fails_when_a_form_asks_for_a_card(production, name):
    form = type("Sneaky", (forms.Form,), {name: forms.CharField(), "__module__": "shop.sneaky"})
    try:
        assert secure_checkout._asks_for_a_card() == f"The form shop.sneaky.Sneaky has a field {name}."
    finally:
        form.base_fields = {}  # a class that was made stays known


def test_statement_fails_when_staff_could_write_a_card_down(production):
    Bankcard = get_model("payment", "Bankcard")
    admin.site.register(Bankcard)
    try:
        assert untrue() == ["no-card"]
    finally:
        admin.site.unregister(Bankcard)


@pytest.mark.parametrize(
    "field", ['<input autocomplete="cc-number">', "<input name='card-number'>", '<input name="cvc">']
)
def test_statement_fails_when_a_template_has_a_field_for_a_card(production, tmp_path, field):
    (tmp_path / "pay.html").write_text(field)
    production.TEMPLATES = [{**production.TEMPLATES[0], "DIRS": [tmp_path]}]
    secure_checkout._templates_for_a_card.cache_clear()
    try:
        assert untrue() == ["no-card"]
    finally:
        secure_checkout._templates_for_a_card.cache_clear()


@pytest.mark.parametrize("name", ["total", "discard", "cards", "order_number"])
def test_other_words_are_no_card(name):
    assert not secure_checkout._is_of_a_card(name)


def test_each_statement_was_seen_to_fail():
    by_code = {"own-forms", "no-card", "policy"}
    assert {name for name, _setting, _value in BREAKS} | by_code == set(NAMES)


def test_it_is_an_error_of_the_deploy_check_and_of_no_other(production):
    production.SECURE_SSL_REDIRECT = False
    ours = [found for found in run_checks(include_deployment_checks=True) if found.id.startswith("promises.")]
    assert [(found.level, found.msg.startswith("The page Secure Checkout says “")) for found in ours] == [(40, True)]
    assert not [found for found in run_checks() if found.id.startswith("promises.")]


def test_deploy_check_names_the_statement_that_is_not_true():
    environment = GOOD | {"DJANGO_SETTINGS_MODULE": "shop.settings.production"}
    good = run("-W", "default", "manage.py", "check", "--deploy", **environment)
    assert good.returncode == 0, good.stderr
    elsewhere = environment | {"STRIPE_API_BASE": "https://elsewhere.example"}
    checked = run("-W", "default", "manage.py", "check", "--deploy", **elsewhere)
    assert checked.returncode == 1
    assert "Payments are made at Stripe and nowhere else" in checked.stderr


# --- The text that came with the shop -----------------------------------------------------------------------------


@pytest.fixture
def as_it_came(db):
    """The promise as it was before the migration."""
    Promise.objects.filter(slug=CHECKOUT, version__gt=1).delete()
    return Promise.objects.get(slug=CHECKOUT)


def test_original_text_gets_a_second_version(as_it_came):
    MIGRATION.leave_statements_to_their_checks(apps, None)
    now = Promise.objects.in_force().get(slug=CHECKOUT)
    assert (now.version, now.text, now.title) == (2, MIGRATION.TEXT, as_it_came.title)
    assert Promise.objects.get(pk=as_it_came.pk).text == as_it_came.text


def test_second_version_is_written_once(as_it_came):
    MIGRATION.leave_statements_to_their_checks(apps, None)
    MIGRATION.leave_statements_to_their_checks(apps, None)
    assert Promise.objects.filter(slug=CHECKOUT).count() == 2


def test_text_that_staff_wrote_stays(as_it_came):
    Promise.objects.filter(pk=as_it_came.pk).update(text="<p>Ours.</p>")
    MIGRATION.leave_statements_to_their_checks(apps, None)
    assert Promise.objects.get(slug=CHECKOUT).text == "<p>Ours.</p>"


def test_migration_of_the_text_can_be_taken_back(as_it_came):
    MIGRATION.leave_statements_to_their_checks(apps, None)
    MIGRATION.put_statements_back(apps, None)
    assert Promise.objects.get(slug=CHECKOUT) == as_it_came


def test_the_text_is_as_the_editor_would_keep_it(as_it_came):
    MIGRATION.leave_statements_to_their_checks(apps, None)
    promise = Promise.objects.in_force().get(slug=CHECKOUT)
    promise.save()
    assert promise.text == MIGRATION.TEXT
