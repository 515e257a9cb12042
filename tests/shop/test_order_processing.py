"""What staff do to orders in the dashboard."""

import pytest
from django.urls import reverse
from oscar.core.loading import get_model

from tests.factories import make_product

Order = get_model("order", "Order")
StockRecord = get_model("partner", "StockRecord")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def paid_order(shopper, stripe):
    shopper.add(make_product(stock=5), 2)
    back = stripe.pay(shopper.press_pay().url).headers["Location"]
    shopper.client.get("/" + back.split("/", 3)[3])
    return Order.objects.get()


def change_status(admin_client, order, status: str):
    url = reverse("dashboard:order-detail", args=[order.number])
    return admin_client.post(url, {"order_action": "change_order_status", "new_status": status}, follow=True)


def test_shipping_an_order_takes_its_goods_off_the_shelf(admin_client, paid_order):
    change_status(admin_client, paid_order, "Shipped")
    record = StockRecord.objects.get()
    paid_order.refresh_from_db()
    assert paid_order.status == "Shipped"
    assert (record.num_in_stock, record.num_allocated) == (3, 0)
    assert paid_order.shipping_events.get().event_type.name == "Shipped"


def test_an_order_is_shipped_once(admin_client, paid_order):
    change_status(admin_client, paid_order, "Shipped")
    change_status(admin_client, paid_order, "Shipped")
    assert StockRecord.objects.get().num_in_stock == 3
    assert paid_order.shipping_events.count() == 1


@pytest.mark.parametrize("status", ["Paid", "Shipped", "Cancelled"])
def test_an_unpaid_order_cannot_be_moved_by_hand(admin_client, shopper, stripe, status):
    shopper.add(make_product())
    shopper.press_pay()
    order = Order.objects.get()
    assert change_status(admin_client, order, status).status_code == 200
    order.refresh_from_db()
    assert order.status == "Pending payment"


def test_payments_are_shown_in_the_admin_and_cannot_be_changed(admin_client, paid_order):
    attempt = paid_order.payment_attempts.get()
    assert admin_client.get(reverse("admin:stripe_checkout_paymentattempt_changelist")).status_code == 200
    url = reverse("admin:stripe_checkout_paymentattempt_change", args=[attempt.pk])
    assert attempt.session_id in admin_client.get(url).content.decode()
    assert admin_client.post(url, {"state": "failed"}).status_code == 403
    assert admin_client.get(reverse("admin:stripe_checkout_paymentattempt_add")).status_code == 403
