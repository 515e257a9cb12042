"""Many at once, on PostgreSQL: SQLite lets one writer in at a time and proves nothing. Rows are PAYMENTS.md's."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core import mail
from django.db import connection
from oscar.core.loading import get_model

from shop.stripe_checkout.models import PaymentAttempt, StripeEvent
from tests.conftest import Shopper
from tests.factories import make_countries, make_product, make_voucher

Order = get_model("order", "Order")
Source = get_model("payment", "Source")
StockRecord = get_model("partner", "StockRecord")
CheckoutSession = get_model("stripe_sandbox", "CheckoutSession")

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgresql,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="races are run on PostgreSQL"),
]


def at_once(*calls):
    """Run the calls in threads that start together; gives their results in the same order."""
    barrier = Barrier(len(calls))

    def run(call):
        barrier.wait()
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_row_24_twenty_buyers_of_the_last_unit(stripe):
    """20, because the issue says so: one pending order, 19 clear messages, no 500."""
    make_countries()
    soap = make_product(stock=1)
    buyers = [Shopper(email=f"buyer{number}@example.com") for number in range(20)]
    for buyer in buyers:
        buyer.add(soap)
    seen = [buyer.seen() for buyer in buyers]
    answers = at_once(
        *(lambda buyer=buyer, what=what: buyer.press_pay(seen=what) for buyer, what in zip(buyers, seen, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [303]
    told = [answer for answer in answers if answer.status_code == 200]
    assert all("has just sold out" in answer.content.decode() for answer in told)
    assert [order.status for order in Order.objects.all()] == ["Pending payment"]
    assert StockRecord.objects.get().num_allocated == 1
    assert all(buyer.basket() == {"Plain Soap": 1} for buyer in buyers)


def test_row_13_pay_pressed_eight_times_at_once_is_one_order_and_one_session(stripe):
    """Eight threads fight for one basket: enough for each step of placing to be hit by somebody else's."""
    make_countries()
    shopper = Shopper()
    shopper.add(make_product(stock=50))
    seen = shopper.seen()
    cookies = shopper.client.cookies

    def press():
        tab = Shopper()
        tab.client.cookies = cookies.copy()
        return tab.press_pay(seen=seen)

    answers = at_once(*[press] * 8)
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.url for answer in answers}) == 1
    assert Order.objects.filter(status="Pending payment").count() == Order.objects.count() == 1
    assert CheckoutSession.objects.filter(status="open").count() == CheckoutSession.objects.count() == 1


def test_row_1_webhook_and_return_page_at_the_same_moment(stripe, run_tasks):
    """20 times over, as the row says."""
    make_countries()
    soap = make_product(stock=100)
    for _ in range(20):
        shopper = Shopper()
        shopper.add(soap)
        back = stripe.pay(shopper.press_pay().url).headers["Location"]
        event = stripe.events("checkout.session.completed")[-1]
        answers = at_once(
            lambda shopper=shopper, back=back: shopper.client.get("/" + back.split("/", 3)[3]),
            lambda event=event: stripe.deliver(Shopper().client, event),
        )
        assert [answer.status_code for answer in answers] == [303, 200]
    assert Order.objects.filter(status="Paid").count() == Order.objects.count() == 20
    assert [order.status_changes.count() for order in Order.objects.all()] == [1] * 20
    assert [source.transactions.count() for source in Source.objects.all()] == [1] * 20
    run_tasks()
    assert len(mail.outbox) == 20


def test_row_2_one_event_delivered_eight_times_at_once(stripe):
    """Eight, as many as a small shop has web workers."""
    make_countries()
    shopper = Shopper()
    shopper.add(make_product())
    stripe.pay(shopper.press_pay().url)
    event = stripe.events("checkout.session.completed")[0]
    answers = at_once(*[lambda: stripe.deliver(Shopper().client, event)] * 8)
    assert {answer.status_code for answer in answers} == {200}
    assert (StripeEvent.objects.count(), Source.objects.get().transactions.count()) == (1, 1)


def test_paying_and_changing_the_order_at_the_same_moment_is_one_outcome(stripe):
    """Ten times: whoever comes first, the order is paid or replaced, never both, and the stock adds up."""
    make_countries()
    for _ in range(10):
        soap = make_product(stock=10)
        shopper = Shopper()
        shopper.add(soap)
        url = shopper.press_pay().url
        shopper.add(soap)
        seen = shopper.seen()
        paid, pressed = at_once(
            lambda url=url: stripe.pay(url), lambda shopper=shopper, seen=seen: shopper.press_pay(seen=seen)
        )
        first = PaymentAttempt.objects.filter(order__lines__product=soap).order_by("created_at").first()
        was_paid = CheckoutSession.objects.get(pk=first.session_id).payment_status == "paid"
        allocated = StockRecord.objects.get(product=soap).num_allocated
        assert pressed.status_code in (200, 303)
        assert paid.status_code < 500
        assert (first.state, allocated) == (("succeeded", 1) if was_paid else ("superseded", 2))


def test_placing_and_cancelling_with_the_same_voucher_never_wait_in_a_circle(stripe):
    """Four place while four cancel, three times over: each touches the same voucher, offer and stock record."""
    make_countries()
    soap, voucher = make_product(stock=100), make_voucher()

    def one_with_the_voucher() -> Shopper:
        shopper = Shopper()
        shopper.add(soap)
        shopper.client.post("/basket/vouchers/add/", {"code": voucher.code})
        return shopper

    for _ in range(3):
        leaving, coming = ([one_with_the_voucher() for _ in range(4)] for _ in range(2))
        urls = []
        for shopper in leaving:
            shopper.press_pay()
            urls.append(f"/checkout/unpaid/{PaymentAttempt.objects.first().pk}/")
        seen = [shopper.seen() for shopper in coming]
        answers = at_once(
            *(lambda s=shopper, url=url: s.client.post(url) for shopper, url in zip(leaving, urls, strict=True)),
            *(lambda s=shopper, what=what: s.press_pay(seen=what) for shopper, what in zip(coming, seen, strict=True)),
        )
        assert {answer.status_code for answer in answers} <= {302, 303}
    voucher.refresh_from_db()
    pending = Order.objects.filter(status="Pending payment").count()
    assert (
        pending == voucher.num_orders == voucher.applications.count() == StockRecord.objects.get().num_allocated == 12
    )
