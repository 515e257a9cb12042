"""Everybody who settles at once, on PostgreSQL: the outcome is that of one. Rows are those of PAYMENTS.md."""

from decimal import Decimal
from uuid import uuid4

from django.core.management import call_command
from oscar.core.loading import get_model

from shop.stripe_checkout import attempts, refunds
from shop.stripe_checkout.models import PaymentAttempt, Refund, StripeEvent
from shop.stripe_checkout.states import SWEEPER, Cause
from shop.stripe_sandbox import payments
from shop.stripe_sandbox.temper import behave, misbehave
from tests.conftest import Shopper
from tests.factories import make_countries, make_product, make_voucher
from tests.shop.books import EXPIRED, PAID, books
from tests.shop.races import at_once, on_postgresql

AtStripe = get_model("stripe_sandbox", "Refund")
CheckoutSession = get_model("stripe_sandbox", "CheckoutSession")
Order = get_model("order", "Order")
StockRecord = get_model("partner", "StockRecord")

pytestmark = on_postgresql

STAFF = Cause("sam@example.com")


def at_the_payment_page(stock: int = 5, voucher: str = "") -> Shopper:
    """Somebody new, before a page that asks for 41.00 unless a voucher makes it less."""
    make_countries()
    shopper = Shopper()
    shopper.add(make_product(price="18.00", stock=stock), 2)
    if voucher:
        shopper.client.post("/basket/vouchers/add/", {"code": voucher})
    shopper.press_pay()
    return shopper


def newest() -> PaymentAttempt:
    return PaymentAttempt.objects.latest("created_at")


def pay(session_id: str) -> None:
    card = payments.Card("4242424242424242", 12, 2040)
    payments.pay(session_id=session_id, card=card, payer=payments.Payer("alex@example.com", "Alex Example"))


def test_row_1_webhook_and_return_page_at_the_same_moment(stripe):
    """20 times over, as the row says; each of the two doubled, or they would seldom meet in the middle."""
    for _ in range(20):
        shopper = at_the_payment_page()
        back = stripe.path_back(stripe.pay(newest().session_url))
        event = stripe.events("checkout.session.completed")[-1]
        tabs = [Shopper(), Shopper()]
        for tab in tabs:
            tab.client.cookies = shopper.client.cookies.copy()
        answers = at_once(
            *(lambda tab=tab, back=back: tab.client.get(back) for tab in tabs),
            *(
                lambda event=event | {"id": event["id"] + suffix}: stripe.deliver(Shopper().client, event)
                for suffix in ("", "_another_id")
            ),
        )
        assert [answer.status_code for answer in answers] == [303, 303, 200, 200]
        assert books(newest().order) == PAID
    assert StripeEvent.objects.count() == 40


def test_row_2_one_event_delivered_eight_times_at_once(stripe):
    """Eight, as many as a small shop has web workers; three times, so that each step is hit by somebody else's."""
    for known in range(1, 4):
        at_the_payment_page()
        pay(newest().session_id)
        event = stripe.events("checkout.session.completed")[-1]
        answers = at_once(*[lambda event=event: stripe.deliver(Shopper().client, event)] * 8)
        assert {answer.status_code for answer in answers} == {200}
        assert StripeEvent.objects.count() == known
        assert books(newest().order) == PAID


def test_row_15_two_payments_for_one_basket_at_once_are_one_order_and_one_refund(stripe):
    """Ten times: whichever event is first, the newer order is paid and the older payment goes back."""
    for _ in range(10):
        shopper = at_the_payment_page()
        older = newest()
        attempts.end(older, state="expired", cause=SWEEPER)  # without asking Stripe, so that both can be paid
        shopper.press_pay()
        newer = newest()
        pay(older.session_id)
        pay(newer.session_id)
        events = stripe.events("checkout.session.completed")[-2:]
        answers = at_once(*(lambda event=event: stripe.deliver(Shopper().client, event) for event in events))
        assert [answer.status_code for answer in answers] == [200, 200]
        assert books(newer.order) == PAID
        given_back = books(older.order)
        assert (given_back.order, given_back.attempts) == ("Cancelled", ("mismatched",))
        assert given_back.at_stripe == ("41.00", "41.00")
        assert older.refunds.count() == 1


def test_row_25_expiry_by_webhook_sweeper_staff_and_shopper_at_once_gives_back_once(stripe):
    """Ten times, four at once: with the two web workers and the one other worker of a small shop, and a person."""
    voucher = make_voucher()
    for _ in range(10):
        shopper = at_the_payment_page(voucher=voucher.code)
        attempt = newest()
        payments.expire(session_id=attempt.session_id)
        event = stripe.events("checkout.session.expired")[-1]
        answers = at_once(
            lambda event=event: stripe.deliver(Shopper().client, event).status_code,
            lambda: call_command("settle_payments"),
            lambda attempt=attempt: attempts.cancel(attempt, cause=STAFF).state,
            lambda shopper=shopper, attempt=attempt: shopper.client.post(f"/checkout/unpaid/{attempt.pk}/").url,
        )
        assert answers == [200, None, "expired", "/basket/"]
        assert books(attempt.order) == EXPIRED
        assert shopper.basket() == {"Plain Soap": 2}
    voucher.refresh_from_db()
    assert (voucher.num_orders, voucher.applications.count(), voucher.total_discount) == (0, 0, 0)


