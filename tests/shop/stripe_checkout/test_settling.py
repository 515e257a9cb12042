"""However the word comes that an order is paid, it is paid once. Rows are those of PAYMENTS.md."""

from dataclasses import replace

from django.core import mail
from django.core.management import call_command
from oscar.core.loading import get_model

from shop.stripe_checkout import attempts
from shop.stripe_checkout.models import PaymentAttempt, Refund, StripeEvent
from shop.stripe_checkout.states import SHOPPER
from shop.stripe_sandbox import payments
from shop.stripe_sandbox.temper import misbehave
from tests.shop.books import EXPIRED, PAID, PAID_AT_STRIPE, PENDING, books

CheckoutSession = get_model("stripe_sandbox", "CheckoutSession")
Event = get_model("stripe_sandbox", "Event")
PaymentIntent = get_model("stripe_sandbox", "PaymentIntent")
Order = get_model("order", "Order")
ProductRecord = get_model("analytics", "ProductRecord")
Source = get_model("payment", "Source")


def test_row_4_the_webhook_alone_is_enough(stripe, client, paid_session, run_tasks):
    assert books() == PAID_AT_STRIPE
    assert stripe.tell(client, "checkout.session.completed") == [200]
    assert books() == PAID
    run_tasks()
    assert len(mail.outbox) == 1


def test_row_13_a_session_that_opened_while_the_order_was_replaced_is_closed_too(payment_page):
    """Who replaces the order has read the attempt before its session was saved."""
    read_before = PaymentAttempt.objects.get()
    read_before.session_id, read_before.state = None, "created"
    assert attempts.cancel(read_before, cause=SHOPPER, state="superseded").state == "superseded"
    assert CheckoutSession.objects.get().status == "expired"


def test_a_sale_is_counted_by_the_worker_once(stripe, client, paid_session, run_tasks):
    stripe.tell(client, "checkout.session.completed")
    assert ProductRecord.objects.get().num_purchases == 0  # the payment waits for no statistic
    for _ in range(2):
        stripe.tell(client, "checkout.session.completed")
        run_tasks()
    assert ProductRecord.objects.get().num_purchases == 2


def test_row_5_the_return_page_alone_is_enough(shopper, paid_session, run_tasks):
    answer = shopper.client.get(paid_session)
    assert books() == PAID
    page = shopper.client.get(answer.url).content.decode()
    assert f"data-order-number>{Order.objects.get().number}</span> is confirmed" in page
    run_tasks()
    assert len(mail.outbox) == 1


def test_row_5_neither_comes_and_the_sweeper_takes_the_event_in_late(paid_session, capsys):
    call_command("settle_payments")
    assert books() == PAID
    assert "Event checkout.session.completed: taken in late" in capsys.readouterr().out


def test_row_5_neither_comes_nor_is_there_an_event_and_the_sweeper_asks_about_the_session(paid_session, capsys):
    Event.objects.all().delete()  # as at Stripe after thirty days
    call_command("settle_payments")
    assert books() == PAID
    assert f"Order {Order.objects.get().number}: succeeded" in capsys.readouterr().out


def test_all_three_together_change_nothing_more(shopper, stripe, client, paid_session, run_tasks):
    shopper.client.get(paid_session)
    stripe.tell(client, "checkout.session.completed")
    call_command("settle_payments")
    shopper.client.get(paid_session)
    assert books() == PAID
    run_tasks()
    assert len(mail.outbox) == 1


def test_row_2_the_same_event_again_changes_nothing(stripe, client, paid_session):
    assert stripe.tell(client, *["checkout.session.completed"] * 3) == [200, 200, 200]
    assert StripeEvent.objects.count() == 1
    assert books() == PAID


def test_row_2_the_same_fact_under_another_id_changes_nothing(stripe, client, paid_session):
    event = stripe.events("checkout.session.completed")[0]
    stripe.deliver(client, event)
    assert stripe.deliver(client, event | {"id": "evt_another"}).status_code == 200
    assert books() == PAID


def test_row_7_refunded_before_completed(stripe, client, paid_session):
    """The refund is told of first: the payment is settled on the way, and its own event is no more news."""
    payments.refund(asked={"payment_intent": PaymentIntent.objects.get().pk, "amount": 700})
    refunded = replace(
        PAID,
        ledger=(*PAID.ledger, "refund: created", "refund: created → succeeded -7.00"),
        source=("41.00", "41.00", "7.00"),
        transactions=("Debit 41.00 succeeded", "Refund 7.00 succeeded"),
        letters=("ORDER_PLACED", "REFUND_MADE"),
        at_stripe=("41.00", "7.00"),
    )
    assert stripe.tell(client, "charge.refunded") == [200]
    assert books() == refunded
    assert stripe.tell(client, "refund.created", "checkout.session.completed") == [200, 200]
    assert books() == refunded


def test_row_7_expired_after_paid(stripe, client, paid_session):
    """An event says what was; the session says what is."""
    completed = stripe.events("checkout.session.completed")[0]
    expired = completed | {"id": "evt_expired", "type": "checkout.session.expired"}
    for event in (expired, completed, expired | {"id": "evt_expired_again"}):
        assert stripe.deliver(client, event).status_code == 200
        assert books() == PAID


