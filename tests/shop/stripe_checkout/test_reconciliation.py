"""Both books side by side: whatever is changed on one side only is named, and nothing else is."""

import re
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from oscar.core.loading import get_model

from shop.outbox.models import Letter
from shop.stripe_checkout import refunds
from shop.stripe_checkout.models import LedgerEntry, PaymentAttempt, Refund
from shop.stripe_checkout.tasks import reconcile_daily
from shop.stripe_sandbox import disputes, payments
from shop.stripe_sandbox.temper import misbehave

Charge = get_model("stripe_sandbox", "Charge")
CheckoutSession = get_model("stripe_sandbox", "CheckoutSession")
Order = get_model("order", "Order")
PaymentIntent = get_model("stripe_sandbox", "PaymentIntent")
Source = get_model("payment", "Source")
AtStripe = get_model("stripe_sandbox", "Refund")


def differences(capsys) -> list[str]:
    """What the command names, with exit status 1. Ids and the order's number are left out."""
    capsys.readouterr()
    with pytest.raises(CommandError) as failure:
        call_command("reconcile_payments", spare_minutes=0)
    assert failure.value.returncode == 1
    named = capsys.readouterr().out.splitlines()
    assert str(failure.value) == f"{len(named)} differences."
    return [re.sub(r"\b(pi|re)_\w+", r"\1_…", each.replace(Order.objects.get().number, "N")) for each in named]


def assert_none(capsys) -> None:
    """The command, with exit status 0."""
    capsys.readouterr()
    call_command("reconcile_payments", spare_minutes=0)
    assert capsys.readouterr().out == "Our books and Stripe's say the same.\n"


def give_back(attempt, amount: str) -> Refund:
    return refunds.ask(attempt=attempt, refund_id=uuid4(), by="sam@example.com", amount=Decimal(amount))


def test_a_clean_shop(paid, capsys):
    give_back(paid, "7.00")
    assert_none(capsys)


def test_cents_that_no_float_can_hold(paid, capsys):
    give_back(paid, "40.98")
    assert_none(capsys)


def test_a_shop_where_nothing_was_sold(stripe, capsys):
    call_command("reconcile_payments")
    assert "say the same" in capsys.readouterr().out


def test_a_payment_that_waits_to_be_paid_is_no_difference(payment_page, capsys):
    assert_none(capsys)


def test_a_lost_dispute_and_a_failed_refund_that_were_booked_are_no_differences(stripe, client, paid, capsys):
    payments.fail_refund(refund_id=give_back(paid, "7.00").stripe_id)
    stripe.tell(client, "refund.failed")
    dispute = disputes.open_dispute(payment_intent=paid.payment_intent)
    disputes.close(dispute_id=dispute.pk, won=False)
    stripe.tell(client, "charge.dispute.closed")
    assert_none(capsys)


def test_a_payment_that_we_have_not_booked(paid_session, capsys):
    assert differences(capsys) == ["Order N: Stripe took 41.00 USD (pi_…), which we have not booked."]


def test_a_payment_this_young_may_still_be_on_its_way(paid_session, capsys):
    call_command("reconcile_payments")
    assert "say the same" in capsys.readouterr().out


def test_a_payment_for_an_attempt_that_we_do_not_know(paid, capsys):
    """As after an older backup was put back: Stripe's metadata name an attempt that is not there, or no UUID."""
    session = CheckoutSession.objects.get()
    for unknown in ("5f0c3b1e-0000-4000-8000-000000000000", "order-17"):
        session.parameters["payment_intent_data"]["metadata"]["attempt"] = unknown
        session.save()
        assert differences(capsys) == [f"Stripe took 41.00 USD (pi_…) for attempt {unknown}, which we do not know."]


def test_a_payment_of_another_amount(paid, capsys):
    CheckoutSession.objects.update(amount_total=4000)
    Charge.objects.update(amount=4000)
    assert differences(capsys) == ["Order N: Stripe took 40.00 USD (pi_…), we booked 41.00 USD."]


def test_a_payment_that_stripe_does_not_list(paid, capsys):
    Charge.objects.all().delete()
    PaymentIntent.objects.all().delete()
    assert differences(capsys) == ["Order N: we booked pi_…, which Stripe does not list."]


def test_a_refund_that_we_have_not_booked(paid, capsys):
    payments.refund(asked={"payment_intent": paid.payment_intent, "amount": 700})
    assert differences(capsys) == ["Order N: Stripe gave 7.00 USD back (re_…), which we have not booked."]


def test_a_refund_that_failed_at_stripe_only(paid, capsys):
    payments.fail_refund(refund_id=give_back(paid, "7.00").stripe_id)
    assert differences(capsys) == ["Order N: refund re_… is 7.00 and failed at Stripe, 7.00 and succeeded with us."]


def test_a_refund_of_another_amount(paid, capsys):
    give_back(paid, "7.00")
    AtStripe.objects.update(amount=600)
    assert differences(capsys) == ["Order N: refund re_… is 6.00 and succeeded at Stripe, 7.00 and succeeded with us."]


def test_a_refund_that_stripe_has_not_answered(paid, capsys):
    misbehave(api="disconnect", endpoint="create_refund")
    give_back(paid, "7.00")
    assert differences(capsys) == ["Order N: 7.00 USD should go back, and Stripe has not answered yet."]


def test_a_refund_that_stripe_does_not_list(paid, capsys):
    give_back(paid, "7.00")
    AtStripe.objects.all().delete()
    assert differences(capsys) == ["Order N: we booked refund re_…, which Stripe does not list."]


def test_a_ledger_that_does_not_add_up(paid, capsys):
    LedgerEntry.objects.filter(amount__gt=0).update(amount=Decimal("40.00"))
    assert differences(capsys) == ["Order N: the ledger holds 40.00 of pi_…, not 41.00."]


@pytest.mark.parametrize("status", ["Pending payment", "Cancelled"])
def test_an_order_that_is_not_paid_though_its_payment_is(paid, capsys, status):
    Order.objects.update(status=status)
    assert differences(capsys) == [f"Order N is {status}, though its payment pi_… succeeded."]


@pytest.mark.parametrize("change", [{"amount_debited": 40}, {"amount_refunded": 1}, {"reference": "pi_another"}])
def test_a_payment_source_that_says_something_else(paid, capsys, change):
    Source.objects.update(**change)
    assert differences(capsys) == ["Order N: its payment source does not say 41.00 taken and 0.00 back."]


def test_it_fails_when_stripe_cannot_be_asked(paid):
    misbehave(api="rate_limit")
    with pytest.raises(CommandError, match="Stripe cannot be asked"):
        call_command("reconcile_payments")


def test_staff_get_one_letter_a_day_that_names_each_difference(stripe, admin_user, paid_session):
    reconcile_daily.call()
    assert not Letter.objects.exists()  # too young
    an_hour_ago = timezone.now() - timedelta(hours=1)
    PaymentIntent.objects.update(created_at=an_hour_ago)
    for _ in range(2):
        reconcile_daily.call()
    letter = Letter.objects.get()
    assert (letter.code, letter.to) == ("STAFF_RECONCILIATION", admin_user.email)
    assert [Order.objects.get().number in each for each in letter.context["differences"]] == [True]
    assert PaymentAttempt.objects.get().state == "open"  # it looks, and changes nothing