def test_row_25_paying_while_everybody_expires_is_paid_or_released_and_never_both(stripe):
    """Ten times: Stripe lets one of the two win, and all who settle must find the same."""
    for _ in range(10):
        at_the_payment_page()
        attempt = newest()

        def try_to_pay(session_id=attempt.session_id):
            try:
                pay(session_id)
            except payments.SessionNotOpen:
                pass

        at_once(
            try_to_pay,
            lambda attempt=attempt: attempts.cancel(attempt, cause=STAFF),
            lambda: call_command("settle_payments"),
        )
        call_command("settle_payments")
        taken = CheckoutSession.objects.get(pk=attempt.session_id).payment_status == "paid"
        assert books(attempt.order) == (PAID if taken else EXPIRED)


def test_row_27_a_late_payment_and_another_buyer_fight_for_the_last_units(stripe):
    """Ten times: one of them gets the two units, the other his money or his basket back."""
    for _ in range(10):
        at_the_payment_page(stock=2)
        late = newest()
        attempts.end(late, state="expired", cause=SWEEPER)
        pay(late.session_id)
        event = stripe.events("checkout.session.completed")[-1]
        other = Shopper("other@example.com")
        other.add(late.order.lines.get().product, 2)
        seen = other.seen()
        delivered, pressed = at_once(
            lambda event=event: stripe.deliver(Shopper().client, event),
            lambda other=other, seen=seen: other.press_pay(seen=seen),
        )
        assert delivered.status_code == 200
        found = books(late.order)
        assert found.stock == (2, 2)
        if pressed.status_code == 303:
            assert (found.order, found.at_stripe) == ("Cancelled", ("41.00", "41.00"))
            assert found.letters == ("SOLD_OUT_REFUND",)
        else:
            assert "just sold out" in pressed.content.decode()
            assert (found.order, found.letters) == ("Paid", ("ORDER_PLACED",))


def test_row_33_refund_pressed_eight_times_at_once_is_one_refund(stripe):
    """Eight, as many as a small shop has web workers."""
    at_the_payment_page()
    pay(newest().session_id)
    call_command("settle_payments")
    form = uuid4()

    def press():
        return refunds.ask(attempt=newest(), refund_id=form, by="sam@example.com", amount=Decimal("7.00")).pk

    assert set(at_once(*[press] * 8)) == {form}
    found = books()
    assert (found.source, found.at_stripe) == (("41.00", "41.00", "7.00"), ("41.00", "7.00"))
    assert (Refund.objects.count(), AtStripe.objects.count()) == (1, 1)


def test_row_33_refunds_at_once_never_give_back_more_than_was_paid(stripe):
    """Eight of 20.00 against 41.00, three times: two fit, six are refused."""

    def ask(attempt):
        try:
            return refunds.ask(attempt=attempt, refund_id=uuid4(), by="sam@example.com", amount=Decimal("20.00")).state
        except refunds.RefundRefused:
            return "refused"

    for _ in range(3):
        at_the_payment_page()
        pay(newest().session_id)
        call_command("settle_payments")
        asked = at_once(*[lambda: ask(newest())] * 8)
        assert sorted(asked) == ["refused"] * 6 + ["succeeded"] * 2
        found = books(newest().order)
        assert (found.source, found.at_stripe) == (("41.00", "41.00", "40.00"), ("41.00", "40.00"))


def test_row_33_a_refund_that_waits_and_that_everybody_sends_at_once_goes_back_once(stripe):
    """Five times, four sweepers: each finds it unsent, and Stripe knows the key."""
    for _ in range(5):
        at_the_payment_page()
        pay(newest().session_id)
        call_command("settle_payments")
        misbehave(api="disconnect", endpoint="create_refund")
        refund = refunds.ask(attempt=newest(), refund_id=uuid4(), by="sam@example.com", amount=Decimal("7.00"))
        behave()
        assert refund.state == "created"
        at_once(*[lambda: call_command("settle_payments")] * 4)
        call_command("settle_payments")
        found = books(newest().order)
        assert (found.source, found.at_stripe) == (("41.00", "41.00", "7.00"), ("41.00", "7.00"))
        assert AtStripe.objects.filter(charge__intent=newest().payment_intent).count() == 1


def test_one_refund_told_of_by_everybody_at_once_is_booked_once(stripe):
    """Ten times, three at once: both events of a refund, and the sweeper."""
    for _ in range(10):
        at_the_payment_page()
        pay(newest().session_id)
        call_command("settle_payments")
        payments.refund(asked={"payment_intent": newest().payment_intent, "amount": 700})
        events = stripe.events("refund.created")[-1:] + stripe.events("charge.refunded")[-1:]
        at_once(
            *(lambda event=event: stripe.deliver(Shopper().client, event) for event in events),
            lambda: call_command("settle_payments"),
        )
        found = books(newest().order)
        assert (found.source, found.at_stripe) == (("41.00", "41.00", "7.00"), ("41.00", "7.00"))
        assert found.transactions == ("Debit 41.00 succeeded", "Refund 7.00 succeeded")
        assert found.letters == ("ORDER_PLACED", "REFUND_MADE")
        assert found.ledger[len(PAID.ledger) :] == ("refund: created", "refund: created → succeeded -7.00")
