"""Shoppers in browsers: some pay, some pay twice, some never come back."""

import re
from typing import Any

from tests.deployed import Reader
from tests.soak.actors import Actor, at_once

ADDRESS = {
    "first_name": "Alex",
    "last_name": "Example",
    "line1": "12 Sample Street",
    "line4": "Austin",
    "state": "TX",
    "postcode": "78701",
    "country": "US",
}
GOOD, DECLINED, ASKS, DISPUTED = "4242424242424242", "4000000000000002", "4000002760003184", "4000000000000259"
REFUND_FAILS, REFUND_PENDS = "4000000000005126", "4000000000007726"
CARDS = {GOOD: 9, DECLINED: 2, ASKS: 3, DISPUTED: 2, REFUND_FAILS: 3, REFUND_PENDS: 3}
PRODUCT = re.compile(r"/catalogue/[\w-]+_\d+/")


class Shopper(Actor):
    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(name, **options)
        self.browser = Reader(self.shop.url)
        self.browser.open("/catalogue/")
        self.products = sorted(set(PRODUCT.findall(self.browser.page.text)))

    def act(self) -> None:
        if self.chance(0.3):  # somebody else; the others buy again, with what is left in their basket
            self.browser = Reader(self.shop.url)
        for _ in range(self.random.randint(1, 3)):
            self._add()
        self.browser.open("/checkout/")
        if not self.browser.offers("Pay"):
            return
        self.draw({self._press: 6, self._press_twice: 2, self._press_after_a_change: 2, self._press_again: 2})()
        if self.browser.offers("Pay $"):
            self.did("came to Stripe")
            self.draw({self._pay: 8, self._pay_twice: 1, self._pay_by_debit: 2, self._cancel: 2, self._leave: 1})()

    def _add(self) -> None:
        self.browser.open(self.random.choice(self.products))
        if self.browser.offers("Add to basket"):
            self.browser.submit("Add to basket", quantity=str(self.random.randint(1, 2)))

    def _press(self) -> None:
        self.browser.submit("Pay", email=f"{self.name}@example.com", **ADDRESS)
        if self.browser.page.url.endswith("/checkout/") and self.browser.offers("Pay"):
            self.did("was asked again")
            self.browser.submit("Pay", email=f"{self.name}@example.com", **ADDRESS)

    def _press_twice(self) -> None:
        other = self.browser.tab()
        at_once(self._press, lambda: other.submit("Pay", email=f"{self.name}@example.com", **ADDRESS))
        self.browser.open(self.browser.page.url)  # each tab brought a cookie from Stripe; the later counts

    def _press_after_a_change(self) -> None:
        other, self.browser = self.browser, self.browser.tab()
        self._add()
        self.browser = other
        self._press()

    def _press_again(self) -> None:
        """Back from Stripe's page for one thing more. The page that was left stays open in another tab."""
        self._press()
        at_stripe = self.browser.tab()
        self._add()
        self.browser.open("/checkout/")
        if self.browser.offers("Pay"):
            self._press()
        if at_stripe.offers("Pay $") and self.chance(0.5):
            self._type_card(at_stripe)

    def _pay(self) -> None:
        self._type_card(self.browser)
        if self.browser.offers("Pay $") and self.chance(0.7):  # it was declined
            self.browser.submit("Pay $", **card(GOOD))
        self._look()

    def _pay_twice(self) -> None:
        other = self.browser.tab()
        at_once(lambda: self._type_card(self.browser), lambda: other.submit("Pay $", **card(GOOD)))
        self._look()

    def _type_card(self, browser: Reader) -> None:
        browser.submit("Pay $", follow=self.chance(0.7), **card(self.draw(CARDS)))
        if browser.offers("Complete"):
            answer = self.draw({"complete": 4, "fail": 1})
            browser.submit("Complete", follow=self.chance(0.7), answer=answer)

    def _pay_by_debit(self) -> None:
        if self.browser.offers("Pay by bank debit"):
            name = {"debit-name": "Alex Example"}
            self.browser.submit("Pay by bank debit", follow=self.chance(0.7), **name)
            self.did("paid by bank debit")

    def _cancel(self) -> None:
        (back,) = self.browser.links("Cancel and return to the shop")
        self.browser.open(back)
        if self.browser.offers("Cancel this order") and self.chance(0.7):
            self.browser.submit("Cancel this order")
            self.did("cancelled")

    def _leave(self) -> None:
        self.did("left without a word")

    def _look(self) -> None:
        if "data-order-number" in self.browser.page.text:
            self.did("saw a confirmation")


def card(number: str) -> dict[str, str]:
    return {"card_number": number, "expiry": "12 / 40", "cvc": "123", "name": "Alex Example"}
