"""Orders that were sent: some as the checkout makes them, some written down, for rules about days."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.utils import timezone
from oscar.core.loading import get_model

from shop.order.processing import EventHandler
from shop.promises.models import Promise
from shop.returns import handling
from shop.returns.models import Limits, Return
from tests.factories import make_countries, make_product
from tests.shop.stripe_checkout.conftest import paid, payment_page, soap  # noqa: F401
from tests.shop.test_accounts import make_order
from tests.shop.test_guest_orders import HOME, attempt_of

Order = get_model("order", "Order")
ShippingEventType = get_model("order", "ShippingEventType")

EMAIL = "guest@example.com"
NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)  # noon in New York, and March 2 everywhere from Honolulu to Tokyo


@pytest.fixture(autouse=True)
def nobody_has_asked():
    cache.clear()


def happen(order: Any, code: str, quantity: int = 1, at: datetime | None = None, line: Any = None) -> None:
    """Write down that units of a line were sent or delivered."""
    kind, _created = ShippingEventType.objects.get_or_create(code=code, defaults={"name": code.title()})
    event = order.shipping_events.create(event_type=kind)
    event.line_quantities.create(line=line or order.lines.first(), quantity=quantity)
    if at:
        type(event).objects.filter(pk=event.pk).update(date_created=at)


@pytest.fixture
def make_sent(promises) -> Callable[..., Any]:
    """Makes an order of soaps at 18.00, paid and sent, and perhaps delivered; nothing of it is at Stripe."""

    def make(
        *,
        number: str = "34679-CDFGH",
        quantity: int = 1,
        product: Any = None,
        delivered: datetime | None = None,
        **fields,
    ) -> Any:
        make_countries()
        fields = {"guest_email": EMAIL, "status": "Paid"} | fields
        order = make_order(number=number, product=product or make_product(), address=HOME, **fields)
        order.lines.update(quantity=quantity, line_price_incl_tax=18 * quantity)
        payment = {"paid_amount": order.total_incl_tax, "paid_currency": "USD", "payment_intent": f"pi_{number}"}
        attempt_of(order, "succeeded", **payment)
        happen(order, "shipped", quantity, delivered)
        if delivered:
            Order.objects.filter(pk=order.pk).update(date_placed=delivered - timedelta(days=5))
            happen(order, "delivered", quantity, delivered)
        return Order.objects.get(pk=order.pk)

    return make


@pytest.fixture
def sent(promises, paid):  # noqa: F811
    """Two soaps at 18.00 sent for 5.00, paid at Stripe's stand-in, and on their way; 3 are left."""
    EventHandler().handle_order_status_change(paid.order, "Shipped")
    return Order.objects.get()


@pytest.fixture
def asks(sent) -> Callable[..., Return]:
    """Asks to send back, or claims, units of the order's only line."""

    def ask(quantity: int = 1, *, kind: str = "return", order: Any = None, **changes: Any) -> Return:
        of = order or sent
        token = changes.pop("token", None) or uuid4()
        chosen = [handling.Chosen(of.lines.first().pk, quantity, **changes)]
        return handling.ask(order=of, kind=kind, chosen=chosen, token=token, by="the customer")

    return ask


@pytest.fixture
def limits(db) -> Callable[..., None]:
    """Sets up to what requests go through without a person."""

    def set_to(**limits: Any) -> None:
        Limits(**limits).save()

    return set_to


@pytest.fixture
def everything_waits(limits) -> None:
    limits(return_amount=0, claim_amount=0)


def codes(order: Any) -> list[str]:
    """The letters to the customer about returns, oldest first."""
    return [
        letter.code
        for letter in order.letters.order_by("created_at")
        if letter.code.startswith("RETURN") or letter.code == "REFUND_MADE"
    ]


def promise(**changes: Any) -> Promise:
    """Change the promise about returns as if it had always been so."""
    Promise.objects.filter(slug="returns").update(**changes)
    return Promise.objects.get(slug="returns")


def now_is(moment: datetime) -> SimpleNamespace:
    return SimpleNamespace(now=lambda: moment, localdate=timezone.localdate)
