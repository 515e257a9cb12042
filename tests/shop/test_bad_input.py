"""Whatever a browser, a robot or an enemy sends: a page that says what to do, or a refusal; and the basket is kept."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from oscar.core.loading import get_model

from shop.stripe_checkout.models import PaymentAttempt
from tests.conftest import Shopper
from tests.factories import make_countries, make_product
from tests.shop.test_basket import form_of, make_gel, quantities, text_of

Order = get_model("order", "Order")
Product = get_model("catalogue", "Product")
StockRecord = get_model("partner", "StockRecord")
User = get_user_model()

pytestmark = pytest.mark.django_db

UNREADABLE = "We could not read that."
HUGE = "9" * 30
BAD_VALUES = ["0", "x", "a%00b", "%ff%fe", HUGE, "..%2f..%2fetc%2fpasswd", "x" * 1500]


def routes(patterns: list, before: str = "") -> Iterator[str]:
    """Every URL that shoppers, Stripe and search engines reach, with its parameters as they stand in the URLconf."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if route.startswith(("admin/", "dashboard/")):
            continue
        if isinstance(pattern, URLPattern):
            yield "/" + re.sub(r"[\^$]", "", route)
        else:
            yield from routes(pattern.url_patterns, route)


def filled_in(route: str, value: str) -> str:
    """The route with `value` in place of each parameter, in Django's notation or as a named group."""
    return re.sub(r"\(\?P<\w+>(?:[^()]|\([^()]*\))*\)|<\w+:\w+>", lambda _parameter: value, route)


ROUTES = list(dict.fromkeys(routes(get_resolver().url_patterns)))


@pytest.fixture
def soap() -> Product:
    return make_product(title="Soap", price="18.00", stock=10)


@pytest.fixture
def filled(client, soap) -> Client:
    """A guest's browser with one soap in the basket."""
    client.post(reverse("basket:add", args=[soap.pk]), {"quantity": "1"})
    return client


# URLs


@pytest.mark.parametrize("route", ROUTES)
def test_no_url_breaks_on_a_bad_value(client, settings, tmp_path, route):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(User.objects.create_user("alex", "alex@example.com", "a long pass phrase"))
    for path in dict.fromkeys(filled_in(route, value) for value in BAD_VALUES):
        for method in ("GET", "POST"):
            assert client.generic(method, path).status_code < 500, (method, path)


@pytest.mark.parametrize("route", ROUTES)
def test_no_url_breaks_on_an_odd_method(client, settings, tmp_path, route):
    settings.MEDIA_ROOT = tmp_path
    for method in ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "BREW"):
        assert client.generic(method, filled_in(route, "1")).status_code < 500, method


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/catalogue/x%00_1/",
        "/catalogue/x_" + "1" * 5000 + "/",
        "/checkout/thank-you/%00/",
        "/wishlists/%00/",
        "/accounts/alerts/confirm/%00/",
        "/media/%00.png",
        "/static/%00.css",
        "/" + "x" * 10_000,
    ],
    ids=lambda path: path[:30],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_unreadable_path_is_refused_in_our_face(client, method, path):
    answer = client.generic(method, path)
    assert (answer.status_code, UNREADABLE in answer.content.decode()) == (400, True)


@pytest.mark.parametrize("referrer", ["\xff", "home", ".", "//evil.example/", "https://evil.example/", "http://["])
def test_page_that_nobody_came_from_leads_to_our_own(filled, soap, referrer):
    answer = filled.post(reverse("basket:add", args=[soap.pk]), {"quantity": "1"}, HTTP_REFERER=referrer)
    assert (answer.status_code, answer["Location"]) == (302, "/basket/")


@pytest.mark.parametrize("path", ["/", "/basket/", "/search/", "/nowhere/"])
def test_query_of_thousands_of_fields_is_refused_in_our_face(client, settings, path):
    query = "a=1&" * (settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)
    answer = client.get(f"{path}?{query}")
    assert (answer.status_code, UNREADABLE in answer.content.decode()) == (400, True)


@pytest.mark.parametrize(
    "path",
    [
        "/catalogue/soap_999999/",
        f"/catalogue/soap_{HUGE}/",
        f"/catalogue/category/care_{HUGE}/",
        "/catalogue/ranges/nowhere/",
        "/offers/nowhere/",
        "/promises/nowhere/",
        "/checkout/thank-you/nowhere/",
        "/checkout/unpaid/00000000-0000-0000-0000-000000000000/",
        "/wishlists/nowhere/",
        "/media/" + "x" * 300,
        "/media/%2fetc%2fpasswd",
        "/%ff%fe/",
    ],
)
def test_what_does_not_exist_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_nothing_outside_the_media_folder_is_given_away(client):
    assert client.get("/media/..%2f..%2fmanage.py").status_code == 400


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "GET"])
def test_adding_takes_no_other_method_than_post(filled, soap, method):
    assert filled.generic(method, reverse("basket:add", args=[soap.pk])).status_code == 405
    assert quantities(filled) == {"Soap": 1}


