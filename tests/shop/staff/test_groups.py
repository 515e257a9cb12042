"""Out of the box, each group of staff opens the pages of its own work, and no others."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import RequestFactory
from oscar.core.loading import get_model

from shop.returns.desk import CaseView
from shop.returns.models import Return
from shop.staff.groups import FINANCE, MAY, OWNERS, SUPPORT, WAREHOUSE
from tests.any_rows import make_rows
from tests.factories import make_product
from tests.staff import make_staff, signed_in

Order = get_model("order", "Order")

pytestmark = pytest.mark.django_db

PAGES = {
    "/dashboard/orders/": {SUPPORT, WAREHOUSE, FINANCE, OWNERS},
    "/dashboard/returns/": {SUPPORT, WAREHOUSE, FINANCE, OWNERS},
    "/dashboard/users/": {SUPPORT, OWNERS},
    "/dashboard/reviews/": {SUPPORT, OWNERS},
    "/dashboard/catalogue/": {SUPPORT, WAREHOUSE, OWNERS},
    "/dashboard/catalogue/stock-alerts/": {WAREHOUSE, OWNERS},
    "/admin/partner/stockrecord/": {WAREHOUSE, OWNERS},
    "/dashboard/reports/": {FINANCE, OWNERS},
    "/admin/stripe_checkout/paymentattempt/": {FINANCE, OWNERS},
    "/dashboard/offers/": {OWNERS},
    "/dashboard/vouchers/": {OWNERS},
    "/dashboard/comms/": {OWNERS},
    "/dashboard/pages/": {OWNERS},
    "/dashboard/partners/": {OWNERS},
    "/admin/promises/promise/": {OWNERS},
    "/admin/auth/user/": {SUPPORT, OWNERS},
    "/admin/auth/group/": {OWNERS},
    "/admin/staff/entry/": {OWNERS},
}


@pytest.mark.parametrize("group", [*MAY, OWNERS])
def test_pages_that_open(group):
    client = signed_in(make_staff(groups=(group,)))
    opened = {path for path in PAGES if client.get(path).status_code == 200}
    assert opened == {path for path, groups in PAGES.items() if group in groups}


def test_staff_in_no_group_sees_only_the_front_pages():
    client = signed_in(make_staff())
    assert {client.get(path).status_code for path in PAGES} == {403}
    assert client.get("/dashboard/").status_code == 200


def test_navigation_shows_what_one_may_open():
    shown = signed_in(make_staff(groups=(WAREHOUSE,))).get("/dashboard/orders/").content.decode()
    assert "/dashboard/catalogue/stock-alerts/" in shown
    assert "/dashboard/comms/" not in shown
    assert "/dashboard/reports/" not in shown


def test_permissions_that_groups_name_exist():
    for name, words in MAY.items():
        assert Group.objects.get(name=name).permissions.count() == len(words)


def test_what_the_shop_makes_of_a_group_stays():
    Group.objects.get(name=SUPPORT).permissions.clear()
    call_command("migrate", verbosity=0)
    assert not Group.objects.get(name=SUPPORT).permissions.exists()


@pytest.mark.parametrize(("group", "may"), [(SUPPORT, False), (WAREHOUSE, False), (FINANCE, True), (OWNERS, True)])
def test_only_some_give_money_back(group, may):
    assert make_staff(groups=(group,)).has_perm("stripe_checkout.refund_payment") is may


@pytest.mark.parametrize(("group", "status"), [(SUPPORT, 403), (WAREHOUSE, 403), (FINANCE, 200), (OWNERS, 200)])
def test_only_some_take_lists_of_orders_away(group, status):
    client = signed_in(make_staff(groups=(group,)))
    assert client.get("/dashboard/orders/?response_format=csv").status_code == status
    order = Order.objects.create(number="100001", total_incl_tax=18, total_excl_tax=18)
    chosen = {"action": "download_selected_orders", "selected_order": order.pk}
    assert client.post("/dashboard/orders/", chosen).status_code == status


@pytest.mark.parametrize("group", [SUPPORT, FINANCE])
@pytest.mark.parametrize("action", ["send_parcel", "note_arrival", "change_order_status"])
def test_only_the_warehouse_moves_orders_on(group, action):
    order = Order.objects.create(number="100001", total_incl_tax=18, total_excl_tax=18)
    client = signed_in(make_staff(groups=(group,)))
    assert client.post(f"/dashboard/orders/{order.number}/", {"order_action": action}).status_code == 403


@pytest.mark.parametrize(("group", "status"), [(SUPPORT, 200), (WAREHOUSE, 403), (FINANCE, 403), (OWNERS, 200)])
def test_only_support_sends_an_order_elsewhere(group, status):
    [sent_to] = make_rows(get_model("order", "ShippingAddress"), 1)
    Order.objects.create(number="100001", total_incl_tax=18, total_excl_tax=18, shipping_address=sent_to)
    client = signed_in(make_staff(groups=(group,)))
    assert client.get("/dashboard/orders/100001/shipping-address/").status_code == status


def test_warehouse_counts_and_sets_no_price():
    record = make_product(price="18.00", stock=10).stockrecords.get()
    form = {"product": record.product_id, "partner": record.partner_id, "partner_sku": record.partner_sku}
    form |= {"price_currency": "USD", "price": "1.00", "num_in_stock": "7"}
    client = signed_in(make_staff(groups=(WAREHOUSE,)))
    assert client.post(f"/admin/partner/stockrecord/{record.pk}/change/", form).status_code == 302
    record.refresh_from_db()
    assert (record.num_in_stock, str(record.price)) == (7, "18.00")


@pytest.mark.parametrize("act", ["approve", "refuse", "label", "refund"])
def test_warehouse_decides_about_no_return(act):
    case = Return(kind=Return.Kind.CLAIM)
    view = CaseView()
    view.setup(RequestFactory().get("/"), number="1")
    view.case, view.request.user = case, make_staff(groups=(WAREHOUSE,))
    assert not view._may(act)
    assert view._may("receive")


def test_support_approves_returns_and_pays_no_claim():
    view = CaseView()
    view.setup(RequestFactory().get("/"), number="1")
    view.request.user = make_staff(groups=(SUPPORT,))
    view.case = Return(kind=Return.Kind.RETURN)
    assert view._may("approve")
    assert not view._may("refund")
    view.case = Return(kind=Return.Kind.CLAIM)
    assert not view._may("approve")
