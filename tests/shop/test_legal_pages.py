"""Privacy and terms: found on every shop, true of this software, and an editor's own where an editor wrote one."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import html5lib
import pytest
from django.contrib.auth import get_user_model
from django.contrib.flatpages.models import FlatPage
from django.test import Client
from django.urls import reverse
from django.utils.text import capfirst
from oscar.core.loading import get_model

from shop.customer.personal_data import retention
from shop.pages import COOKIES
from shop.promises.models import Promise
from tests.blog.factories import make_staff
from tests.factories import make_countries, make_product
from tests.shop.test_pages import links_of, parse, text_of

User = get_user_model()
Country = get_model("address", "Country")

EVERY = pytest.mark.parametrize("path", ["/contact/", "/contact/sent/", "/privacy/", "/terms/"])
OWN = pytest.mark.parametrize("path", ["/privacy/", "/terms/"])


@EVERY
def test_page_is_valid_html(client, promises, path):
    parser = html5lib.HTMLParser()
    parser.parse(client.get(path).content.decode())
    assert parser.errors == []


@EVERY
def test_page_has_one_title_and_a_description(client, promises, path):
    page = parse(client.get(path))
    assert len(page.findall(".//h1")) == 1
    assert page.find(".//meta[@name='description']").get("content")


@EVERY
def test_page_gives_an_id_once(client, promises, path):
    ids = [element.get("id") for element in parse(client.get(path)).iter() if element.get("id")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", ["/", "/privacy/"])
def test_footer_leads_to_all_three(client, db, path):
    assert {"/contact/", "/privacy/", "/terms/"} <= set(links_of(client.get(path)))


def test_footer_of_the_checkout_leads_to_all_three(shopper):
    shopper.add(make_product())
    assert {"/contact/", "/privacy/", "/terms/"} <= set(links_of(shopper.client.get("/checkout/")))


def test_sitemap_lists_all_three(client, db):
    listed = re.findall(r"<loc>\w+://[^/]+([^<]+)</loc>", client.get("/sitemap-pages.xml").content.decode())
    assert {"/contact/", "/privacy/", "/terms/"} <= set(listed)
    assert "/contact/sent/" not in listed


def test_page_after_a_letter_is_not_for_search_engines(client, db):
    assert parse(client.get("/contact/sent/")).find(".//meta[@name='robots']").get("content") == "noindex"


# Privacy


def test_every_cookie_that_the_shop_sets_is_listed(stripe, shopper, client):
    """A guest looks, adds and pays; a customer signs in. All that stays in the browser stands on the page."""
    soap = make_product()
    shopper.client.get(soap.get_absolute_url())
    shopper.add(soap)
    shopper.press_pay()
    User.objects.create_user("alex", "alex@example.com", "a long pass phrase")
    member = Client()
    member.get(reverse("customer:login"))
    login = {"login-username": "alex@example.com", "login-password": "a long pass phrase", "login_submit": "1"}
    member.post(reverse("customer:login"), login)
    set_ones = {re.sub(r"^order-\d+$", "order-…", name) for name in {**shopper.client.cookies, **member.cookies}}
    assert set_ones == {cookie.name for cookie in COOKIES}
    shown = text_of(client.get("/privacy/"))
    assert [cookie.name for cookie in COOKIES if cookie.name not in shown] == []


def test_cookies_last_as_long_as_the_page_says(stripe, shopper):
    soap = make_product()
    shopper.client.get(soap.get_absolute_url())
    shopper.add(soap)
    shopper.press_pay()
    (order_cookie,) = [morsel for name, morsel in shopper.client.cookies.items() if name.startswith("order-")]
    days = {cookie.name: cookie.days for cookie in COOKIES}
    lasts = {name: int(morsel["max-age"]) / 86400 for name, morsel in shopper.client.cookies.items() if name in days}
    assert lasts["oscar_open_basket"] == days["oscar_open_basket"]
    assert lasts["csrftoken"] == days["csrftoken"]
    assert int(order_cookie["max-age"]) / 86400 == days["order-…"]


def test_who_only_looks_gets_no_cookie_that_remembers_products(client, db):
    client.get(make_product().get_absolute_url())
    assert "oscar_history" not in client.cookies


@pytest.mark.parametrize("rule", retention.RULES, ids=lambda rule: rule.what)
def test_privacy_says_how_long_each_thing_is_kept(client, db, monkeypatch, rule):
    """A rule that changes changes the page: its number stands in one place."""
    monkeypatch.setattr(retention, "RULES", [replace(rule, kept=timedelta(days=77))])
    assert f"{capfirst(rule.what)}: after 77 days" in text_of(client.get("/privacy/"))


def test_privacy_says_how_long_books_and_letters_are_kept(client, db, monkeypatch, settings):
    settings.ORDER_RETENTION_YEARS = 11
    monkeypatch.setattr(retention, "LETTERS_KEPT", timedelta(days=78))
    shown = text_of(client.get("/privacy/"))
    assert "After 11 years your name and address go too." in shown
    assert "Copies of letters to you that are about no order: after 78 days" in shown


# Terms


def test_terms_say_what_delivery_costs(client, db, settings):
    settings.DELIVERY_STANDARD_PRICE, settings.DELIVERY_FREE_FROM = Decimal("4.50"), Decimal("75.00")
    settings.DELIVERY_EXPRESS_PRICE = Decimal("13.00")
    shown = text_of(client.get("/terms/"))
    assert "$4.50, three to five business days. Free from $75.00" in shown
    assert "$13.00, one to two business days." in shown


def test_terms_say_where_packages_go(client, db):
    make_countries()
    country = Country.objects.get(pk="US")
    country.pk, country.printable_name, country.is_shipping_country = "AT", "Austria", False
    country.save(force_insert=True)
    shown = text_of(client.get("/terms/"))
    assert "United States and Canada" in shown
    assert "Austria" not in shown


def test_terms_follow_the_promises(client, promises):
    Promise.objects.filter(slug="returns").update(days=45)
    assert "Send it back within 45 days." in text_of(client.get("/terms/"))


def test_terms_stand_on_a_shop_without_promises(client, db):
    Promise.objects.all().delete()
    assert client.get("/terms/").status_code == 200


@OWN
def test_page_names_the_owner_once_known(client, db, settings, path):
    settings.SHOP_LEGAL_NAME, settings.SHOP_ADDRESS = "Example & Sons", "12 Sample Street, Austin"
    shown = text_of(client.get(path))
    assert "Example & Sons" in shown
    assert "12 Sample Street, Austin" in shown


# An editor's own


@OWN
def test_page_of_an_editor_stands_in_place_of_ours(client, db, path):
    own = FlatPage.objects.create(url=path, title="Ours alone", content="<p>From our lawyer.</p>")
    own.sites.add(1)
    shown = text_of(client.get(path))
    assert "From our lawyer." in shown
    assert "Cookies" not in shown
    assert "Who sells" not in shown


@OWN
def test_editor_is_led_to_the_form_that_makes_it_so(client, db, path):
    client.force_login(
        make_staff("flatpages.add_flatpage", "flatpages.view_flatpage"),
    )
    (link,) = [link for link in links_of(client.get(path)) if "/flatpage/add/" in link]
    fields = parse_qs(urlsplit(link).query)
    form = {"url": fields["url"][0], "sites": fields["sites"][0], "title": "Own", "content": "<p>Own words.</p>"}
    assert client.get(link).status_code == 200
    client.post(urlsplit(link).path, form)
    assert "Own words." in text_of(client.get(path))


@OWN
def test_editor_goes_on_in_the_dashboard(admin_client, path):
    own = FlatPage.objects.create(url=path, title="Own", content="<p>Old.</p>")
    own.sites.add(1)
    address = reverse("dashboard:page-update", args=[own.pk])
    admin_client.post(address, {"title": "Own", "url": path, "content": "<p>New.</p>"})
    assert "New." in text_of(admin_client.get(path))


@OWN
def test_shopper_is_not_offered_to_write(client, db, path):
    assert "/flatpage/add/" not in client.get(path).content.decode()
