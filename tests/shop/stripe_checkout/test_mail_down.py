"""Row 35 of PAYMENTS.md, seen from the money: no step of a payment's life asks whether the mail server is there."""

from decimal import Decimal
from uuid import uuid4

from django.core import mail
from django.utils import timezone

from shop.outbox.models import Letter
from shop.outbox.tasks import deliver_waiting
from shop.stripe_checkout import refunds
from shop.stripe_checkout.models import PaymentAttempt
from shop.stripe_sandbox import disputes
from tests.shop.books import books


def test_row_35_money_moves_while_mail_is_down_and_each_letter_goes_out_once_when_it_is_back(
    stripe, client, admin_user, paid_session, settings, run_tasks
):
    settings.OUTBOX_BACKEND, backend = "django.core.mail.backends.smtp.EmailBackend", settings.OUTBOX_BACKEND
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # the discard port: nobody listens
    assert stripe.tell(client, "checkout.session.completed") == [200]
    attempt = PaymentAttempt.objects.get()
    refunds.ask(attempt=attempt, refund_id=uuid4(), by="sam@example.com", amount=Decimal("7.00"))
    disputes.open_dispute(payment_intent=attempt.payment_intent)
    assert stripe.tell(client, "charge.dispute.created") == [200]
    run_tasks()
    found = books()
    assert (found.order, found.source, found.stock) == ("Paid", ("41.00", "41.00", "7.00"), (5, 2))
    assert found.letters == ("ORDER_PLACED", "REFUND_MADE", "STAFF_DISPUTE_OPENED")
    assert {letter.state for letter in Letter.objects.all()} == {"Waiting"}
    settings.OUTBOX_BACKEND = backend
    for _ in range(2):
        Letter.objects.waiting().update(next_try_at=timezone.now())
        deliver_waiting.call()
    assert sorted(letter.to for letter in mail.outbox) == [["admin@example.com"], *[["alex@example.com"]] * 2]
    assert {letter.state for letter in Letter.objects.all()} == {"Sent"}
    assert books() == found
