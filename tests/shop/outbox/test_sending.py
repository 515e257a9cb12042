"""Sending what waits: once, with patience, and with a note of how it went."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from oscar.core.loading import get_model

from shop.outbox.letters import post
from shop.outbox.models import MOST_TRIES, Letter
from shop.outbox.tasks import deliver_waiting
from tests.factories import make_product

Email = get_model("communication", "Email")
Order = get_model("order", "Order")

REFUND = {"amount": "$5.00", "part": "part"}


def test_row_35_a_dead_mail_server_leaves_the_order_paid_and_the_letter_goes_out_once_when_it_is_back(
    shopper, stripe, by_smtp, run_tasks, time_passes, request
):
    shopper.add(make_product())
    paid = stripe.pay(shopper.press_pay().url).headers["Location"]
    assert shopper.client.get("/" + paid.split("/", 3)[3]).status_code == 303
    run_tasks()
    order, letter = Order.objects.get(), Letter.objects.get()
    assert order.status == "Paid"
    assert not order.communication_events.exists()
    assert letter.state == "Waiting"
    assert letter.last_error.startswith("ConnectionRefusedError")
    mail_server = request.getfixturevalue("mail_server")
    for _ in range(3):
        time_passes()
        deliver_waiting.call()
    assert [order.number in text for text in mail_server.mails] == [True]
    assert Letter.objects.get().state == "Sent"
    assert order.communication_events.count() == 1


def test_row_35_a_server_that_refuses_leaves_the_letter_and_not_the_others(order, by_smtp, mail_server, time_passes):
    mail_server.refuses = True
    post(code="REFUND_MADE", key="refund:1", order=order, context=REFUND)
    deliver_waiting.call()
    mail_server.refuses = False
    post(code="REFUND_MADE", key="refund:2", order=order, context=REFUND)
    deliver_waiting.call()
    assert {letter.key: letter.state for letter in Letter.objects.all()} == {"refund:1": "Waiting", "refund:2": "Sent"}
    assert "550" in Letter.objects.get(key="refund:1").last_error


def test_a_letter_without_a_template_leaves_the_others_alone(order):
    """The letter for which there is none was written first, and is tried first."""
    post(code="NO_SUCH_LETTER", key="unwritten", order=order)
    post(code="REFUND_MADE", key="refund:1", order=order, context=REFUND)
    deliver_waiting.call()
    assert [letter.subject for letter in mail.outbox] == [f"Your refund for order {order.number}"]
    assert Letter.objects.get(key="unwritten").last_error.startswith("LookupError")


def test_a_template_that_staff_broke_leaves_the_letter_waiting(order):
    get_model("communication", "CommunicationEventType").objects.create(
        code="REFUND_MADE", name="Refund", email_body_template="{% nonsense %}"
    )
    post(code="REFUND_MADE", key="refund:1", order=order, context=REFUND)
    deliver_waiting.call()
    assert Letter.objects.get().last_error.startswith("TemplateSyntaxError")


def test_a_letter_that_fails_is_not_tried_again_before_its_time(order, by_smtp):
    post(code="REFUND_MADE", key="refund:1", order=order, context=REFUND)
    deliver_waiting.call()
    deliver_waiting.call()
    assert Letter.objects.get().tries == 1


def test_the_time_between_tries_doubles_up_to_an_hour_and_ends_after_three_days(order):
    letter = post(code="REFUND_MADE", key="refund:1", order=order, context=REFUND)
    minutes = []
    for letter.tries in range(1, MOST_TRIES):
        letter.note_failure(ValueError())
        wait = Letter.objects.get().next_try_at - timezone.now()
        minutes.append(round(wait / timedelta(minutes=1)))
    assert minutes[:8] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert sum(minutes) == pytest.approx(3 * 24 * 60, abs=120)
    letter.tries = MOST_TRIES
    letter.note_failure(ValueError())
    assert Letter.objects.get().state == "Given up"


def test_a_failure_that_is_noted_late_does_not_take_back_that_the_letter_was_sent(order):
    letter = post(code="REFUND_MADE", key="refund:1", order=order, context=REFUND)
    deliver_waiting.call()
    letter.tries = 1
    letter.note_failure(TimeoutError())
    assert Letter.objects.get().state == "Sent"


def test_a_letter_is_claimed_by_one(order):
    post(code="REFUND_MADE", key="refund:1", order=order, context=REFUND)
    assert Letter.objects.claim("refund:1").tries == 1
    assert Letter.objects.claim("refund:1") is None


def test_a_letter_leaves_word_on_the_order_and_in_the_account(order):
    post(code="REFUND_MADE", key="refund:1", order=order, context=REFUND)
    deliver_waiting.call()
    assert [event.event_type.name for event in order.communication_events.all()] == ["Refund made"]
    kept = Email.objects.get(user=order.user)
    assert (kept.subject, kept.body_text) == (mail.outbox[0].subject, mail.outbox[0].body)
    assert kept.body_html == mail.outbox[0].alternatives[0].content


def test_a_letter_to_staff_leaves_no_word_for_the_shopper(order):
    post(code="STAFF_PAYMENT_HELD", key="held:1", order=order, to="owner@example.com", context={"url": "/"})
    deliver_waiting.call()
    assert mail.outbox[0].to == ["owner@example.com"]
    assert not order.communication_events.exists()
    assert not Email.objects.exists()
