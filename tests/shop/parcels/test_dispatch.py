"""Staff send an order in parcels, and note that they have arrived."""

from importlib import import_module
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from oscar.core.loading import get_model

from shop.order.processing import EventHandler, NotNow, event_type
from shop.order.tasks import move_on
from shop.order.units import lines_with_units
from shop.outbox.models import Letter
from shop.parcels.carriers import CARRIERS, as_carriers_write_it
from shop.parcels.models import Parcel
from shop.stripe_checkout import refunds
from shop.stripe_checkout.models import LedgerEntry
from tests.shop.parcels.conftest import UPS, buy, line_of, post, send, send_by_form

Order = get_model("order", "Order")
StockRecord = get_model("partner", "StockRecord")
BEFORE = import_module("shop.parcels.migrations.0004_parcels_of_before")

pytestmark = pytest.mark.django_db(transaction=True)


def page_of(client, order):
    return client.get(reverse("dashboard:order-detail", args=[order.number]))


def status(order) -> str:
    order.refresh_from_db()
    return order.status


def stock(product) -> tuple[int, int]:
    """In stock, and of that set aside."""
    record = StockRecord.objects.get(product=product)
    return record.num_in_stock, record.num_allocated


def give_back(order, title: str, *, restock: bool = True) -> None:
    """Refund one unit of that line."""
    returned = [refunds.Returned(line_of(order, title), 1, restock=restock)]
    refunds.ask(attempt=order.payment_attempts.get(), refund_id=uuid4(), by="staff", returned=returned)


def letters(order, code: str) -> list[Letter]:
    return list(order.letters.filter(code=code).order_by("created_at"))


# --- Sending -------------------------------------------------------------------------------------------------------


def test_two_parcels_ship_the_order_and_each_is_told_once(admin_client, order, goods):
    answer = send_by_form(admin_client, order, soaps="1")
    assert "The parcel is on its way, and the customer is told." in answer.content.decode()
    assert status(order) == "Paid"
    assert (stock(goods.soap), stock(goods.comb)) == ((4, 1), (5, 1))
    send_by_form(admin_client, order, soaps="1", combs="1", carrier="dhl", number="12 3456 7890")
    assert status(order) == "Shipped"
    assert (stock(goods.soap), stock(goods.comb)) == ((3, 0), (4, 0))
    first, second = letters(order, "ORDER_SHIPPED")
    assert first.context["items"] == [{"title": "Plain Soap", "quantity": 1}]
    assert {each["title"]: each["quantity"] for each in first.context["rest"]} == {"Plain Soap": 1, "Plain Comb": 1}
    assert first.context["tracking_link"] == f"https://www.ups.com/track?tracknum={UPS}"
    assert len(first.context["between"]) == 2
    assert second.context["rest"] == []
    assert (second.context["carrier"], second.context["number"]) == ("DHL", "1234567890")
    assert first.to == "alex@example.com"


def test_deleted_product_is_sent_all_the_same(order, goods):
    goods.soap.delete()
    send(order, soaps=2, combs=1)
    assert status(order) == "Shipped"
    assert stock(goods.comb) == (4, 0)


def test_second_parcel_costs_the_customer_nothing(order):
    send(order, soaps=2)
    send(order, combs=1)
    source = order.sources.get()
    assert (source.amount_debited, order.payment_attempts.count()) == (order.total_incl_tax, 1)


def test_who_shipped_the_order_stands_in_the_ledger(admin_client, order):
    send_by_form(admin_client, order, soaps="2", combs="1")
    assert LedgerEntry.objects.get(what="order", after="Shipped").by == "admin@example.com"


def test_a_form_that_is_sent_twice_is_one_parcel(admin_client, order):
    form = str(uuid4())
    send_by_form(admin_client, order, soaps="1", parcel_id=form)
    assert "it was sent once" in send_by_form(admin_client, order, soaps="1", parcel_id=form).content.decode()
    parcel = Parcel(pk=form, carrier="ups", number=UPS)
    EventHandler().send(order, parcel, {line_of(order, "Plain Soap"): 1})  # two clicks that came at once
    assert Parcel.objects.count() == order.shipping_events.count() == len(letters(order, "ORDER_SHIPPED")) == 1


