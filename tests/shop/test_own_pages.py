"""The basket's page, given again as it was: to whom, and until when."""

import gzip
import re
from decimal import Decimal

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from oscar.core.loading import get_model

from shop.databases import reading
from shop.promises.models import Promise
from shop.shared_pages.own_pages import OwnPagesMiddleware
from shop.shared_pages.versions import versions
from tests.conftest import Shopper
from tests.factories import make_product, make_voucher
from tests.shop.books import books

Basket = get_model("basket", "Basket")
Benefit = get_model("offer", "Benefit")
Condition = get_model("offer", "Condition")
ConditionalOffer = get_model("offer", "ConditionalOffer")
Product = get_model("catalogue", "Product")
Range = get_model("offer", "Range")
StockRecord = get_model("partner", "StockRecord")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_parts")]

BASKET = "/basket/"


@pytest.fixture
def shopper(shopper) -> Shopper:
    """One who has seen his basket, with three soaps in it."""
    shopper.add(make_product(price="18.00", stock=5), 3)
    for _ in range(2):  # the first answer brings a cookie, and what is said of the addition
        look(shopper)
    return shopper


def look(shopper: Shopper, **headers: str) -> HttpResponse:
    """Open the basket's page, as a moment later."""
    versions.forget()
    return shopper.client.get(BASKET, headers=headers)


def text(response: HttpResponse) -> str:
    return response.content.decode()


def is_made(response: HttpResponse) -> bool:
    return bool(response.templates)


def test_page_that_shows_the_same_is_given_again(shopper, django_assert_max_num_queries):
    made = look(shopper, accept_encoding="identity")
    with django_assert_max_num_queries(2):  # the basket with its lines and their stock, and the version
        again = shopper.client.get(BASKET, headers={"accept-encoding": "identity"})
    assert (is_made(made), is_made(again)) == (True, False)
    assert again.content == made.content
    assert _headers(again) == _headers(made)


def _headers(response: HttpResponse) -> dict[str, str]:
    return {name: value for name, value in response.items() if name != "X-Request-ID"}


def _more(shopper: Shopper) -> None:
    shopper.add(Product.objects.get())


def _less_in_stock(shopper: Shopper) -> None:
    StockRecord.objects.update(num_in_stock=2)


def _held_by_another(shopper: Shopper) -> None:
    StockRecord.objects.update(num_allocated=4)


def _sold_out(shopper: Shopper) -> None:
    StockRecord.objects.update(num_in_stock=0)


def _dearer(shopper: Shopper) -> None:
    StockRecord.objects.update(price=Decimal("19.00"))


def _renamed(shopper: Shopper) -> None:
    Product.objects.update(title="Another Soap")


def _no_longer_sold(shopper: Shopper) -> None:
    Product.objects.update(is_public=False)


def _cheaper_by_an_offer(shopper: Shopper) -> None:
    offer()


def _another_promise(shopper: Shopper) -> None:
    Promise.objects.filter(slug="returns").update(title="Sent back for longer")


@pytest.mark.parametrize(
    "change",
    [
        _more,
        _less_in_stock,
        _held_by_another,
        _sold_out,
        _dearer,
        _renamed,
        _no_longer_sold,
        _cheaper_by_an_offer,
        _another_promise,
    ],
)
def test_whatever_it_shows_shows_at_once(shopper, change):
    before = text(look(shopper))
    change(shopper)
    after = look(shopper)
    assert is_made(after)
    assert text(after) != before


def test_each_basket_has_a_page_of_its_own(shopper):
    look(shopper)
    other = Shopper()
    other.add(make_product(title="Plain Comb"))
    for _ in range(3):
        shown = text(look(other))
    assert ("Plain Comb" in shown, "Plain Soap" in shown) == (True, False)
    assert "Plain Soap" in text(look(shopper))


def test_another_browser_with_the_same_basket_gets_its_own_token(shopper):
    look(shopper)
    other = Shopper()
    other.client = Client(enforce_csrf_checks=True)
    other.client.cookies["oscar_open_basket"] = shopper.client.cookies["oscar_open_basket"].value
    for _ in range(3):
        page = text(look(other))
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    line = Basket.objects.get().lines.get()
    form = {
        "form-TOTAL_FORMS": 1,
        "form-INITIAL_FORMS": 1,
        "form-0-id": line.pk,
        "form-0-quantity": 4,
        "csrfmiddlewaretoken": token,
    }
    assert other.client.post(BASKET, form).status_code == 302
    assert shopper.basket() == {"Plain Soap": 4}


