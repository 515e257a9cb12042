"""Pages for everybody: who gets them, what is in them, and what makes them stale."""

import gzip
import re
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import brotli
import pytest
from django.conf import settings as shop_settings
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIRequest
from django.core.management import call_command
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from oscar.core.loading import get_model

from blog.models import Author, Post, ProductPick
from shop.promises.models import Promise
from shop.search.models import MissedSearch
from shop.shared_pages.addresses import view_to_keep
from shop.shared_pages.keeping import Shelf, shelf
from shop.shared_pages.middleware import SharedPagesMiddleware
from shop.shared_pages.models import Change
from shop.shared_pages.pages import Page
from shop.shared_pages.tasks import KEPT_NOTES, MOST_NOTES, forget_changes
from shop.shared_pages.versions import LOOKS_EVERY, versions
from shop.shared_pages.watching import DIALECTS, watched
from tests.blog.factories import add
from tests.conftest import Shopper
from tests.factories import make_countries, make_product

Category = get_model("catalogue", "Category")
Order = get_model("order", "Order")
StockRecord = get_model("partner", "StockRecord")

pytestmark = pytest.mark.django_db

BASKET_OF_ONE = re.compile(r"data-basket-count>1<")


@pytest.fixture(autouse=True)
def kept(settings):
    """Pages are kept, as in production, and none is yet."""
    settings.SHARED_PAGES = {**settings.SHARED_PAGES, "ARE_KEPT": True}
    cache.clear()
    _forget()
    yield
    _forget()


def _forget() -> None:
    shelf.clear()
    versions.forget()


@pytest.fixture
def soap(promises):
    return make_product(title="Plain Soap", price="9.00", stock=5)


@pytest.fixture
def guide(promises):
    return Post.objects.create(
        title="On Soap",
        slug="on-soap",
        summary="What it does.",
        author=Author.objects.create(name="The editors", slug="the-editors"),
        status=Post.Status.PUBLISHED,
        publish_at=timezone.now() - timedelta(days=1),
    )


def page_of(thing, client: Client | None = None, **headers: str) -> HttpResponse:
    path = thing if isinstance(thing, str) else thing.get_absolute_url()
    return (client or Client()).get(path, headers=headers)


def headers_of(response: HttpResponse) -> dict[str, str]:
    return {name: value for name, value in response.items() if name != "X-Request-ID"}


def text_of(thing, client: Client | None = None) -> str:
    return page_of(thing, client).content.decode()


def number_of_queries(thing, client: Client | None = None) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert page_of(thing, client).status_code == 200
    return len(asked)


def let_it_be_noticed() -> None:
    time.sleep(LOOKS_EVERY * 1.2)


# Who gets what


def test_second_stranger_gets_the_page_of_the_first_without_a_question_about_it(soap):
    first = page_of(soap)
    let_it_be_noticed()
    assert number_of_queries(soap) == 1  # whether anything changed
    again = page_of(soap)
    assert again.content == first.content
    assert headers_of(again) == headers_of(first)
    assert {"Content-Security-Policy", "Referrer-Policy"} <= headers_of(again).keys()


def test_page_for_everybody_sets_no_cookie_and_may_be_kept_by_others_for_a_second(soap):
    for response in (page_of(soap), page_of(soap)):
        assert not response.cookies
        assert response["Cache-Control"] == "public, max-age=0, s-maxage=1"
        assert response["Vary"] == "Accept-Encoding, Cookie"
        assert response["X-Frame-Options"] == "DENY"