def test_the_form_of_another_order_is_refused(admin_client, order, shopper, stripe, goods):
    parcel = send(order, soaps=1)
    other = buy(shopper, stripe, (goods.soap, 1), (goods.comb, 1))
    answer = send_by_form(admin_client, other, soaps="1", parcel_id=str(parcel.pk))
    assert "This form belongs to another order." in answer.content.decode()
    assert not other.shipping_events.exists()


def test_another_carrier_has_a_name_and_a_link_of_its_own(admin_client, order):
    how = {"carrier": "other", "number": "A 1/2", "other_carrier": "Bikes", "other_link": "https://bikes.example/a"}
    send_by_form(admin_client, order, combs="1", **how)
    context = letters(order, "ORDER_SHIPPED")[0].context
    assert (context["carrier"], context["tracking_link"]) == ("Bikes", "https://bikes.example/a")


@pytest.mark.parametrize("code", CARRIERS)
def test_every_carrier_takes_its_own_example_and_links_to_itself_over_https(code):
    carrier = CARRIERS[code]
    assert carrier.accepts(as_carriers_write_it(carrier.example))
    assert carrier.tracking_link(carrier.example).startswith("https://")
    assert carrier.example in carrier.tracking_link(carrier.example)


# --- Bad input -----------------------------------------------------------------------------------------------------

OTHER = {"soaps": "1", "carrier": "other", "other_carrier": "Bikes", "number": ""}
BAD = {
    "more than is left": {"soaps": "3"},
    "words": {"soaps": "two"},
    "less than nothing": {"soaps": "-1"},
    "a part of a unit": {"soaps": "1.5"},
    "a number of 5000 digits": {"soaps": "9" * 5000},
    "nothing": {},
    "no carrier": {"soaps": "1", "carrier": ""},
    "an unknown carrier": {"soaps": "1", "carrier": "pigeon"},
    "no number": {"soaps": "1", "number": ""},
    "a number of another carrier": {"soaps": "1", "carrier": "usps", "number": UPS},
    "digits of another script": {"soaps": "1", "carrier": "usps", "number": "١" * 22},
    "a number with markup": {"soaps": "1", "number": "<script>"},
    "a number that ends a line": OTHER | {"number": "1\n2"},
    "a NUL": {"soaps": "1", "number": "a\0b"},
    "another carrier without a name": {"soaps": "1", "carrier": "other"},
    "a link of a script": OTHER | {"other_link": "javascript:alert(1)"},
    "a link that is not secret": OTHER | {"other_link": "http://bikes.example/"},
    "a link of data": OTHER | {"other_link": "data:text/html,x"},
    "a link beside a carrier we know": {"soaps": "1", "other_link": "https://b.example/"},
    "a line of another order": {"soaps": "1", "units_999999": "1"},
    "a line that is none": {"soaps": "1", "units_x": "1"},
    "an id that is none": {"soaps": "1", "parcel_id": "x"},
}


@pytest.mark.parametrize("fields", BAD.values(), ids=BAD)
def test_bad_input_sends_nothing_and_says_what_is_wrong(admin_client, order, goods, fields):
    answer = send_by_form(admin_client, order, **fields)
    assert answer.status_code == 200
    assert "Nothing was sent. Please check what is marked." in answer.content.decode()
    assert "Oops!" not in answer.content.decode()  # what Oscar says above its own forms, which nobody sent
    assert not order.shipping_events.exists()
    assert not letters(order, "ORDER_SHIPPED")
    assert stock(goods.soap) == (5, 2)


def test_who_does_not_work_here_sends_nothing(client, order):
    answer = send_by_form(client, order, soaps="1")
    assert "/login/" in answer.redirect_chain[-1][0]
    assert not order.shipping_events.exists()


def test_no_unit_leaves_twice(order):
    send(order, soaps=2)
    with pytest.raises(NotNow, match="0 can still be sent"):
        send(order, soaps=1)


