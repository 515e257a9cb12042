"""A paid order of two kinds: two soaps at 18.00 and a comb at 9.00, sent for 5.00, which is 50.00."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.urls import reverse
from oscar.core.loading import get_model

from shop.order.processing import EventHandler
from shop.parcels.models import Parcel
from tests.conftest import StandIn
from tests.factories import make_product

Order = get_model("order", "Order")
UPS = "1Z999AA10123456784"


def buy(shopper, stripe, *products, card=StandIn.CARD):
    """A paid order of these products, each with its quantity."""
    for product, quantity in products:
        shopper.add(product, quantity)
    shopper.client.get(stripe.path_back(stripe.pay(shopper.press_pay().url, card)))
    return Order.objects.latest("pk")


@pytest.fixture
def goods():
    return SimpleNamespace(soap=make_product(stock=5), comb=make_product(title="Plain Comb", price="9.00", stock=5))


@pytest.fixture
def order(shopper, stripe, goods):
    return buy(shopper, stripe, (goods.soap, 2), (goods.comb, 1))


def line_of(order, title: str):
    return order.lines.get(title=title)


def send(order, soaps: int = 0, combs: int = 0, **how) -> Parcel:
    """Send these units in a parcel, as staff do."""
    parcel = Parcel(**({"carrier": "ups", "number": UPS} | how))
    chosen = {line_of(order, "Plain Soap"): soaps, line_of(order, "Plain Comb"): combs}
    EventHandler().send(order, parcel, {line: units for line, units in chosen.items() if units})
    order.refresh_from_db()
    return parcel


def post(client, order, **fields):
    """A form of the dashboard's page of the order."""
    return client.post(reverse("dashboard:order-detail", args=[order.number]), fields, follow=True)


def send_by_form(client, order, *, soaps="", combs="", **changes):
    units = {f"units_{line_of(order, 'Plain Soap').pk}": soaps, f"units_{line_of(order, 'Plain Comb').pk}": combs}
    fields = {"order_action": "send_parcel", "parcel_id": str(uuid4()), "carrier": "ups", "number": UPS}
    return post(client, order, **fields | units | changes)