def test_browser_that_has_the_page_is_told_so(soap):
    etag = page_of(soap)["ETag"]
    again = page_of(soap, **{"If-None-Match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)


def test_browser_gets_the_page_again_for_the_sake_of_its_headers():
    pages = [Page.made_of(HttpResponse("the same", headers={"Policy": each}), view="home") for each in "ab"]
    assert len({page.etag for page in pages if page}) == 2


@pytest.mark.parametrize("accepted", ["gzip, br", "gzip", "identity"])
def test_page_comes_compressed_as_the_browser_can_read_it(soap, accepted):
    plain = page_of(soap).content
    response = page_of(soap, **{"Accept-Encoding": accepted})
    encoding = response.get("Content-Encoding", "identity")
    assert encoding in accepted
    assert _unpacked(response.content, encoding) == plain
    assert int(response["Content-Length"]) == len(response.content)


def _unpacked(content: bytes, encoding: str) -> bytes:
    return {"br": brotli.decompress, "gzip": gzip.decompress, "identity": bytes}[encoding](content)


def test_shopper_with_a_basket_gets_the_page_with_his_own_number_and_nobody_elses(soap):
    alex, blake = Shopper(), Shopper()
    alex.add(soap)
    blake.add(soap, 3)
    alex.client.get("/basket/"), blake.client.get("/basket/")  # what adding had to say is said
    stranger = text_of(soap)
    let_it_be_noticed()
    assert number_of_queries(soap, alex.client) <= 2
    page = page_of(soap, alex.client)
    assert BASKET_OF_ONE.search(page.content.decode())
    assert page["Cache-Control"] == "private, max-age=0"
    assert "data-basket-count>3<" in text_of(soap, blake.client)
    assert text_of(soap) == stranger
    assert "data-basket-count hidden>0<" in stranger


def test_shoppers_own_page_differs_from_everybodys_in_nothing_but_the_number(soap, settings):
    alex = Shopper()
    alex.add(soap)
    alex.client.get("/basket/")
    put_together = text_of(soap, alex.client)
    settings.SHARED_PAGES = {**settings.SHARED_PAGES, "ARE_KEPT": False}
    token = re.compile(r'\s*<input type="hidden" name="csrfmiddlewaretoken" value="\w+">')
    assert put_together.split() == token.sub("", text_of(soap, alex.client)).split()


def test_basket_whose_order_waits_to_be_paid_gets_a_page_of_its_own(soap, stripe):
    make_countries()
    StockRecord.objects.filter(product=soap).update(num_in_stock=1)
    alex = Shopper()
    alex.add(soap)
    alex.press_pay()
    basket = Order.objects.get().basket
    basket.thaw()
    alex.client.cookies.pop("sessionid", None)
    assert "Sold out" in text_of(soap)
    assert "Sold out" not in text_of(soap, alex.client)


def test_basket_cookie_that_we_did_not_sign_gets_a_page_of_its_own(soap):
    client = Client()
    client.cookies["oscar_open_basket"] = "1:forged"
    response = page_of(soap, client)
    assert response.status_code == 200
    assert "public" not in response.get("Cache-Control", "")


def test_account_gets_a_page_of_its_own(soap, django_user_model):
    client = Client()
    client.force_login(django_user_model.objects.create_user("alex", "alex@example.com", "a-good-long-one"))
    page_of(soap)
    own = page_of(soap, client)
    assert "Sign in" not in own.content.decode()
    assert "public" not in own.get("Cache-Control", "")
    assert "Sign in" in text_of(soap)


@pytest.fixture
def member(django_user_model):
    """Somebody whose pages are all made anew."""
    client = Client()
    client.force_login(django_user_model.objects.create_user("alex", "alex@example.com", "a-good-long-one"))
    return client


def test_menu_of_pages_that_are_made_anew_is_fetched_once_and_follows_each_change(soap, member):
    shelf_of_soap = Category.add_root(name="Soaps", slug="soaps")
    let_it_be_noticed()
    first = number_of_queries(soap, member)
    assert number_of_queries(soap, member) < first
    assert ">Soaps<" in text_of(soap, member)
    shelf_of_soap.name = "Bars"
    shelf_of_soap.save()
    let_it_be_noticed()
    assert ">Bars<" in text_of(soap, member)


@pytest.mark.parametrize("query", ["", "?in_stock=1", "?price_from=1"])
def test_products_of_a_list_that_is_made_anew_are_counted_once_and_follow_each_change(soap, member, query):
    path = reverse("catalogue:index") + query
    make_product(title="Plain Oil", price="12.00", stock=0)
    let_it_be_noticed()
    first = number_of_queries(path, member)
    assert number_of_queries(path, member) < first
    before = text_of(path, member)
    make_product(title="Plain Gel", price="12.00", stock=1)
    let_it_be_noticed()
    number = 2 if "stock" in query else 3
    assert f">{number - 1} product" in before
    assert f">{number} products<" in text_of(path, member)


def test_guides_of_a_list_that_is_made_anew_follow_each_change(soap, guide, member):
    shelf_of_soap = Category.add_root(name="Soaps", slug="soaps")
    soap.categories.add(shelf_of_soap)
    let_it_be_noticed()
    assert "On Soap" not in text_of(shelf_of_soap, member)
    add(guide, ProductPick, product=soap, why="It lathers.")
    let_it_be_noticed()
    assert "On Soap" in text_of(shelf_of_soap, member)


def test_samples_where_nothing_is_found_follow_each_change(soap):
    call_command("rebuild_search", verbosity=0)
    Category.add_root(name="Soaps", slug="soaps").product_set.add(soap)
    let_it_be_noticed()
    assert "Plain Soap" in text_of("/search/?q=umbrella")
    soap.is_public = False
    soap.save()
    let_it_be_noticed()
    assert "Plain Soap" not in text_of("/search/?q=umbrella")


def test_what_adding_had_to_say_is_said_on_the_next_page_and_to_nobody_else(soap):
    client = Client()
    client.post(reverse("basket:add", args=[soap.pk]), {"quantity": 1, "next": soap.get_absolute_url()})
    assert "data-messages" in text_of(soap, client)
    assert "data-messages" not in text_of(soap)


def test_nothing_of_who_asks_gets_into_the_page(soap):
    client = Client(REMOTE_ADDR="203.0.113.9")
    client.cookies["theme"] = "cookie-of-somebody"
    told = {"User-Agent": "browser-of-somebody", "Referer": "https://somebody.example/", "Accept-Language": "ar"}
    page_of(f"{soap.get_absolute_url()}?utm_source=letter-to-somebody", client, **told)
    text = text_of(soap)
    assert "somebody" not in text
    assert 'lang="en-us"' in text


def test_tracking_in_an_address_makes_no_page_of_its_own(soap):
    page_of(soap)
    let_it_be_noticed()
    assert number_of_queries(f"{soap.get_absolute_url()}?utm_source=letter&gclid=1") == 1


@pytest.mark.parametrize("query", ["?anything=1", "?page=%ff", f"?page={'1' * 700}", "?page=\0"])
def test_address_that_no_page_reads_is_answered_and_not_kept(promises, query):
    Category.add_root(name="Treat")
    response = page_of(f"/catalogue/{query}")
    assert response.status_code in (200, 404)
    assert "public" not in response.get("Cache-Control", "")


def test_endless_path_is_refused_and_not_remembered():
    view_to_keep.cache_clear()
    assert page_of(f"/{'a' * 3000}/").status_code == 400
    assert view_to_keep.cache_info().currsize == 0


@pytest.mark.parametrize("path", ["/healthz/", "/static/css/tokens.css", "/nothing/here/"])
def test_nothing_is_asked_about_what_is_never_kept(path, django_assert_num_queries):
    with django_assert_num_queries(0):
        middleware = SharedPagesMiddleware(lambda request: HttpResponse("its own"))
        assert middleware(RequestFactory().get(path)).content == b"its own"


def test_page_that_is_not_there_is_answered_and_not_kept(promises):
    assert page_of("/blog/nothing-here/").status_code == 404
    assert page_of("/blog/nothing-here/").status_code == 404
    assert not any("page:" in key and not key.endswith(":making") for key in cache._cache)


def test_forms_of_a_page_for_everybody_work_where_they_came_from_and_nowhere_else(soap):
    browser = Client(enforce_csrf_checks=True)
    assert "csrfmiddlewaretoken" not in text_of(soap, browser)
    add = reverse("basket:add", args=[soap.pk])
    form = {"quantity": 1}
    assert browser.post(add, form, headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert browser.post(add, form, headers={"Origin": "null"}).status_code == 403
    assert browser.post(add, form).status_code == 403
    assert browser.post(add, form, secure=True).status_code == 403
    assert browser.post(add, form, headers={"Origin": "http://testserver"}).status_code == 302
    referred = {"Referer": "https://testserver/"}
    assert browser.post(add, form, headers=referred, secure=True).status_code == 302
    assert browser.post(add, form, headers={"Referer": "https://elsewhere.example/"}, secure=True).status_code == 403


def test_search_that_finds_nothing_is_recorded_each_time(soap):
    call_command("rebuild_search", verbosity=0)
    for _ in range(2):
        assert "public" not in page_of("/search/?q=razorblade").get("Cache-Control", "")
        assert "public" in page_of("/search/?q=soap")["Cache-Control"]
    assert MissedSearch.objects.get().times == 2


# What makes it stale


def change_price(soap, guide):
    StockRecord.objects.filter(product=soap).update(price="12.50")


def sell_out(soap, guide):
    soap.stockrecords.get().allocate(5)


def rename(soap, guide):
    soap.title = "Plainer Soap"
    soap.save()


def edit_guide(soap, guide):
    Post.objects.filter(pk=guide.pk).update(title="On Plain Soap")


def take_down(soap, guide):
    guide.delete()


def change_promise(soap, guide):
    Promise.objects.filter(slug="returns").update(line="Something else.")


def add_category(soap, guide):
    Category.add_root(name="Shave")


def write_by_hand(soap, guide):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalogue_product SET title = 'By hand' WHERE id = %s", [soap.pk])


@pytest.mark.parametrize(
    "change",
    [change_price, sell_out, rename, edit_guide, take_down, change_promise, add_category, write_by_hand],
    ids=lambda change: change.__name__,
)
def test_change_of_what_pages_show_is_seen_within_a_second(soap, guide, change: Callable[..., None]):
    pages = [soap.get_absolute_url(), "/blog/", reverse("catalogue:index")]
    before = [text_of(page) for page in pages]
    change(soap, guide)
    let_it_be_noticed()
    assert [text_of(page) for page in pages] != before


def test_unit_sold_that_leaves_others_on_the_shelf_makes_nothing_stale(soap):
    notes = Change.objects.count()
    record = soap.stockrecords.get()
    record.allocate(2)
    record.consume_allocation(1)
    record.cancel_allocation(1)
    assert Change.objects.count() == notes


def test_order_makes_nothing_stale(soap, stripe):
    make_countries()
    alex = Shopper()
    alex.add(soap)
    notes = Change.objects.count()
    alex.press_pay()
    assert Order.objects.count() == 1
    assert Change.objects.count() == notes


def test_what_is_rolled_back_makes_nothing_stale(soap):
    notes = Change.objects.count()
    with transaction.atomic():
        StockRecord.objects.filter(product=soap).update(price="12.50")
        assert Change.objects.count() == notes + 1
        transaction.set_rollback(True)
    assert Change.objects.count() == notes


def test_scheduled_guide_comes_out_without_any_change(guide):
    moment = timezone.now() + timedelta(seconds=1.5)
    Post.objects.create(
        title="Out Later",
        slug="out-later",
        summary="It comes.",
        author=guide.author,
        status=Post.Status.SCHEDULED,
        publish_at=moment,
    )
    let_it_be_noticed()
    assert "Out Later" not in text_of("/blog/")
    time.sleep((moment - timezone.now()).total_seconds() + LOOKS_EVERY)
    assert "Out Later" in text_of("/blog/")


def test_every_table_that_pages_show_is_watched():
    dialect = DIALECTS[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(dialect.existing)
        assert len(cursor.fetchall()) == len([*dialect.triggers()]) >= 2 * len([*watched()])


def test_old_notes_are_forgotten_once_there_are_many(soap):
    Change.objects.bulk_create([Change() for _ in range(MOST_NOTES - Change.objects.count())])
    forget_changes.func()
    assert Change.objects.count() == MOST_NOTES
    newest = Change.objects.create()
    forget_changes.func()
    assert Change.objects.count() == KEPT_NOTES
    assert Change.objects.filter(pk=newest.pk).exists()


# When much or little is there


@pytest.mark.django_db(transaction=True)
def test_thousand_misses_make_a_page_once():
    made = []

    def slow_shop(request: WSGIRequest) -> HttpResponse:
        made.append(request.path)
        time.sleep(0.3)
        return HttpResponse("the page")

    middleware = SharedPagesMiddleware(slow_shop)
    answers = []

    def ask() -> None:
        answers.append(middleware(RequestFactory().get("/")))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(1000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == ["/"]
    assert {answer.content for answer in answers} == {b"the page"}


def test_without_a_cache_pages_are_made_and_right(soap, settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    assert "Plain Soap" in text_of(soap)
    rename(soap, None)
    let_it_be_noticed()
    assert "Plainer Soap" in text_of(soap)


def test_processes_share_what_one_of_them_made(soap):
    page_of(soap)
    keys = [key.split(":", 2)[2] for key in cache._cache if ":making" not in key and "page:" in key]
    assert len(keys) == 1
    assert Shelf().find(keys[0]).plain == page_of(soap).content


def test_nothing_is_kept_where_the_shop_says_so(soap, settings):
    settings.SHARED_PAGES = {**shop_settings.SHARED_PAGES, "ARE_KEPT": False}
    assert "public" not in page_of(soap).get("Cache-Control", "")