# Headers


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Accept-Language", "x" * 5000),
        ("Accept-Language", "en;q=nan,*,,;;\xff"),
        ("If-Modified-Since", "Mon, 99 Foo 9999 99:99:99 GMT"),
        ("If-None-Match", '"' * 500),
        ("Referer", "http://["),
        ("Cookie", "sessionid=\xff\xfe; csrftoken=\xff; messages=[[; oscar_history=x"),
        ("Cookie", "sessionid=" + "y" * 5000),
        ("Cookie", f"oscar_history=[{HUGE}]"),
    ],
)
def test_garbage_in_a_header_is_passed_over(client, soap, header, value):
    assert client.get(soap.get_absolute_url(), headers={header: value}).status_code == 200


def test_garbage_in_a_date_does_not_hide_a_picture(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    Path(tmp_path / "soap.png").write_bytes(b"picture")
    answer = client.get("/media/soap.png", headers={"If-Modified-Since": "x"})
    assert b"".join(answer.streaming_content) == b"picture"


@pytest.mark.parametrize("host", ["evil.example", "a b", "[::1", "\xff"])
def test_foreign_host_is_refused(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize(
    "url",
    [
        "//evil.example/",
        "https://evil.example/",
        r"/\evil.example",
        "javascript:alert(1)",
        "///evil.example",
        "http://[",
    ],
)
def test_nobody_is_sent_to_a_foreign_site(client, soap, url):
    answer = client.post(reverse("basket:add", args=[soap.pk]), {"quantity": "1", "next": url})
    assert answer.url == "/basket/"


# Cookies


FORGERIES = {
    "unsigned": str,
    "wrongly signed": lambda pk: f"{pk}:x",
    "signed with another key": signing.Signer(key="another").sign,
    "huge": lambda pk: f"{HUGE}:{pk}",
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_basket_of_somebody_else_cannot_be_claimed(filled, forge):
    basket = filled.get("/basket/").context["basket"]
    thief = Client()
    thief.cookies["oscar_open_basket"] = forge(basket.pk)
    assert quantities(thief) == {}


def test_forged_session_holds_nothing(filled):
    stranger = Client()
    stranger.cookies["sessionid"] = "x" * 32
    assert quantities(stranger) == {}
    assert not Session.objects.filter(pk="x" * 32).exists()


@pytest.mark.parametrize("token", [None, "", "x", "x" * 64, "\xff", "y" * 5000])
def test_form_without_our_token_changes_nothing(filled, soap, token):
    filled.handler.enforce_csrf_checks = True
    form = {"quantity": "1"} | ({"csrfmiddlewaretoken": token} if token is not None else {})
    assert filled.post(reverse("basket:add", args=[soap.pk]), form).status_code == 403
    assert quantities(filled) == {"Soap": 1}


# Bodies


@pytest.mark.parametrize(
    ("body", "content_type", "status", "says"),
    [
        ("quantity=" + "1" * 3_000_000, "application/x-www-form-urlencoded", 413, "That is more than we can take."),
        ("a=1&" * 6000, "application/x-www-form-urlencoded", 400, UNREADABLE),
        ("--x", "multipart/form-data", 400, UNREADABLE),
    ],
    ids=["three megabytes", "thousands of fields", "no boundary"],
)
@pytest.mark.parametrize("url", ["/basket/", "/checkout/", "/basket/vouchers/add/", "/accounts/login/"])
def test_body_that_cannot_be_read_is_refused_in_our_face(filled, url, body, content_type, status, says):
    answer = filled.post(url, body, content_type=content_type)
    assert (answer.status_code, says in answer.content.decode()) == (status, True)
    assert quantities(filled) == {"Soap": 1}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("", "application/x-www-form-urlencoded"),
        ('{"quantity": 3', "application/json"),
        ("quantity=3", "text/plain"),
        (b"quantity=%ff&\xff=\xfe", "application/x-www-form-urlencoded"),
        ('--x\r\nContent-Disposition: form-data; name="quantity"\r\n\r\n3', "multipart/form-data; boundary=x"),
    ],
    ids=["nothing", "JSON", "plain text", "no UTF-8", "cut off"],
)
@pytest.mark.parametrize("url", ["/basket/", "/checkout/", "/basket/vouchers/add/", "/basket/saved/"])
def test_body_of_another_kind_changes_nothing(filled, url, body, content_type):
    assert filled.post(url, body, content_type=content_type, follow=True).status_code == 200
    assert quantities(filled) == {"Soap": 1}


# What staff change while a shopper shops


@pytest.fixture
def without_price(filled, soap) -> Client:
    """The same browser, with a brush beside the soap, whose price staff have taken away."""
    brush = make_product(title="Brush", price="24.00")
    filled.post(reverse("basket:add", args=[brush.pk]), {"quantity": "1"})
    soap.stockrecords.update(price=None)
    return filled


def test_line_that_lost_its_price_is_marked(without_price):
    assert "We no longer sell this." in text_of(without_price.get("/basket/"))


def test_line_that_lost_its_price_does_not_keep_others_from_being_changed(without_price):
    without_price.post("/basket/", form_of(without_price) | {"form-1-quantity": "2"})
    assert quantities(without_price) == {"Soap": 1, "Brush": 2}


def test_line_that_lost_its_price_can_be_taken_out(without_price):
    without_price.post("/basket/", form_of(without_price) | {"form-0-DELETE": "on"})
    assert quantities(without_price) == {"Brush": 1}


def test_product_without_price_is_not_sold(client, soap):
    soap.stockrecords.update(price=None)
    page = client.get(soap.get_absolute_url())
    assert "Add to basket" not in text_of(page)


def test_size_without_price_leaves_the_others_on_sale(client):
    gel = make_gel(("20 g", 5), ("60 g", 5))
    StockRecord.objects.filter(product__title="20 g").update(price=None)
    page = text_of(client.get(gel.get_absolute_url()))
    assert "From $18.00" in page
    assert "Add to basket" in page


LOST = {
    "deleted": lambda soap: soap.delete(),
    "hidden": lambda soap: Product.objects.filter(pk=soap.pk).update(is_public=False),
    "without stock record": lambda soap: soap.stockrecords.all().delete(),
    "without price": lambda soap: soap.stockrecords.update(price=None),
    "sold out": lambda soap: soap.stockrecords.update(num_in_stock=0),
    "of unknown stock": lambda soap: soap.stockrecords.update(num_in_stock=None),
}


@pytest.mark.parametrize("change", LOST.values(), ids=LOST)
def test_what_was_lost_since_the_checkout_was_opened_is_not_sold(filled, change, soap):
    make_countries()
    brush = make_product(title="Brush")
    filled.post(reverse("basket:add", args=[brush.pk]), {"quantity": "1"})
    shopper = Shopper()
    shopper.client = filled
    seen = shopper.seen()
    change(soap)
    answer = shopper.press_pay(seen=seen)
    assert answer.status_code == 200
    assert not Order.objects.exists()
    assert quantities(filled)["Brush"] == 1


def test_size_with_an_overlong_name_is_sold(shopper, stripe):
    size = make_gel(("60 g", 5)).children.get()
    Product.objects.update(title="A night serum with retinol. " * 9)
    shopper.add(size)
    assert shopper.press_pay().status_code == 303
    assert len(Order.objects.get().lines.get().title) == 255


def test_shopper_whose_session_ended_during_checkout_reads_what_to_do(filled):
    filled.logout()
    page = filled.post(reverse("checkout:index"), ABROAD, follow=True)
    assert "If you were signed in, sign in again, and it is as you left it." in page.content.decode()


# What people are called, and where they live

ABROAD = {
    "first_name": "محمد",
    "last_name": "بن راشد",
    "line1": "١٢ شارع الورد 🏡",
    "line4": "Montréal",
    "state": "QC",
    "postcode": "H2X 1Y4",
    "country": "CA",
}


@pytest.fixture
def abroad(shopper, stripe, soap):
    """The paid order of somebody whose name is written from right to left."""
    shopper.add(soap)
    stripe.pay(shopper.press_pay(**ABROAD).url)
    shopper.client.get(f"/checkout/return/?session_id={PaymentAttempt.objects.get().session_id}")
    return Order.objects.get()


def test_every_alphabet_reaches_the_order(abroad):
    address = abroad.shipping_address
    assert (address.first_name, address.last_name, address.line1) == ("محمد", "بن راشد", "١٢ شارع الورد 🏡")


def test_every_alphabet_reaches_the_letter(abroad, run_tasks, mailoutbox):
    run_tasks()
    assert all("١٢ شارع الورد 🏡" in part for part in (mailoutbox[0].body, mailoutbox[0].alternatives[0].content))


def test_every_alphabet_reaches_stripe(shopper, stripe):
    shopper.add(make_product(title="صابون 🧼"))
    assert shopper.press_pay(**ABROAD).status_code == 303
    assert PaymentAttempt.objects.get().request["line_items"][0]["price_data"]["product_data"]["name"] == "صابون 🧼"