def test_a_line_of_another_order_is_not_sent_with_this_one(order, shopper, stripe, goods):
    other = buy(shopper, stripe, (goods.soap, 1), (goods.comb, 1))
    with pytest.raises(NotNow, match="lines of this order"):
        EventHandler().send(order, Parcel(), {line_of(other, "Plain Soap"): 1})


# --- Refunded before it left ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("restock", "on_the_shelf"), [(True, (4, 0)), (False, (3, 0))])
def test_a_unit_that_was_refunded_is_not_sent_and_does_not_hold_the_order_up(order, goods, restock, on_the_shelf):
    give_back(order, "Plain Soap", restock=restock)
    with pytest.raises(NotNow, match="1 can still be sent, not 2"):
        send(order, soaps=2)
    send(order, soaps=1, combs=1)
    assert status(order) == "Shipped"
    assert stock(goods.soap) == on_the_shelf  # nothing stays set aside for an order of which all has left


def test_a_unit_that_came_back_is_not_one_of_those_still_to_be_sent(order):
    send(order, soaps=1)
    soap = line_of(order, "Plain Soap")
    returned = [refunds.Returned(soap, 1, restock=False, of_sent=True)]
    refunds.ask(attempt=order.payment_attempts.get(), refund_id=uuid4(), by="staff", returned=returned)
    assert lines_with_units(pk=soap.pk).get().to_send == 1
    send(order, soaps=1, combs=1)
    assert order.status == "Shipped"


def test_bulk_shipping_leaves_out_what_was_refunded(order):
    give_back(order, "Plain Comb")
    EventHandler().handle_order_status_change(order, "Shipped")
    assert status(order) == "Shipped"
    assert letters(order, "ORDER_SHIPPED")[0].context["items"] == [{"title": "Plain Soap", "quantity": 2}]


def test_an_order_of_which_the_rest_was_refunded_is_shipped_by_the_worker(order):
    send(order, soaps=2)
    give_back(order, "Plain Comb")
    assert status(order) == "Paid"
    move_on.func()
    assert status(order) == "Shipped"


def test_an_order_whose_money_all_went_back_is_not_shipped(order):
    refunds.ask(attempt=order.payment_attempts.get(), refund_id=uuid4(), by="staff", amount=order.total_incl_tax)
    with pytest.raises(NotNow, match="nothing to ship"):
        EventHandler().handle_order_status_change(order, "Shipped")
    with pytest.raises(NotNow, match="0 can still be sent"):
        send(order, soaps=1)


# --- Bulk ----------------------------------------------------------------------------------------------------------


def test_orders_shipped_from_the_list_are_told_to_the_customer_as_well(admin_client, order):
    fields = {"action": "change_order_statuses", "selected_order": order.pk, "new_status": "Shipped"}
    admin_client.post(reverse("dashboard:order-list"), fields)
    assert [letter.context["carrier"] for letter in letters(order, "ORDER_SHIPPED")] == [""]
    fields["new_status"] = "Complete"
    admin_client.post(reverse("dashboard:order-list"), fields)
    assert status(order) == "Complete"
    assert len(letters(order, "ORDER_DELIVERED")) == 1


# --- Arriving ------------------------------------------------------------------------------------------------------


def test_the_order_is_complete_when_its_last_parcel_has_arrived(admin_client, order):
    first, second = send(order, soaps=1), send(order, soaps=1, combs=1)
    post(admin_client, order, order_action="note_arrival", parcel=first.pk)
    assert status(order) == "Shipped"
    answer = post(admin_client, order, order_action="note_arrival", parcel=second.pk)
    assert "the customer is told" in answer.content.decode()
    assert status(order) == "Complete"
    assert [each.context["items"] for each in letters(order, "ORDER_DELIVERED")] == [
        [{"title": "Plain Soap", "quantity": 1}],
        [{"title": "Plain Soap", "quantity": 1}, {"title": "Plain Comb", "quantity": 1}],
    ]


def test_all_that_is_under_way_arrives_at_once_in_one_letter(admin_client, order):
    send(order, soaps=1), send(order, soaps=1, combs=1)
    post(admin_client, order, order_action="note_arrival")
    assert status(order) == "Complete"
    assert len(letters(order, "ORDER_DELIVERED")) == 1
    assert not Parcel.objects.filter(arrival=None).exists()


