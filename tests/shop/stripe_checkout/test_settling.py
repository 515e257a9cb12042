"""However the word comes that an order is paid, it is paid once. Rows are those of PAYMENTS.md."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from oscar.core.loading import get_model

from shop.stripe_checkout import attempts
from shop.stripe_checkout.models import PaymentAttempt, StripeEvent
from tests.conftest import Shopper
from tests.factories import make_product

Order = get_model("order", "Order")
Source = get_model("payment", "Source")
StockRecord = get_model("partner", "StockRecord")
CheckoutSession = get_model("stripe_sandbox", "CheckoutSession")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def soap():
    return make_product(price="18.00", stock=5)


@pytest.fixture
def paid_session(shopper, stripe, soap):
    """The shopper has paid at Stripe's page; the shop has not heard of it yet. Gives where Stripe leads back to."""
    shopper.add(soap, 2)
    answer = stripe.pay(shopper.press_pay().url)
    return "/" + answer.headers["Location"].split("/", 3)[3]


def assert_paid_once() -> Order:
    order = Order.objects.get()
    source = Source.objects.get()
    assert order.status == "Paid"
    assert {line.status for line in order.lines.all()} == {"Paid"}
    assert (source.amount_allocated, source.amount_debited, source.amount_refunded) == (
        Decimal("41.00"),
        Decimal("41.00"),
        Decimal("0.00"),
    )
    assert source.reference == order.payment_attempts.get().payment_intent
    assert [(t.txn_type, t.amount) for t in source.transactions.all()] == [("Debit", Decimal("41.00"))]
    assert order.status_changes.count() == 1
    return order


def test_row_5_the_return_page_alone_is_enough(shopper, paid_session, run_tasks):
    answer = shopper.client.get(paid_session)
    order = assert_paid_once()
    run_tasks()
    page = shopper.client.get(answer.url).content.decode()
    assert f"data-order-number>{order.number}</span> is confirmed" in page
    assert len(mail.outbox) == 1


def test_row_4_the_webhook_alone_is_enough(stripe, client, paid_session, run_tasks):
    answer = stripe.deliver(client, stripe.events("checkout.session.completed")[0])
    assert answer.status_code == 200
    assert_paid_once()
    run_tasks()
    assert len(mail.outbox) == 1


def test_row_5_neither_comes_and_the_sweeper_settles(paid_session, capsys, run_tasks):
    call_command("settle_payments")
    order = assert_paid_once()
    assert f"Order {order.number}: succeeded" in capsys.readouterr().out
    run_tasks()
    assert len(mail.outbox) == 1


def test_all_three_together_change_nothing_more(shopper, stripe, client, paid_session, run_tasks):
    shopper.client.get(paid_session)
    stripe.deliver(client, stripe.events("checkout.session.completed")[0])
    call_command("settle_payments")
    shopper.client.get(paid_session)
    assert_paid_once()
    run_tasks()
    assert len(mail.outbox) == 1


def test_row_2_the_same_event_again_changes_nothing(stripe, client, paid_session):
    event = stripe.events("checkout.session.completed")[0]
    assert [stripe.deliver(client, event).status_code for _ in range(3)] == [200, 200, 200]
    assert StripeEvent.objects.count() == 1
    assert_paid_once()


def test_row_2_the_same_fact_under_another_id_changes_nothing(stripe, client, paid_session, run_tasks):
    event = stripe.events("checkout.session.completed")[0]
    stripe.deliver(client, event)
    assert stripe.deliver(client, event | {"id": "evt_another"}).status_code == 200
    assert_paid_once()
    run_tasks()
    assert len(mail.outbox) == 1


def test_row_8_a_webhook_before_the_session_was_saved_finds_its_attempt(stripe, client, paid_session):
    PaymentAttempt.objects.update(session_id=None, session_url="", state="created")
    stripe.deliver(client, stripe.events("checkout.session.completed")[0])
    assert_paid_once()
    assert PaymentAttempt.objects.get().session_id == CheckoutSession.objects.get().pk


def test_a_crash_between_session_and_save_is_found_by_the_sweeper(paid_session):
    PaymentAttempt.objects.update(
        session_id=None, session_url="", state="created", expires_at=timezone.now() - timedelta(hours=1)
    )
    call_command("settle_payments")
    assert_paid_once()


def test_an_attempt_that_stripe_never_heard_of_is_released(shopper, stripe, soap):
    shopper.add(soap)
    shopper.press_pay()
    CheckoutSession.objects.all().delete()
    get_model("stripe_sandbox", "IdempotentRequest").objects.all().delete()
    past = timezone.now() - timedelta(hours=1)
    attempt = PaymentAttempt.objects.get()
    attempt.request["expires_at"] = int(past.timestamp())
    PaymentAttempt.objects.update(session_id=None, state="created", expires_at=past, request=attempt.request)
    call_command("settle_payments")
    assert (Order.objects.get().status, PaymentAttempt.objects.get().state) == ("Cancelled", "failed")
    assert StockRecord.objects.get(product=soap).num_allocated == 0