def test_page_is_compressed_only_for_who_can_read_it(shopper):
    packed, plain = ([look(shopper, accept_encoding=how) for _ in range(2)] for how in ("gzip", "identity"))
    assert [is_made(each) for each in packed + plain] == [True, False, True, False]
    assert len(gzip.decompress(packed[1].content)) == len(plain[1].content)  # their tokens are written anew


def offer(**limits) -> ConditionalOffer:
    """Ten percent off everything."""
    everything = Range.objects.create(name="All", includes_all_products=True)
    return ConditionalOffer.objects.create(
        name="Ten off",
        condition=Condition.objects.create(range=everything, type=Condition.COUNT, value=1),
        benefit=Benefit.objects.create(range=everything, type=Benefit.PERCENTAGE, value=Decimal(10)),
        **limits,
    )


# --- Where there is more to it than a basket


@pytest.mark.parametrize(
    "limit", [{"max_discount": Decimal(2)}, {"max_global_applications": 1}, {"max_user_applications": 1}]
)
def test_offer_that_ends_when_it_was_used_is_asked_for_each_time(shopper, limit):
    limited = offer(**limit)
    assert "Ten off" in text(look(shopper))
    ConditionalOffer.objects.filter(pk=limited.pk).update(num_applications=1, total_discount=Decimal(2))
    if "max_user_applications" not in limit:
        assert "−$" not in text(look(shopper))
    assert is_made(look(shopper))


def test_basket_with_a_voucher_is_priced_each_time(shopper):
    make_voucher()
    shopper.client.post(reverse("basket:vouchers-add"), {"code": "TENOFF"})
    assert [is_made(look(shopper)) for _ in range(3)] == [True] * 3


def test_basket_whose_order_waits_to_be_paid_is_priced_each_time(shopper, stripe):
    shopper.press_pay()
    assert books().order == "Pending payment"
    assert [is_made(look(shopper)) for _ in range(3)] == [True] * 3


def test_customer_s_basket_is_made_each_time(shopper, django_user_model):
    shopper.client.force_login(django_user_model.objects.create_user("alex", "alex@example.com"))
    assert [is_made(look(shopper)) for _ in range(3)] == [True] * 3


def test_what_is_said_of_an_addition_is_said_once(shopper):
    _more(shopper)
    said = ["Plain Soap</strong> is in your basket" in text(look(shopper)) for _ in range(3)]
    assert said == [True, False, False]


def test_first_answer_with_its_cookie_is_not_kept(shopper):
    look(shopper)
    del shopper.client.cookies["csrftoken"]
    assert "csrftoken" in look(shopper).cookies


@pytest.mark.parametrize("cookie", ["", "1:forged", "none"])
def test_forged_cookie_holds_no_basket(client, cookie):
    client.cookies["oscar_open_basket"] = cookie
    assert "Your basket is empty" in text(client.get(BASKET))


def test_address_with_a_question_is_made_each_time(shopper):
    assert [is_made(shopper.client.get(BASKET, {"a": 1})) for _ in range(2)] == [True, True]


def test_development_makes_it_each_time(shopper, settings):
    settings.SHARED_PAGES = {**settings.SHARED_PAGES, "ARE_KEPT": False}
    assert [is_made(look(shopper)) for _ in range(3)] == [True] * 3


# --- While it is made


def request_of(shopper: Shopper) -> WSGIRequest:
    request = RequestFactory().get(BASKET)
    request.COOKIES = {name: cookie.value for name, cookie in shopper.client.cookies.items() if cookie.value}
    return request


def test_what_changes_while_it_is_made_is_not_kept(shopper):
    made = []

    def sell(request: WSGIRequest) -> HttpResponse:
        made.append(request)
        StockRecord.objects.update(num_in_stock=5 - len(made))
        return HttpResponse(f"{len(made)}")

    middleware = OwnPagesMiddleware(sell)
    assert [middleware(request_of(shopper)).content for _ in range(2)] == [b"1", b"2"]


@pytest.mark.parametrize("answer", [{"status": 500}, {"status": 302}])
def test_only_a_page_is_kept(shopper, answer):
    middleware = OwnPagesMiddleware(lambda request: HttpResponse("Not a page", **answer))
    middleware(request_of(shopper))
    middleware.get_response = lambda request: HttpResponse("A page")
    assert middleware(request_of(shopper)).content == b"A page"


def test_it_is_made_of_what_the_primary_says(shopper, monkeypatch):
    monkeypatch.setattr(reading, "_usable_replica", lambda: "replica1")
    middleware = OwnPagesMiddleware(lambda request: HttpResponse(reading.source()))
    with reading.may_lag():
        assert middleware(request_of(shopper)).content == b"default"
