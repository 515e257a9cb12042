"""Money that the order cannot take, or hardly: paid twice, paid late, paid unheard of. Rows are PAYMENTS.md's."""

from dataclasses import replace

from django.core.management import call_command
from oscar.core.loading import get_model

from shop.stripe_checkout import attempts
from shop.stripe_checkout.models import PaymentAttempt, Refund
from shop.stripe_checkout.states import SWEEPER
from shop.stripe_sandbox.temper import misbehave
from tests.factories import make_voucher
from tests.shop.books import EXPIRED, PAID, Books, books

CheckoutSession = get_model("stripe_sandbox", "CheckoutSession")
Order = get_model("order", "Order")
StockRecord = get_model("partner", "StockRecord")

# Whatever ended first stays ended, and what it then brought is on its way back.
GIVEN_BACK = replace(
    EXPIRED,
    attempts=("mismatched",),
    ledger=(
        *EXPIRED.ledger,
        "attempt: expired → mismatched +41.00",
        "refund: created",
        "refund: created → succeeded -41.00",
    ),
    source=("41.00", "41.00", "41.00"),
    transactions=("Debit 41.00 mismatched", "Refund 41.00 succeeded"),
    at_stripe=("41.00", "41.00"),
)


def release_unasked() -> None:
    """The shop releases the order while its session stays open at Stripe: what asking first is there to prevent."""
    attempts.end(PaymentAttempt.objects.live().get(), state="expired", cause=SWEEPER)


def two_orders_of_one_basket(shopper, stripe, soap) -> tuple:
    """The older one was released, and yet its session can still be paid."""
    shopper.add(soap, 2)
    shopper.press_pay()
    release_unasked()
    shopper.press_pay()
    return tuple(Order.objects.order_by("pk"))


def assert_older_went_back(older: Books) -> None:
    assert older.order == "Cancelled"
    assert older.attempts == ("mismatched",)
    assert older.at_stripe == ("41.00", "41.00")
    assert older.letters == ("REFUND_MADE",)


def test_row_15_of_two_that_were_both_paid_the_second_goes_back_at_once(shopper, stripe, client, soap):
    older, newer = two_orders_of_one_basket(shopper, stripe, soap)
    for order in (newer, older):
        stripe.pay(order.payment_attempts.get().session_url)
        assert stripe.tell(client, "checkout.session.completed") == [200]
    assert books(newer) == PAID
    assert_older_went_back(books(older))
    assert stripe.tell(client, "charge.refunded", "refund.created") == [200, 200]
    assert books(newer) == PAID  # that refund is not of this order's money


def test_row_15_the_older_one_goes_back_though_it_is_told_of_first(shopper, stripe, client, soap):
    """The shopper stands at the newer page: what he pays there is the order."""
    older, newer = two_orders_of_one_basket(shopper, stripe, soap)
    stripe.pay(older.payment_attempts.get().session_url)
    assert stripe.tell(client, "checkout.session.completed") == [200]
    assert_older_went_back(books(older))
    stripe.pay(newer.payment_attempts.get().session_url)
    assert stripe.tell(client, "checkout.session.completed") == [200]
    assert books(newer) == PAID


def test_row_15_a_refund_that_stripe_does_not_take_now_is_asked_for_later_and_once(shopper, stripe, client, soap):
    older, newer = two_orders_of_one_basket(shopper, stripe, soap)
    misbehave(api="error_after_work", endpoint="create_refund", times=1)
    for order in (newer, older):
        stripe.pay(order.payment_attempts.get().session_url)
        stripe.tell(client, "checkout.session.completed")
    call_command("settle_payments")
    call_command("settle_payments")
    assert_older_went_back(books(older))
    assert books(newer) == PAID
    assert Refund.objects.count() == get_model("stripe_sandbox", "Refund").objects.count() == 1


def test_row_27_paid_after_the_release_takes_stock_and_voucher_again(shopper, stripe, client, soap):
    voucher = make_voucher(usage="Single use")
    shopper.add(soap, 2)
    shopper.client.post("/basket/vouchers/add/", {"code": voucher.code})
    url = shopper.press_pay().url
    release_unasked()
    voucher.refresh_from_db()
    assert (books().stock, voucher.num_orders) == ((5, 0), 0)
    stripe.pay(url)
    assert stripe.tell(client, "checkout.session.completed") == [200]
    found = books()
    assert (found.order, found.attempts, found.stock) == ("Paid", ("succeeded",), (5, 2))
    assert found.letters == ("ORDER_PLACED",)
    assert found.ledger[-2:] == ("attempt: expired → succeeded +37.40", "order: Cancelled → Paid")  # 36.00 less 10 %
    voucher.refresh_from_db()
    assert (voucher.num_orders, voucher.applications.count()) == (1, 1)


def test_row_27_paid_when_the_stock_is_gone_goes_back_and_both_sides_are_told(
    shopper, stripe, client, admin_user, payment_page
):
    release_unasked()
    StockRecord.objects.update(num_in_stock=1)
    stripe.pay(payment_page)
    assert stripe.tell(client, "checkout.session.completed") == [200]
    expected = replace(GIVEN_BACK, stock=(1, 0), letters=("SOLD_OUT_REFUND", "STAFF_SOLD_OUT_REFUND"))
    assert books() == expected
    assert stripe.tell(client, "charge.refunded") == [200]
    call_command("settle_payments")
    assert books() == expected
    assert not PaymentAttempt.objects.need_a_person().exists()


def test_row_27_paid_when_the_product_is_gone_goes_back(stripe, client, soap, payment_page):
    release_unasked()
    soap.delete()
    stripe.pay(payment_page)
    assert stripe.tell(client, "checkout.session.completed") == [200]
    order = Order.objects.get()
    assert (order.status, order.sources.get().amount_refunded) == ("Cancelled", order.total_incl_tax)


def test_row_16_a_session_of_which_the_shop_never_heard_is_settled_when_it_is_paid(shopper, stripe, client, soap):
    """Three answers are lost (the SDK tries twice again), so the shop has given up, and yet the session is open."""
    shopper.add(soap, 2)
    misbehave(api="disconnect_after_work", endpoint="create_session", times=3)
    assert "Nothing was charged" in shopper.press_pay().content.decode()
    assert (books().order, books().attempts, books().stock) == ("Cancelled", ("failed",), (5, 0))
    session = CheckoutSession.objects.get()
    assert session.status == "open"
    stripe.pay(session.page_url)
    assert stripe.tell(client, "checkout.session.completed") == [200]
    found = books()
    assert (found.order, found.attempts, found.stock) == ("Paid", ("succeeded",), (5, 2))
    assert (found.source, found.letters) == (PAID.source, PAID.letters)
