"""Invoice and packing slip."""

from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from oscar.core.loading import get_model

from shop.order import links
from shop.promises.models import Promise
from shop.stripe_checkout import refunds
from tests.shop.parcels.conftest import line_of, send
from tests.shop.test_pages import text_of

Order = get_model("order", "Order")

pytestmark = pytest.mark.django_db(transaction=True)


def invoice_of(order, client, name="customer:anon-order-invoice"):
    return client.get(reverse(name, args=[order.number]))


def slip_of(order, client, query=""):
    return client.get(reverse("dashboard:order-slip", args=[order.number]) + query)


def test_the_invoice_names_seller_buyer_lines_sums_and_payment(shopper, order, settings):
    settings.SHOP_LEGAL_NAME, settings.SHOP_ADDRESS = "Sample LLC", "1 Sample Road, Austin, TX"
    text = text_of(invoice_of(order, shopper.client))
    for told in (
        "Sample LLC",
        "1 Sample Road, Austin, TX",
        order.number,
        "12 Sample Street",
        "Plain Soap2$18.00$36.00",
        "Plain Comb1$9.00$9.00",
        "Standard delivery$5.00",
        "Sales tax$0.00",
        "Total$50.00",
        "online through Stripe",
    ):
        assert told in text


def test_the_invoice_tells_what_was_refunded(shopper, order):
    soap = [refunds.Returned(line_of(order, "Plain Soap"), 1, restock=True)]
    refunds.ask(attempt=order.payment_attempts.get(), refund_id=uuid4(), by="staff", returned=soap)
    text = text_of(invoice_of(order, shopper.client))
    assert "Refunded−$18.00" in text
    assert "$18.00 was refunded on" in text


def test_a_guests_link_opens_the_invoice_too_and_leads_back_with_the_same_signature(order):
    reader = Client()
    page = links.path_to(order)
    answer = reader.get(f"{page}invoice/")
    assert answer.status_code == 200
    assert f'href="{page}"' in answer.content.decode()
    assert f"{page}invoice/" in reader.get(page).content.decode()
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_nobody_else_sees_an_invoice(order, django_user_model):
    stranger = Client()
    answer, of_nothing = invoice_of(order, stranger), invoice_of(Order(number="34679-CDFGH"), stranger)
    assert answer.status_code == of_nothing.status_code == 404
    assert text_of(answer) == text_of(of_nothing)
    stranger.force_login(django_user_model.objects.create_user("eve", "eve@example.com", "a long pass phrase"))
    assert invoice_of(order, stranger, "customer:order-invoice").status_code == 404
    assert stranger.get(reverse("dashboard:order-invoice", args=[order.number])).status_code == 403
    assert slip_of(order, stranger).status_code == 403


def test_an_order_that_is_not_paid_has_no_invoice(shopper, stripe, goods, admin_client):
    shopper.add(goods.soap)
    shopper.press_pay()
    order = Order.objects.get()
    assert invoice_of(order, shopper.client).status_code == 404
    assert admin_client.get(reverse("dashboard:order-invoice", args=[order.number])).status_code == 404


def test_staff_print_invoice_and_slip_from_the_orders_page(admin_client, order):
    page = admin_client.get(reverse("dashboard:order-detail", args=[order.number])).content.decode()
    for name in ("order-invoice", "order-slip"):
        url = reverse(f"dashboard:{name}", args=[order.number])
        assert url in page
        assert admin_client.get(url).status_code == 200


def test_the_slip_has_what_is_to_be_packed_no_prices_and_the_way_of_a_return(promises, admin_client, order):
    parcel = send(order, soaps=1)
    answer = slip_of(order, admin_client)
    text = text_of(answer)
    assert "$" not in text
    assert "Plain Soap" in text
    assert "Plain Comb" in text
    assert Promise.objects.in_force().get(slug="returns").one_line in text
    assert "/promises/returns/" in text
    assert "The rest of the order travels in another package." in text
    of_parcel = text_of(slip_of(order, admin_client, f"?parcel={parcel.pk}"))
    assert "Plain Comb" not in of_parcel


@pytest.mark.parametrize("parcel", ["x", "", "a%00b", str(UUID(int=7))])
def test_a_parcel_that_is_none_has_no_slip(admin_client, order, parcel):
    assert slip_of(order, admin_client, f"?parcel={parcel}").status_code == 404


def test_what_was_refunded_is_not_packed(admin_client, order):
    comb = [refunds.Returned(line_of(order, "Plain Comb"), 1, restock=True)]
    refunds.ask(attempt=order.payment_attempts.get(), refund_id=uuid4(), by="staff", returned=comb)
    assert "Plain Comb" not in text_of(slip_of(order, admin_client))


def test_queries_of_the_customers_page_do_not_grow_with_parcels(shopper, order):
    url = reverse("customer:anon-order", args=[order.number])
    send(order, soaps=1)
    shopper.client.get(url)
    with CaptureQueriesContext(connection) as few:
        shopper.client.get(url)
    send(order, soaps=1), send(order, combs=1, carrier="fedex", number="449044304137821")
    with CaptureQueriesContext(connection) as many:
        page = shopper.client.get(url)
    assert len(many) <= len(few)
    text = text_of(page)
    assert "Package 3: on its way" in text
    assert "Follow package 3" in text
    assert 'rel="noopener noreferrer"' in page.content.decode()