def test_a_part_that_arrived_does_not_complete_what_is_still_to_be_sent(admin_client, order):
    send(order, soaps=1)
    post(admin_client, order, order_action="note_arrival")
    assert status(order) == "Paid"
    send(order, soaps=1, combs=1)
    assert status(order) == "Shipped"


def test_units_that_arrive_without_a_parcel_leave_parcels_under_way(order):
    send(order, soaps=1), send(order, soaps=1, combs=1)
    EventHandler().handle_shipping_event(order, event_type("delivered"), [line_of(order, "Plain Soap")], [1])
    assert Parcel.objects.filter(arrival=None).count() == 2
    assert status(order) == "Shipped"


@pytest.mark.parametrize("times", [2, 3])
def test_a_parcel_arrives_once(admin_client, order, times):
    parcel = send(order, soaps=1)
    answers = [post(admin_client, order, order_action="note_arrival", parcel=parcel.pk) for _ in range(times)]
    assert "it is written down already" in answers[-1].content.decode()
    assert len(letters(order, "ORDER_DELIVERED")) == 1


@pytest.mark.parametrize("parcel", ["x", "0", "a\0b", "9" * 5000, str(UUID(int=7))])
def test_a_parcel_that_is_none_does_not_arrive(admin_client, order, parcel):
    send(order, soaps=1)
    assert post(admin_client, order, order_action="note_arrival", parcel=parcel).status_code == 200
    assert not letters(order, "ORDER_DELIVERED")


def test_nothing_arrives_that_did_not_leave(admin_client, order):
    answer = post(admin_client, order, order_action="note_arrival")
    assert "Nothing of it is under way" in answer.content.decode()
    assert status(order) == "Paid"


# --- The page ------------------------------------------------------------------------------------------------------


def test_the_page_lists_every_letter_with_its_state(admin_client, order):
    send(order, soaps=1)
    page = page_of(admin_client, order).content.decode()
    for told in ("ORDER_PLACED", "ORDER_SHIPPED", "alex@example.com", "Waiting"):
        assert told in page


def test_queries_of_the_page_do_not_grow_with_parcels(admin_client, order):
    send(order, soaps=1)
    page_of(admin_client, order)
    with CaptureQueriesContext(connection) as few:
        page_of(admin_client, order)
    send(order, soaps=1), send(order, combs=1)
    EventHandler().arrive(order)
    with CaptureQueriesContext(connection) as many:
        page_of(admin_client, order)
    assert len(many) <= len(few)


# --- What left before there were parcels ---------------------------------------------------------------------------


def test_migration_makes_parcels_of_what_left_before(admin_client, order, goods):
    handler = EventHandler()
    handler.send(order, Parcel(), {line_of(order, "Plain Soap"): 2})
    handler.send(order, Parcel(carrier="ups", number=UPS), {line_of(order, "Plain Comb"): 1})
    Parcel.objects.filter(carrier="").delete()
    for _ in range(2):
        BEFORE.write_parcels(apps, None)
    old, new = Parcel.objects.order_by("event__pk")
    assert (str(old), old.tracking_link, old.arrival, new.number) == ("Parcel", "", None, UPS)
    assert page_of(admin_client, order).content.decode().count("Delivered<span") == 2


def test_migration_knows_of_an_arrival_only_where_all_of_it_arrived(order):
    handler = EventHandler()
    soap, comb = line_of(order, "Plain Soap"), line_of(order, "Plain Comb")
    handler.send(order, Parcel(), {soap: 2})
    handler.send(order, Parcel(), {comb: 1})
    handler.handle_shipping_event(order, event_type("delivered"), [soap], [2])
    Parcel.objects.all().delete()
    BEFORE.write_parcels(apps, None)
    assert list(Parcel.objects.values_list("arrival", flat=True)) == [None, None]
    handler.handle_shipping_event(order, event_type("delivered"), [comb], [1])
    Parcel.objects.all().delete()
    BEFORE.write_parcels(apps, None)
    last = order.shipping_events.order_by("pk").last()
    assert [parcel.arrival for parcel in Parcel.objects.all()] == [last, last]
