"""What staff do to orders in the dashboard."""

import re
from decimal import Decimal
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from oscar.core.loading import get_model

from shop.stripe_checkout import holds
from shop.stripe_checkout.models import Hold, LedgerEntry, Refund
from shop.stripe_checkout.states import Cause
from shop.stripe_sandbox import disputes
from tests.factories import make_product

Order = get_model("order", "Order")
StockRecord = get_model("partner", "StockRecord")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def paid_order(shopper, stripe):
    """Two soaps at 18.00, sent for 5.00: 41.00."""
    shopper.add(make_product(stock=5), 2)
    shopper.client.get(stripe.path_back(stripe.pay(shopper.press_pay().url)))
    return Order.objects.get()


def page_of(client, order):
    return client.get(reverse("dashboard:order-detail", args=[order.number]))


def post(client, order, **fields):
    return client.post(reverse("dashboard:order-detail", args=[order.number]), fields, follow=True)


def change_status(client, order, status: str):
    return post(client, order, order_action="change_order_status", new_status=status)


def ship(client, order, quantity="2", **changes):
    """Send units of the order's only line in a parcel."""
    line = order.lines.get()
    fields = {
        "order_action": "send_parcel",
        "parcel_id": str(uuid4()),
        "carrier": "ups",
        "number": "1Z999AA10123456784",
    }
    return post(client, order, **fields | {f"units_{line.pk}": quantity} | changes)


def dispute(order) -> None:
    attempt = order.payment_attempts.get()
    disputes.open_dispute(payment_intent=attempt.payment_intent)
    holds.mirror_disputes(attempt, cause=Cause("a test"))


# --- Moving an order -----------------------------------------------------------------------------------------------


def test_stock_leaves_in_the_order_in_which_placing_takes_it(admin_client, shopper, stripe):
    first, second = make_product(stock=5), make_product(stock=5)
    for product in (second, first):
        shopper.add(product)
    shopper.client.get(stripe.path_back(stripe.pay(shopper.press_pay().url)))
    with CaptureQueriesContext(connection) as queries:
        change_status(admin_client, Order.objects.get(), "Shipped")
    update = re.compile(r'UPDATE "partner_stockrecord" .*"id" = (\d+)')
    changed = [int(found[1]) for query in queries if (found := update.search(query["sql"]))]
    assert changed == sorted(StockRecord.objects.values_list("pk", flat=True))


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


@pytest.mark.parametrize("status", ["Paid", "Cancelled", "Lost", "", "a\0b"])
def test_a_move_that_is_none_is_refused_in_plain_words(admin_client, paid_order, status):
    answer = change_status(admin_client, paid_order, status)
    assert "The order is Paid and cannot become" in answer.content.decode()
    assert "payment error" not in answer.content.decode()
    paid_order.refresh_from_db()
    assert paid_order.status == "Paid"


def test_the_ledger_says_who_moved_the_order_and_the_payment_tab_shows_it(admin_client, paid_order):
    change_status(admin_client, paid_order, "Shipped")
    moved = LedgerEntry.objects.get(what="order", after="Shipped")
    assert moved.by == "admin@example.com"
    assert moved in page_of(admin_client, paid_order).context["ledger"]


# --- Shipping is held ----------------------------------------------------------------------------------------------


def test_a_disputed_order_says_why_it_is_not_shipped_and_until_when_to_answer(admin_client, paid_order):
    dispute(paid_order)
    page = page_of(admin_client, paid_order).content.decode()
    assert "Shipping is held." in page
    assert "The cardholder disputes $41.00 (fraudulent). Answer by " in page


def test_a_disputed_order_is_not_shipped(admin_client, paid_order):
    dispute(paid_order)
    because = f"Shipping is held: dispute {Hold.objects.get().stripe_id} is open at Stripe."
    assert because in change_status(admin_client, paid_order, "Shipped").content.decode()
    assert because in ship(admin_client, paid_order).content.decode()
    assert page_of(admin_client, paid_order).context["parcel_form"] is None
    assert not paid_order.shipping_events.exists()


# --- What nobody writes down by hand -------------------------------------------------------------------------------

FORGED = {
    "a payment of the order": {
        "order_action": "create_order_payment_event",
        "payment_event_type": "paid",
        "amount": "1",
    },
    "a payment of a line": {"line_action": "create_payment_event", "payment_event_type": "paid", "amount": "1"},
    "a paid line": {"line_action": "change_line_statuses", "new_status": "Paid"},
    "a shipped line": {"line_action": "change_line_statuses", "new_status": "Shipped"},
    "a parcel of Oscar's": {"line_action": "create_shipping_event", "shipping_event_type": "shipped"},
    "a private method": {"order_action": "get_object"},
}


@pytest.mark.parametrize("fields", FORGED.values(), ids=FORGED)
def test_a_forged_form_changes_nothing(admin_client, paid_order, fields):
    line = paid_order.lines.get()
    answer = post(admin_client, paid_order, selected_line=line.pk, **{f"selected_line_qty_{line.pk}": "2"}, **fields)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert paid_order.payment_events.count() == 1  # the one that the payment itself wrote
    line.refresh_from_db()
    assert line.status == "Paid"


def test_the_page_has_no_form_for_payments(admin_client, paid_order):
    page = page_of(admin_client, paid_order).content.decode()
    assert "payment_event_type" not in page
    assert "change_line_statuses" not in page


@pytest.mark.parametrize("note", ["x", "", "9" * 30, "a\0b", "²"])
def test_a_note_that_is_none_is_not_deleted(admin_client, paid_order, note):
    assert post(admin_client, paid_order, order_action="delete_note", note_id=note).status_code == 200


# --- Many orders at once -------------------------------------------------------------------------------------------