def test_paying_empties_the_basket_and_keeps_the_stock_aside(shopper, paid_session, soap):
    shopper.client.get(paid_session)
    assert shopper.basket() == {}
    record = StockRecord.objects.get(product=soap)
    assert (record.num_in_stock, record.num_allocated) == (5, 2)  # consumed when it is sent, as Oscar does


def test_what_was_added_while_paying_stays_in_the_basket(shopper, paid_session, soap):
    shopper.add(soap)
    shopper.client.get(paid_session)
    assert shopper.basket() == {"Plain Soap": 1}


def test_an_expired_session_gives_stock_and_basket_back(shopper, stripe, client, soap):
    shopper.add(soap, 2)
    shopper.press_pay()
    CheckoutSession.objects.update(expires_at=timezone.now())
    assert PaymentAttempt.objects.get().state == "open"
    CheckoutSession.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    call_command("settle_payments")
    stripe.deliver(client, stripe.events("checkout.session.expired")[0])  # late, and no more news
    assert (Order.objects.get().status, PaymentAttempt.objects.get().state) == ("Cancelled", "expired")
    assert StockRecord.objects.get(product=soap).num_allocated == 0
    assert shopper.basket() == {"Plain Soap": 2}


def test_the_worker_releases_what_expired_without_a_word(shopper, stripe, soap, run_tasks):
    shopper.add(soap)
    shopper.press_pay()
    past = timezone.now() - timedelta(hours=1)
    CheckoutSession.objects.update(expires_at=past)
    PaymentAttempt.objects.update(expires_at=past)
    get_model("django_tasks_database", "DBTaskResult").objects.update(run_after=past)
    run_tasks()
    assert (Order.objects.get().status, PaymentAttempt.objects.get().state) == ("Cancelled", "expired")


def test_the_sweeper_leaves_a_shopper_at_the_payment_page_alone(shopper, stripe, soap):
    shopper.add(soap)
    shopper.press_pay()
    call_command("settle_payments")
    assert (Order.objects.get().status, CheckoutSession.objects.get().status) == ("Pending payment", "open")


def test_a_declined_card_leaves_everything_as_it_is(shopper, stripe, soap):
    shopper.add(soap)
    url = shopper.press_pay().url
    stripe.pay(url, card="4000 0000 0000 0002")
    call_command("settle_payments")
    assert Order.objects.get().status == "Pending payment"
    answer = stripe.pay(url)
    shopper.client.get("/" + answer.headers["Location"].split("/", 3)[3])
    assert Order.objects.get().status == "Paid"


def test_an_amount_that_differs_is_held_and_not_fulfilled(stripe, client, paid_session):
    PaymentAttempt.objects.update(amount=Decimal("42.00"))
    stripe.deliver(client, stripe.events("checkout.session.completed")[0])
    attempt = PaymentAttempt.objects.need_a_person().get()
    assert Order.objects.get().status == "Pending payment"
    assert "41.00" in attempt.reason
    assert "42.00" in attempt.reason


def test_paid_after_the_stock_was_released_takes_it_again(paid_session, soap):
    attempts.end(PaymentAttempt.objects.get(), state="expired")
    attempts.settle(attempt_id=PaymentAttempt.objects.get().pk)
    assert Order.objects.get().status == "Paid"
    assert StockRecord.objects.get(product=soap).num_allocated == 2


def test_paid_after_the_stock_is_gone_is_held_for_a_person(paid_session, soap):
    attempts.end(PaymentAttempt.objects.get(), state="expired")
    StockRecord.objects.update(num_in_stock=1)
    attempts.settle(attempt_id=PaymentAttempt.objects.get().pk)
    assert Order.objects.get().status == "Cancelled"
    assert PaymentAttempt.objects.need_a_person().get().reason.startswith("Paid after the stock was released")
    assert StockRecord.objects.get(product=soap).num_allocated == 0


def test_row_36_somebody_elses_session_id_shows_nothing_and_changes_nothing(paid_session):
    assert Shopper().client.get(paid_session).status_code == 404
    assert Order.objects.get().status == "Pending payment"


@pytest.mark.parametrize("session_id", ["", "cs_test_made_up", "x" * 5000, "a%00b", "%F0%9F%98%80"])
def test_row_36_a_made_up_session_id_shows_nothing(shopper, session_id):
    assert shopper.client.get(f"/checkout/return/?session_id={session_id}").status_code == 404


def test_row_36_a_guessed_order_number_shows_nothing(shopper, paid_session):
    shopper.client.get(paid_session)
    number = Order.objects.get().number
    assert shopper.client.get(f"/checkout/thank-you/{number}/").status_code == 200
    assert Shopper().client.get(f"/checkout/thank-you/{number}/").status_code == 404
    assert Shopper().client.get(f"/checkout/unpaid/{PaymentAttempt.objects.get().pk}/").status_code == 404


def test_the_return_page_says_so_when_stripe_cannot_be_asked(shopper, paid_session, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    page = shopper.client.get(paid_session)
    assert page.status_code == 200
    assert "We are checking your payment" in page.content.decode()
    assert Order.objects.get().status == "Pending payment"


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
