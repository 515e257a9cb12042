"""Finds out, inside a project, what to ask it for: fills a basket, signs somebody in, and prints visits as JSON."""

import json
import sys
from collections.abc import Iterator
from uuid import uuid4

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.middleware.csrf import CSRF_SECRET_LENGTH
from django.test import Client
from django.urls import reverse
from django.utils.crypto import get_random_string
from oscar.core.loading import get_model

from tests.bench.language import Language, searches
from tests.bench.load import Request, Visit, addresses

LINES = 5
EVENTS = 20_000  # more than are answered in five seconds
BROWSERS = 20_000  # so that each is somebody else's first look
SEARCHES = 300

Basket = get_model("basket", "Basket")
Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")


def main() -> None:
    json.dump([visit.saved() for visit in _visits()], sys.stdout)


def _visits() -> Iterator[Visit]:
    """In the order in which they are measured."""
    shopper, paths = _cookies_of_shopper(), dict(_pages())
    for page, path in paths.items():
        yield Visit(page, "signed out", [Request(path)])
    for page, path in paths.items():
        yield Visit(page, "with a basket", [Request(path, shopper)])
    if apps.is_installed("blog"):
        customer = _cookies_of_customer()
        for page, path in paths.items():
            yield Visit(page, "signed in", [Request(path, customer)])
        found = _searches()
        yield Visit("search", "signed out", [Request(path) for path in found])
        yield Visit("search", "with a basket", [Request(path, shopper) for path in found])
    basket = reverse("basket:summary")
    yield Visit("basket", f"{LINES} lines", [Request(basket, shopper)])
    # No two of these are of one browser.
    yield Visit("basket", "first seen", [Request(basket, _of_another_browser(shopper)) for _ in range(BROWSERS)])
    if apps.is_installed("blog"):
        yield Visit("checkout", f"{LINES} lines", [Request(reverse("checkout:index"), shopper)])
        webhook = reverse("stripe_checkout:webhook")
        yield Visit("webhook", "for no order", [Request(webhook, event=_event()) for _ in range(EVENTS)])


def _pages() -> Iterator[tuple[str, str]]:
    """By name, the path of each page that shows the same to everybody."""
    if apps.is_installed("blog"):
        yield "home", reverse("home")
        yield "guide", reverse("blog:post", args=["understanding-pockmarks"])
    yield "category", Category.objects.get(slug="treat").get_absolute_url()
    yield "product", Product.objects.get(slug="renewal-retinol-serum").get_absolute_url()


def _cookies_of_shopper() -> str:
    """Whoever put five things into a basket, and was told so."""
    shopper = Client(SERVER_NAME="127.0.0.1", headers={"Origin": "https://127.0.0.1"})
    goods = Product.objects.browsable().filter(structure=Product.STANDALONE, stockrecords__num_in_stock__gte=LINES)
    for product in goods.order_by("pk")[:LINES]:
        shopper.post(reverse("basket:add", args=[product.pk]), {"quantity": 1}, secure=True)
    shopper.get(reverse("basket:summary"), secure=True)
    lines = Basket.objects.latest("pk").lines.count()
    if lines != LINES:
        raise SystemExit(f"The basket has {lines} lines.")
    return _cookies(shopper)


def _of_another_browser(cookies: str) -> str:
    """With the same basket, but another token against forgery."""
    token = settings.CSRF_COOKIE_NAME
    others = [cookie for cookie in cookies.split("; ") if not cookie.startswith(f"{token}=")]
    return "; ".join([*others, f"{token}={get_random_string(CSRF_SECRET_LENGTH)}"])


def _cookies_of_customer() -> str:
    customer = Client(SERVER_NAME="127.0.0.1")
    user = get_user_model().objects.create_user(username=uuid4().hex, email=f"{uuid4().hex}@example.com")
    customer.force_login(user)
    return _cookies(customer)


def _cookies(client: Client) -> str:
    return "; ".join(f"{name}={cookie.coded_value}" for name, cookie in client.cookies.items() if cookie.value)


def _searches() -> list[str]:
    """A few of each kind in turn."""
    kinds = [addresses(reverse("search:search"), group) for group in searches(Language()).values()]
    return [kind[number % len(kind)] for number in range(SEARCHES // len(kinds)) for kind in kinds]


def _event() -> str:
    """A payment that somebody else took with the same account at Stripe."""
    subject = {"id": f"cs_test_{uuid4().hex}", "object": "checkout.session", "client_reference_id": str(uuid4())}
    event = {
        "id": f"evt_{uuid4().hex}",
        "object": "event",
        "type": "checkout.session.completed",
        "livemode": False,
        "data": {"object": subject},
    }
    return json.dumps(event)
