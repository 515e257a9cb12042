"""Staff at the dashboard: they ship, give money back, and put new goods on the shelf."""

from typing import Any

from tests.deployed import Reader, manage, query
from tests.soak.actors import Actor, at_once

LOGIN = {"login-username": "soak@example.com", "login-password": "plain-care-soak"}
PAID_ORDERS = """
    SELECT o.number FROM order_order o JOIN stripe_checkout_paymentattempt a ON a.order_id = o.id
    WHERE a.state = 'succeeded' AND o.status = ANY(%s) ORDER BY o.id
"""
SOLD_OUT = """
    UPDATE partner_stockrecord SET num_in_stock = num_in_stock + 5
    WHERE num_in_stock - coalesce(num_allocated, 0) < 1
"""
REFUNDED = """
    SELECT 1 FROM stripe_checkout_refund r JOIN stripe_checkout_paymentattempt a ON a.id = r.attempt_id
    JOIN order_order o ON o.id = a.order_id WHERE o.number = %s
"""


class Staff(Actor):
    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(name, **options)
        login = {"DJANGO_SUPERUSER_USERNAME": "soak", "DJANGO_SUPERUSER_EMAIL": LOGIN["login-username"]}
        password = {"DJANGO_SUPERUSER_PASSWORD": LOGIN["login-password"]}
        manage(self.shop.web.environment | login | password, "createsuperuser", "--noinput")
        self.browser = Reader(self.shop.url)
        self.browser.open("/accounts/login/")
        self.browser.submit("Sign in", **LOGIN)

    def act(self) -> None:
        self.pause(0.3, 1)
        self.draw({self._ship: 4, self._complete: 1, self._refund: 4, self._unpack: 2})()

    def _ship(self) -> None:
        self._move("Paid", "Shipped")

    def _complete(self) -> None:
        self._move("Shipped", "Complete")

    def _move(self, before: str, after: str) -> None:
        number = self._order(before)
        if number:
            self.browser.open(f"/dashboard/orders/{number}/")
            if self.browser.offers("Change status"):
                self.browser.submit("Change status", new_status=after)
                self.did(f"pressed {after}")

    def _refund(self) -> None:
        number = self._order("Paid", "Shipped", "Complete")
        if not number:
            return
        self.browser.open(f"/dashboard/orders/{number}/refund/")
        if not self.browser.offers("Give money back"):
            return
        typed = {"reason": "The customer asked."} | self.draw({self._some_money: 1, self._some_goods: 1})(number)
        press = [tab.submit for tab in (self.browser, self.browser.tab())[: self.random.randint(1, 2)]]
        at_once(*(lambda submit=submit: submit("Give money back", **typed) for submit in press))
        self.did("pressed Give money back")

    def _some_money(self, _number: str) -> dict[str, str]:
        return {"amount": f"{self.random.randint(1, 4000) / 100:.2f}"}

    def _some_goods(self, number: str) -> dict[str, str]:
        """Nobody puts on sale again what an earlier refund was for, even one that did not go through."""
        names = [field.get("name") or "" for field in self.browser.document.iter("input")]
        units = {name: "1" for name in names if name.startswith("quantity_") and self.chance(0.7)}
        may_restock = not query(self.shop.database, REFUNDED, number) and self.chance(0.5)
        restock = {name.replace("quantity_", "restock_"): "on" for name in units} if may_restock else {}
        return units | restock

    def _unpack(self) -> None:
        query(self.shop.database, SOLD_OUT)

    def _order(self, *statuses: str) -> str | None:
        found = query(self.shop.database, PAID_ORDERS, list(statuses))
        return self.random.choice(found)[0] if found else None
