"""Shoppers with time to read: most only look, some fill a basket, some pay."""

import re
from contextlib import suppress
from html import unescape
from typing import Any

import requests

from tests.crowd.meter import Failed, Meter
from tests.deployed import TlsEndingProxy
from tests.soak.actors import Actor
from tests.soak.shoppers import ADDRESS, GOOD, PRODUCT, card

TIMEOUT = 30
READS = (4, 16)
"""Seconds on a page, at least and at most."""
GUIDE = re.compile(r'href="(/blog/[a-z][\w-]+/)"')
HIDDEN = re.compile(r'name="(seen|csrfmiddlewaretoken)" value="([^"]+)"')
SEARCHES = ("serum", "scars", "spf", "moisturiser", "face wash", "retinl", "patches", "routine")


class Browser:
    """Sends what a browser sends, and does not read the pages: hundreds of them fit into one process."""

    def __init__(self, url: str, address: str, meter: Meter) -> None:
        self.url, self.meter = url, meter
        self.session = requests.Session()
        self.session.mount(url, TlsEndingProxy())
        self.session.headers.update({"X-Forwarded-For": address, "Accept-Encoding": "gzip"})

    def open(self, kind: str, path: str) -> str:
        with self.meter.asking(kind):
            page = self.session.get(requests.compat.urljoin(self.url, path), timeout=TIMEOUT)
            page.raise_for_status()
        return page.text

    def send(self, kind: str, address: str, *, follow: bool = True, **fields: str) -> requests.Response:
        """Post a form from a page of the same site."""
        address = requests.compat.urljoin(self.url, address)
        site = "/".join(address.split("/")[:3])
        headers = {"Origin": site, "Referer": f"{site}/"}
        with self.meter.asking(kind):
            answer = self.session.post(address, fields, headers=headers, timeout=TIMEOUT, allow_redirects=follow)
            answer.raise_for_status()
        return answer


class Shopper(Actor):
    """Comes again and again, each time as somebody else."""

    def __init__(self, name: str, *, number: int, meter: Meter, **options: Any) -> None:
        super().__init__(name, **options)
        self.address = f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
        self.meter = meter

    def act(self) -> None:
        self._read()  # not everybody comes at the same moment
        self.browser = Browser(self.shop.url, self.address, self.meter)
        with suppress(Failed):
            self._visit()

    def _visit(self) -> None:
        home = self.browser.open("home", "/")
        self._read()
        if self.chance(0.6):
            self.browser.open("guide", self.random.choice(GUIDE.findall(home)))
            self._read()
        if self.chance(0.2):
            self.browser.open("search", f"/search/?q={self.random.choice(SEARCHES)}")
            self._read()
        shelf = self.browser.open("catalogue", "/catalogue/")
        self._read()
        products = sorted(set(PRODUCT.findall(shelf)))
        product = self.random.choice(products)
        page = self.browser.open("product", product)
        self._read()
        add = re.search(r'action="(/basket/add/\d+/)"', page)
        if add and self.chance(0.3):
            self.browser.send("add", add[1], quantity="1")
            self._read()
            self.browser.open("product, with a basket", self.random.choice(products))
            self._read()
            if self.chance(0.4):
                self._buy()

    def _buy(self) -> None:
        self.browser.open("basket", "/basket/")
        self._read()
        checkout = self.browser.open("checkout", "/checkout/")
        self._read()
        typed = {"email": f"{self.name}@example.com", "shipping_method": "standard"} | ADDRESS
        placed = self.browser.send("pay", "/checkout/", follow=False, **typed | dict(HIDDEN.findall(checkout)))
        if placed.status_code != 303:
            self.did("was asked again")
            return
        self.did("came to Stripe")
        page = self.browser.open("at Stripe", placed.headers["Location"])
        self._read()
        fields = {name: unescape(value) for name, value in HIDDEN.findall(page)} | card(GOOD)
        paid = self.browser.send("at Stripe", placed.headers["Location"], follow=False, **fields)
        confirmation = self.browser.open("confirmation", paid.headers["Location"])
        if "data-order-number" in confirmation:
            self.did("saw a confirmation")

    def _read(self) -> None:
        self.pause(*READS)
        if self.stop.is_set():
            raise SystemExit  # of this thread