def change_many(client, **fields):
    return client.post(reverse("dashboard:order-list"), {"action": "change_order_statuses"} | fields, follow=True)


def test_the_list_offers_only_what_staff_may_do(admin_client, paid_order):
    page = admin_client.get(reverse("dashboard:order-list"))
    assert page.context["order_statuses"] == ["Complete", "Shipped"]


def test_orders_are_shipped_from_the_list(admin_client, paid_order):
    change_many(admin_client, selected_order=paid_order.pk, new_status="Shipped")
    paid_order.refresh_from_db()
    assert paid_order.status == "Shipped"


def test_the_list_says_of_each_order_why_it_does_not_move(admin_client, paid_order):
    dispute(paid_order)
    answer = change_many(admin_client, selected_order=paid_order.pk, new_status="Shipped")
    assert f"Order {paid_order.number}: Shipping is held" in answer.content.decode()


@pytest.mark.parametrize(
    "fields",
    [
        {"selected_order": "x", "new_status": "Shipped"},
        {"selected_order": "9" * 30, "new_status": "Shipped"},
        {"new_status": "Shipped"},
        {"select_across": "1"},
        {"select_across": "1", "new_status": "Paid"},
        {"select_across": "1", "new_status": "a\0b"},
        {"action": "delete"},
    ],
)
def test_a_forged_list_changes_nothing(admin_client, paid_order, fields):
    assert change_many(admin_client, **fields).status_code == 200
    paid_order.refresh_from_db()
    assert paid_order.status == "Paid"


# --- Money back ----------------------------------------------------------------------------------------------------


def refund(client, order, **changes):
    fields = {"refund_id": str(uuid4()), "currency": "USD", "amount": "7.00", "reason": "A dented tin"} | changes
    return client.post(reverse("dashboard:order-refund", args=[order.number]), fields, follow=True)


@pytest.fixture
def clerk(client, django_user_model):
    """Staff who may look at orders, and not give money back."""
    user = django_user_model.objects.create_user("clerk", "clerk@example.com", "a long pass phrase", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_order"))
    client.force_login(user)
    return client


def test_money_goes_back_from_the_orders_page_which_lists_it(admin_client, paid_order):
    assert (
        reverse("dashboard:order-refund", args=[paid_order.number])
        in page_of(admin_client, paid_order).content.decode()
    )
    line = paid_order.lines.get()
    units = {f"quantity_{line.pk}": "1", f"restock_{line.pk}": "on"}
    page = refund(admin_client, paid_order, amount="", **units).content.decode()
    assert Refund.objects.get().amount == Decimal("18.00")  # one of two soaps
    assert "$18.00 is on its way back to the customer." in page
    for told in ("1 × Plain Soap, back on sale", "admin@example.com", "A dented tin", "Succeeded"):
        assert told in page


def test_the_orders_page_leads_to_the_payment_in_the_admin(admin_client, paid_order):
    url = reverse("admin:stripe_checkout_paymentattempt_change", args=[paid_order.payment_attempts.get().pk])
    assert f'href="{url}"' in page_of(admin_client, paid_order).content.decode()


@pytest.mark.parametrize("amount", ["41.01", "7.001", "-7", "NaN", "1e30", "seven"])
def test_a_bad_amount_is_told_at_the_form_which_keeps_it(admin_client, paid_order, amount):
    answer = refund(admin_client, paid_order, amount=amount)
    assert answer.status_code == 200
    assert "Nothing was given back. Please check what is marked." in answer.content.decode()
    assert f'value="{amount}"' in answer.content.decode()
    assert not Refund.objects.exists()


def test_who_may_not_give_money_back_sees_no_button_and_is_refused(clerk, paid_order):
    url = reverse("dashboard:order-refund", args=[paid_order.number])
    assert url not in page_of(clerk, paid_order).content.decode()
    assert clerk.get(url).status_code == 403
    assert refund(clerk, paid_order).status_code == 403
    assert not Refund.objects.exists()


def test_the_public_is_asked_to_sign_in(client, paid_order):
    answer = client.post(reverse("dashboard:order-refund", args=[paid_order.number]))
    assert answer.status_code == 302
    assert not Refund.objects.exists()


def test_an_order_for_which_nothing_was_paid_has_nothing_to_give_back(admin_client, shopper, stripe):
    shopper.add(make_product())
    shopper.press_pay()
    order = Order.objects.get()
    assert refund(admin_client, order).status_code == 404
    assert page_of(admin_client, order).status_code == 200


def test_payments_are_shown_in_the_admin_and_cannot_be_changed(admin_client, paid_order):
    attempt = paid_order.payment_attempts.get()
    assert admin_client.get(reverse("admin:stripe_checkout_paymentattempt_changelist")).status_code == 200
    url = reverse("admin:stripe_checkout_paymentattempt_change", args=[attempt.pk])
    assert attempt.session_id in admin_client.get(url).content.decode()
    assert admin_client.post(url, {"state": "failed"}).status_code == 403
    assert admin_client.get(reverse("admin:stripe_checkout_paymentattempt_add")).status_code == 403


@pytest.mark.parametrize(
    "name",
    [
        "order_order",
        "order_line",
        "order_orderstatuschange",
        "order_paymentevent",
        "order_shippingevent",
        "payment_source",
        "payment_transaction",
    ],
)
def test_oscars_books_are_read_and_not_written_in_the_admin(admin_client, paid_order, name):
    model = get_model(*name.split("_"))
    if name == "order_shippingevent":
        ship(admin_client, paid_order)
    change = reverse(f"admin:{name}_change", args=[model.objects.first().pk])
    assert admin_client.get(change).status_code == 200
    assert admin_client.post(change, {"status": "Complete"}).status_code == 403
    assert admin_client.get(reverse(f"admin:{name}_add")).status_code == 403
