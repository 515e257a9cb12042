"""Whatever is refused is said in our face to people and in a line to machines, and nothing is said of how we work."""

import re

import html5lib
import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client

from shop import throttle
from shop.basket.views import BasketView
from shop.body_size import MOST_BYTES
from shop.throttle import Throttle
from tests.shop.test_pages import text_of

pytestmark = pytest.mark.django_db

INNARDS = re.compile(
    r"Traceback|django|gunicorn|python|\.py\b|/(?:srv|tmp|root|usr)/|SECRET|Exception|RuntimeError", re.I
)


def fails(*_args: object, **_kwargs: object) -> HttpResponse:
    raise RuntimeError(f"Cannot read {settings.BASE_DIR}/manage.py")


def forbidden(client: Client, **headers: str) -> HttpResponse:
    client.force_login(get_user_model().objects.create_user("alex", "alex@example.com", "plain-care"))
    return client.get("/dashboard/orders/", headers=headers)


def forged(client: Client, **headers: str) -> HttpResponse:
    client.handler.enforce_csrf_checks = True
    return client.post("/contact/", headers=headers)


REFUSED = {
    "400": (400, lambda client, **headers: client.get("/" + "x" * 2500, headers=headers)),
    "403": (403, forbidden),
    "403 forged": (403, forged),
    "404": (404, lambda client, **headers: client.get("/nowhere/", headers=headers)),
    "405": (405, lambda client, **headers: client.put("/", headers=headers)),
    "405 webhook": (405, lambda client, **headers: client.get("/stripe/webhook/", headers=headers)),
    "413": (413, lambda client, **headers: client.post("/contact/", {"text": "x" * MOST_BYTES}, headers=headers)),
    "429": (429, lambda client, **headers: client.post("/basket/vouchers/add/", headers=headers)),
    "500": (500, lambda client, **headers: client.get("/basket/", headers=headers)),
}


@pytest.fixture
def client(monkeypatch) -> Client:
    monkeypatch.setattr(throttle, "ANY_FORM", Throttle("any form", most=1))
    monkeypatch.setattr(BasketView, "get", fails)
    visitor = Client(raise_request_exception=False)
    visitor.post("/basket/vouchers/add/")
    return visitor


@pytest.mark.parametrize("name", REFUSED)
def test_people_read_a_page_of_ours(client, name):
    status, ask = REFUSED[name]
    answer = ask(client, accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    page = answer.content.decode()
    parser = html5lib.HTMLParser()
    parser.parse(page)
    assert parser.errors == []
    assert "The Modern Gentlemen" in page
    assert page.count("<h1") == 1
    assert not INNARDS.search(text_of(answer))


@pytest.mark.parametrize("name", REFUSED)
def test_machines_read_one_line(client, name):
    status, ask = REFUSED[name]
    answer = ask(client, accept="application/json")
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert re.fullmatch(r"[\w -]+\n", answer.content.decode())
    assert int(answer.headers["Content-Length"]) == len(answer.content)


def test_refusal_of_a_method_says_which_ones_there_are(client):
    assert client.put("/").headers["Allow"] == "GET, HEAD, OPTIONS"


def test_pages_that_can_be_read_can_be_asked_about(client):
    read, asked_about = client.get("/contact/"), client.head("/contact/")
    assert (asked_about.status_code, asked_about.content) == (200, b"")
    assert asked_about.headers["Content-Type"] == read.headers["Content-Type"]
    assert client.options("/contact/").headers["Allow"] == "GET, POST, PUT, HEAD, OPTIONS"
    assert client.head("/nowhere/").status_code == 404


def test_views_own_words_for_machines_go_through(client):
    answer = client.post("/stripe/webhook/", "{}", content_type="application/json", headers={"accept": "*/*"})
    assert answer.status_code == 400
    assert "<html" not in answer.content.decode()
