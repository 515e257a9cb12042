"""Where a page sends its reader on to, as its address or form says, is always here."""

from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_product
from tests.staff import PASSWORD, make_staff, signed_in

pytestmark = pytest.mark.django_db

HERE = "http://testserver/a/page/"
HOSTILE = [
    "//evil.example",
    "///evil.example",
    "https:evil.example",
    "https:///evil.example",
    "https://evil.example/",
    r"/\evil.example",
    r"\\evil.example",
    "/\t/evil.example",
    "\n//evil.example",
    "%0a//evil.example",
    "http://testserver@evil.example/",
    "http://testserver.evil.example/",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
]


def sign_in(url: str) -> str:
    make_staff("alex", is_staff=False)
    form = {"login-username": "alex@example.com", "login-password": PASSWORD, "login-redirect_url": url}
    return Client().post("/accounts/login/", form | {"login_submit": "1"}).headers.get("Location", "")


def sign_in_at_the_admin(url: str) -> str:
    make_staff("alex")
    form = {"username": "alex", "password": PASSWORD, "next": url}
    return Client().post("/admin/login/", form).headers["Location"]


def add_to_basket(url: str) -> str:
    return Client().post(reverse("basket:add", args=[make_product().pk]), {"quantity": "1", "next": url})["Location"]


def show_the_phone(url: str) -> str:
    return signed_in(make_staff("alex")).get(f"/staff/second-factor/?{urlencode({'next': url})}")["Location"]


def type_the_password_again(url: str) -> str:
    client = signed_in(make_staff("alex"))
    return client.post(f"/staff/password/?{urlencode({'next': url})}", {"password": PASSWORD})["Location"]


WAYS = [sign_in, sign_in_at_the_admin, add_to_basket, show_the_phone, type_the_password_again]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("url", HOSTILE)
def test_nobody_is_sent_elsewhere(settings, way, url):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    there = urlsplit(urljoin(HERE, _as_browsers_read(way(url))))
    assert (there.scheme, there.netloc) == ("http", "testserver")


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_everybody_is_sent_on_here(settings, way):
    """The others would be sent nowhere by a way that forgot where it leads."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    assert way("/blog/") == "/blog/"


def _as_browsers_read(url: str) -> str:
    """Browsers take a backslash for a slash, and drop line breaks and tabs (WHATWG URL, 4.4)."""
    return url.replace("\\", "/").translate(dict.fromkeys(map(ord, "\t\n\r"))).strip()