def test_row_8_a_webhook_before_the_session_was_saved_finds_its_attempt(shopper, stripe_with_webhooks, soap):
    """It is paid, and the shop told so, before Stripe's answer to our opening it has come."""
    misbehave(api="paid_before_answer")
    shopper.add(soap, 2)
    answer = shopper.press_pay()
    assert answer.url == f"/checkout/thank-you/{Order.objects.get().number}/"
    assert books() == PAID
    assert PaymentAttempt.objects.get().session_id == CheckoutSession.objects.get().pk


def test_row_19_another_amount_is_not_fulfilled_and_held_for_staff(stripe, client, admin_user, payment_page):
    payments.reprice(session_id=CheckoutSession.objects.get().pk, amount=100)
    stripe.pay(payment_page)
    assert stripe.tell(client, "checkout.session.completed") == [200]
    held = replace(
        PENDING,
        attempts=("mismatched",),
        ledger=(*PENDING.ledger, "attempt: open → mismatched +1.00"),
        letters=("STAFF_PAYMENT_HELD",),
        at_stripe=("1.00", "0.00"),
    )
    assert books() == held
    attempt = PaymentAttempt.objects.need_a_person().get()
    assert attempt.reason == "Stripe took 1.00 USD; the order says 41.00 USD."
    call_command("settle_payments")
    assert books() == held


def test_row_19_another_currency_is_not_fulfilled_and_held_for_staff(shopper, stripe, admin_user, payment_page):
    payments.reprice(session_id=CheckoutSession.objects.get().pk, currency="eur")
    answer = shopper.client.get(stripe.path_back(stripe.pay(payment_page)))
    assert answer.status_code == 200
    assert (Order.objects.get().status, Source.objects.count()) == ("Pending payment", 0)
    attempt = PaymentAttempt.objects.need_a_person().get()
    assert attempt.reason == "Stripe took 41.00 EUR; the order says 41.00 USD."


def test_row_19_held_money_that_staff_give_back_at_stripe_releases_the_order(stripe, client, admin_user, payment_page):
    payments.reprice(session_id=CheckoutSession.objects.get().pk, amount=100)
    stripe.pay(payment_page)
    stripe.tell(client, "checkout.session.completed")
    payments.refund(asked={"payment_intent": PaymentIntent.objects.get().pk})
    assert stripe.tell(client, "charge.refunded") == [200]
    found = books()
    assert (found.order, found.stock, found.at_stripe) == ("Cancelled", (5, 0), ("1.00", "1.00"))
    assert found.source == ("1.00", "1.00", "1.00")
    assert not PaymentAttempt.objects.need_a_person().exists()


def test_row_29_a_declined_card_leaves_everything_as_it_is(shopper, stripe, client, payment_page):
    stripe.pay(payment_page, card="4000 0000 0000 0002")
    assert stripe.tell(client, "payment_intent.payment_failed") == [200]
    call_command("settle_payments")
    assert books() == PENDING
    shopper.client.get(stripe.path_back(stripe.pay(payment_page)))  # the shopper tries again there
    assert books() == PAID


def test_row_26_an_old_sessions_expiry_after_the_order_was_paid_another_way_is_ignored(shopper, stripe, client, soap):
    shopper.add(soap, 2)
    shopper.press_pay()
    shopper.press_pay(line1="14 Sample Street")  # another purchase: the older session is expired
    older, newer = Order.objects.order_by("pk")
    stripe.pay(newer.payment_attempts.get().session_url)
    stripe.tell(client, "checkout.session.completed")
    before = books(older), books(newer)
    assert (before[0].attempts, before[1]) == (("superseded",), PAID)
    assert stripe.tell(client, "checkout.session.expired") == [200]
    assert (books(older), books(newer)) == before


def test_row_30_an_order_that_nobody_pays_ends_by_expiry_and_the_basket_stays(
    shopper, stripe, client, payment_page, time_is_over
):
    time_is_over()
    call_command("settle_payments")
    assert books() == EXPIRED
    assert stripe.tell(client, "checkout.session.expired") == [200]  # late, and no more news
    assert books() == EXPIRED
    assert shopper.basket() == {"Plain Soap": 2}


def test_paying_empties_the_basket(shopper, paid_session):
    shopper.client.get(paid_session)
    assert shopper.basket() == {}


def test_what_was_added_while_paying_stays_in_the_basket(shopper, paid_session, soap):
    shopper.add(soap)
    shopper.client.get(paid_session)
    assert shopper.basket() == {"Plain Soap": 1}


def test_cancelling_what_is_paid_settles_it(paid_session):
    attempts.cancel(PaymentAttempt.objects.get(), cause=SHOPPER)
    assert books() == PAID
    assert not Refund.objects.exists()


def test_the_confirmation_says_what_was_bought_in_html_and_text(shopper, paid_session, run_tasks):
    shopper.client.get(paid_session)
    run_tasks()
    order = Order.objects.get()
    letter = mail.outbox[0]
    html = letter.alternatives[0].content
    assert letter.to == ["alex@example.com"]
    assert letter.subject == f"Your order {order.number} is confirmed"
    for text in (letter.body, html):
        assert order.number in text
        assert "Plain Soap" in text
        assert "$41.00" in text
        assert "12 Sample Street" in text
    assert order.communication_events.count() == 1
