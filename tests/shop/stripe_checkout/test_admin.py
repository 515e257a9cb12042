"""What staff see of a payment in the admin, and what they can do about it."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from oscar.core.loading import get_model

from shop.outbox.models import Letter
from shop.stripe_checkout import holds, refunds
from shop.stripe_checkout.models import Hold, LedgerEntry, PaymentAttempt, Refund, StripeEvent
from shop.stripe_checkout.states import Cause
from shop.stripe_checkout.troubles import orphans, troubles
from shop.stripe_sandbox import disputes, payments, reviews, temper

Order = get_model("order", "Order")

pytestmark = pytest.mark.django_db(transaction=True)

STAFF = Cause("a test")
ADMIN = "admin:stripe_checkout_"


@pytest.fixture
def clerk(client, django_user_model):
    """Staff who may look at payments, and not give money back."""
    user = django_user_model.objects.create_user("clerk", "clerk@example.com", "a long pass phrase", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_paymentattempt"))
    client.force_login(user)
    return client


def page_of(client, attempt):
    return client.get(reverse(f"{ADMIN}paymentattempt_change", args=[attempt.pk]))


def sentences(attempt) -> list[str]:
    return [trouble.sentence for trouble in troubles(PaymentAttempt.objects.get(pk=attempt.pk))]


def filled(attempt, **changes) -> dict:
    """The refund form of a payment of 41.00, with seven dollars in it."""
    return {"refund_id": str(uuid4()), "currency": "USD", "amount": "7.00", "reason": "A dented tin"} | changes


def refund(client, attempt, **changes):
    return client.post(reverse(f"{ADMIN}refund", args=[attempt.pk]), filled(attempt, **changes), follow=True)


def ask_stripe(client, attempt):
    return client.post(reverse(f"{ADMIN}ask_stripe", args=[attempt.pk]), follow=True)


# --- The page ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "folder"), [("sk_test_stand_in", "test/"), ("sk_live_stand_in", "")])
def test_a_payment_leads_to_its_page_at_stripe_in_the_mode_of_our_key(admin_client, paid, settings, key, folder):
    settings.STRIPE_SECRET_KEY = key
    link = f'href="https://dashboard.stripe.com/{folder}payments/{paid.payment_intent}"'
    assert link in page_of(admin_client, paid).content.decode()


def test_a_payment_in_order_says_so(admin_client, paid):
    page = page_of(admin_client, paid)
    assert "Nothing is off with this payment." in page.content.decode()
    assert "$41.00" in page.content.decode()


def test_the_timeline_tells_all_of_it_oldest_first(admin_client, stripe, client, paid, run_tasks):
    stripe.deliver(client, stripe.events("checkout.session.completed")[0])
    refund(admin_client, paid)
    run_tasks()
    moments = page_of(admin_client, paid).context["timeline"]
    told = [moment.what for moment in moments]
    assert [moment.at for moment in moments] == sorted(moment.at for moment in moments)
    assert told[:2] == ["Payment of $41.00 begun", "Payment: created → open"]
    for what in (
        "Payment: open → succeeded",
        "Order: Pending payment → Paid",
        "Stripe told us: checkout.session.completed",
        "Refund of $7.00 asked for",
        "Refund: created → succeeded",
        "Letter written: ORDER_PLACED to alex@example.com",
        "Letter sent: ORDER_PLACED to alex@example.com",
    ):
        assert what in told


def test_the_timeline_counts_the_money(admin_client, paid):
    refund(admin_client, paid)
    money = [moment.money for moment in page_of(admin_client, paid).context["timeline"] if moment.money]
    assert money == ["+$41.00", "−$7.00"]


def test_the_timeline_names_the_deadline_of_a_dispute(admin_client, paid):
    disputes.open_dispute(payment_intent=paid.payment_intent)
    holds.mirror_disputes(paid, cause=STAFF)
    moments = page_of(admin_client, paid).context["timeline"]
    assert moments[-1].at == Hold.objects.get().due_by
    assert moments[-1].what == "Dispute: Stripe takes our answer until now"


def test_whoever_may_not_see_payments_sees_none(client, django_user_model, paid):
    user = django_user_model.objects.create_user("help", "help@example.com", "a long pass phrase", is_staff=True)
    client.force_login(user)
    assert page_of(client, paid).status_code == 403
    assert ask_stripe(client, paid).status_code == 403


def test_pages_of_payments_that_do_not_exist_are_not_found(admin_client):
    assert admin_client.post(reverse(f"{ADMIN}ask_stripe", args=[uuid4()])).status_code == 404
    assert admin_client.get(reverse(f"{ADMIN}refund", args=[uuid4()])).status_code == 404


@pytest.mark.parametrize("name", ["ask_stripe", "dealt_with"])
def test_actions_are_no_links(admin_client, paid, name):
    arguments = [paid.pk, uuid4()] if name == "dealt_with" else [paid.pk]
    assert admin_client.get(reverse(f"{ADMIN}{name}", args=arguments)).status_code == 405


# --- What is off ---------------------------------------------------------------------------------------------------


def failed_refund(attempt) -> Refund:
    """Seven dollars went back, and the bank sent them back to us."""
    asked = refunds.ask(attempt=attempt, refund_id=uuid4(), by="staff", amount=Decimal("7.00"))
    assert payments.fail_refund(refund_id=asked.stripe_id)
    refunds.mirror(attempt, cause=STAFF)
    asked.refresh_from_db()
    return asked


def mismatch(attempt) -> None:
    PaymentAttempt.objects.filter(pk=attempt.pk).update(
        state="mismatched", reason="Stripe took 41.00 USD; the order says 40.00 USD."
    )


def late_refund(attempt) -> None:
    temper.misbehave(api="disconnect", endpoint="create_refund")
    refunds.ask(attempt=attempt, refund_id=uuid4(), by="staff", amount=Decimal("7.00"))
    Refund.objects.update(created_at=timezone.now() - timedelta(minutes=16))  # a minute over what is usual


def pending_refund(attempt) -> None:
    refunds.ask(attempt=attempt, refund_id=uuid4(), by="staff", amount=Decimal("7.00"))
    Refund.objects.update(state="pending")


def dispute(attempt) -> None:
    disputes.open_dispute(payment_intent=attempt.payment_intent)
    holds.mirror_disputes(attempt, cause=STAFF)


def review(attempt) -> None:
    opened = reviews.open_review(payment_intent=attempt.payment_intent)
    holds.mirror_review(attempt, review_id=opened.id, cause=STAFF)


def stuck(attempt) -> None:
    PaymentAttempt.objects.filter(pk=attempt.pk).update(state="open", expires_at=timezone.now() - timedelta(hours=1))


def undecided_bank(attempt) -> None:
    PaymentAttempt.objects.filter(pk=attempt.pk).update(
        state="processing", expires_at=timezone.now() - timedelta(days=15)
    )


def letter_given_up(attempt) -> None:
    Letter.objects.update(next_try_at=None, last_error="SMTPRecipientsRefused: no such mailbox")


CASES = [
    (mismatch, "We hold $41.00 that no order accounts for.", True),
    (failed_refund, "A refund of $7.00 did not go through", True),
    (late_refund, "Stripe has not answered yet", True),
    (dispute, "The cardholder disputes $41.00 (fraudulent). Answer by ", True),
    (review, "Stripe wants a person to review this payment", True),
    (stuck, "we were not told how it ended", True),
    (undecided_bank, "The bank has not decided since ", True),
    (pending_refund, "$7.00 is on its way back.", False),
    (letter_given_up, "was not sent: SMTPRecipientsRefused: no such mailbox", False),
]


@pytest.mark.parametrize(("happens", "sentence", "needs_a_person"), CASES, ids=[case[0].__name__ for case in CASES])
def test_what_is_off_is_said_and_stands_in_the_list_of_those_that_need_a_person(
    admin_client, paid, happens, sentence, needs_a_person
):
    """The sentences are Python's and the list is the database's: they must agree on what needs a person."""
    happens(paid)
    assert sentence in " ".join(sentences(paid))
    attempt = PaymentAttempt.objects.get(pk=paid.pk)
    assert any(trouble.needs_a_person for trouble in troubles(attempt)) == needs_a_person
    listed = admin_client.get(reverse(f"{ADMIN}paymentattempt_changelist"), {"needs": "a-person"})
    assert [row.pk for row in listed.context["cl"].result_list] == ([paid.pk] if needs_a_person else [])
    assert page_of(admin_client, paid).status_code == 200


def test_a_second_payment_on_its_way_back_is_said_and_needs_nobody(paid):
    PaymentAttempt.objects.update(state="mismatched", reason="The order was paid before, so this payment goes back.")
    attempt = PaymentAttempt.objects.get()
    refunds.ask(
        attempt=attempt, refund_id=uuid4(), by="the shop itself", amount=attempt.refundable, reason=attempt.reason
    )
    Refund.objects.update(state="pending")
    assert sentences(paid) == ["$41.00 is on its way back. The order was paid before, so this payment goes back."]
    assert not PaymentAttempt.objects.need_a_person().exists()


def test_the_list_says_what_is_off_and_asks_no_more_for_more_payments(
    admin_client, django_assert_max_num_queries, paid
):
    failed_refund(paid)
    url = reverse(f"{ADMIN}paymentattempt_changelist")
    for number in range(20):
        PaymentAttempt.objects.create(
            order=paid.order,
            state="expired",
            amount=paid.amount,
            currency="USD",
            request={},
            fingerprint=str(number),
            expires_at=paid.expires_at,
        )
    admin_client.get(url)  # content types and the session are known from here on
    # Whatever their number: session, user, counts, dates and rows, and one each for their refunds, holds and letters.
    with django_assert_max_num_queries(12):
        page = admin_client.get(url)
    assert "did not go through" in page.content.decode()


# --- Ask Stripe now ------------------------------------------------------------------------------------------------


def test_asking_stripe_settles_a_payment_of_which_we_had_not_heard(admin_client, paid_session):
    attempt = PaymentAttempt.objects.get()
    answer = ask_stripe(admin_client, attempt)
    assert "Stripe was asked. The payment is succeeded." in answer.content.decode()
    assert Order.objects.get().status == "Paid"
    assert LedgerEntry.objects.get(what="order", after="Paid").by == "admin@example.com"


def test_asking_stripe_releases_a_payment_whose_time_is_over(admin_client, payment_page, time_is_over):
    time_is_over()
    ask_stripe(admin_client, PaymentAttempt.objects.get())
    assert Order.objects.get().status == "Cancelled"


def test_asking_stripe_brings_in_refunds_and_disputes_and_the_end_of_a_review(admin_client, paid):
    review(paid)
    reviews.approve(review_id=Hold.objects.get().stripe_id)
    payments.refund(asked={"payment_intent": paid.payment_intent, "amount": 700})
    disputes.open_dispute(payment_intent=paid.payment_intent, amount=500)
    ask_stripe(admin_client, paid)
    assert Refund.objects.get().amount == Decimal("7.00")
    assert Hold.objects.open().get().amount == Decimal("5.00")


def test_asking_stripe_sends_a_refund_that_waits(admin_client, paid):
    late_refund(paid)
    temper.behave()
    ask_stripe(admin_client, paid)
    assert Refund.objects.get().state == "succeeded"


def test_when_stripe_does_not_answer_nothing_changes_and_the_page_says_why(admin_client, payment_page):
    temper.misbehave(api="disconnect")
    answer = ask_stripe(admin_client, PaymentAttempt.objects.get())
    assert answer.status_code == 200
    assert "Stripe does not answer for this payment" in answer.content.decode()
    assert Order.objects.get().status == "Pending payment"


def test_asking_about_an_attempt_that_never_had_a_session_is_no_fault(admin_client, payment_page):
    PaymentAttempt.objects.update(session_id=None, session_url="", state="failed")
    answer = ask_stripe(admin_client, PaymentAttempt.objects.get())
    assert "Stripe was asked. The payment is failed." in answer.content.decode()


# --- Give money back -----------------------------------------------------------------------------------------------


def test_part_of_a_payment_goes_back(admin_client, paid):
    answer = refund(admin_client, paid)
    assert "$7.00 is on its way back to the customer." in answer.content.decode()
    made = Refund.objects.get()
    assert (made.amount, made.asked_by, made.reason) == (Decimal("7.00"), "admin@example.com", "A dented tin")


def test_whatever_was_chosen_goes_back_and_goods_are_on_sale_again(admin_client, paid, soap):
    line = paid.order.lines.get()
    refund(admin_client, paid, amount="", delivery="on", **{f"quantity_{line.pk}": "1", f"restock_{line.pk}": "on"})
    record = soap.stockrecords.get()
    assert Refund.objects.get().amount == Decimal("23.00")  # one soap at 18.00, and 5.00 for delivery
    assert (record.num_in_stock, record.num_allocated) == (5, 1)  # of two set aside, one is free again


def test_a_form_sent_twice_is_one_refund(admin_client, paid):
    twice = {"refund_id": str(uuid4())}
    refund(admin_client, paid, **twice)
    refund(admin_client, paid, **twice)
    assert Refund.objects.count() == 1


def test_the_form_says_how_many_units_are_left(admin_client, paid):
    line = paid.order.lines.get()
    refund(admin_client, paid, amount="", **{f"quantity_{line.pk}": "1"})
    page = admin_client.get(reverse(f"{ADMIN}refund", args=[paid.pk])).content.decode()
    assert "1 given back" in page
    answer = refund(admin_client, paid, amount="", **{f"quantity_{line.pk}": "2"})
    assert "1 can still be given back." in answer.content.decode()
    assert Refund.objects.count() == 1


BAD_INPUT = {
    "three decimals": ({"amount": "7.001"}, "no more than 2 decimal places"),
    "negative": ({"amount": "-7"}, "more than nothing"),
    "nothing": ({"amount": "0"}, "more than nothing"),
    "text": ({"amount": "seven"}, "Enter a number."),
    "no number": ({"amount": "NaN"}, "Enter a number."),
    "no end": ({"amount": "Infinity"}, "Enter a number."),
    "10^30": ({"amount": "1e30"}, "no more than 12 digits"),
    "10^1000000": ({"amount": "1e1000000"}, "no more than 12 digits"),
    "a cent over": ({"amount": "41.01"}, "At most 41.00 USD can still be given back"),
    "another currency": ({"currency": "EUR"}, "The customer paid in USD"),
    "no currency there is": ({"currency": "EURO"}, "at most 3 characters"),
    "a line of another order": ({"amount": "", "quantity_987654": "1"}, "A line of another order was chosen"),
    "nothing chosen": ({"amount": ""}, "Choose units, the delivery charge, or an amount."),
    "no id": ({"refund_id": "1; drop table"}, "This form is out of date"),
    "no reason": ({"reason": " "}, "Say in a few words why it goes back."),
    "a NUL": ({"reason": "dented\0tin"}, "Null characters are not allowed."),
    "an endless reason": ({"reason": "x" * 501}, "at most 500 characters"),
    "an id that is none": ({"again": "x"}, "This form is out of date"),
}


@pytest.mark.parametrize(("changes", "error"), BAD_INPUT.values(), ids=BAD_INPUT)
def test_bad_input_is_told_at_the_form_which_keeps_it_and_nothing_changes(admin_client, paid, changes, error):
    answer = refund(admin_client, paid, **changes)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert error in page
    assert not answer.redirect_chain
    kept = changes.get("amount", "7.00")
    assert f'value="{kept}"' in page if kept else 'name="amount"' in page
    assert not Refund.objects.exists()
    assert LedgerEntry.objects.filter(what="refund").count() == 0


@pytest.mark.parametrize("quantity", ["two", "-1", "3", "1.5", "1e30", "9" * 5000])
def test_units_that_cannot_come_back_are_refused(admin_client, paid, quantity):
    line = paid.order.lines.get()
    answer = refund(admin_client, paid, amount="", **{f"quantity_{line.pk}": quantity})
    assert answer.status_code == 200
    assert answer.context["form"].errors[f"quantity_{line.pk}"]
    assert not Refund.objects.exists()


def test_staff_without_the_permission_see_no_button_and_are_refused(clerk, paid):
    page = page_of(clerk, paid).content.decode()
    assert "Ask Stripe now" in page
    assert reverse(f"{ADMIN}refund", args=[paid.pk]) not in page
    assert refund(clerk, paid).status_code == 403
    assert clerk.get(reverse(f"{ADMIN}refund", args=[paid.pk])).status_code == 403
    assert not Refund.objects.exists()


def test_staff_with_the_permission_give_money_back(clerk, django_user_model, paid):
    user = django_user_model.objects.get(username="clerk")
    user.user_permissions.add(Permission.objects.get(codename="refund_payment"))
    refund(clerk, paid)
    assert Refund.objects.get().asked_by == "clerk@example.com"


def test_a_forged_request_gives_nothing_back(admin_user, paid):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(admin_user)
    assert refund(browser, paid).status_code == 403
    assert not Refund.objects.exists()


def test_while_a_payment_is_disputed_the_page_offers_no_refund(admin_client, paid):
    dispute(paid)
    url = reverse(f"{ADMIN}refund", args=[paid.pk])
    page = admin_client.get(url).content.decode()
    assert "The payment is disputed." in page
    assert 'name="amount"' not in page
    assert "The payment is disputed." in refund(admin_client, paid).content.decode()
    assert not Refund.objects.exists()


def test_an_inquiry_does_not_stand_in_the_way(admin_client, paid):
    disputes.open_dispute(payment_intent=paid.payment_intent, inquiry=True)
    holds.mirror_disputes(paid, cause=STAFF)
    assert 'name="amount"' in admin_client.get(reverse(f"{ADMIN}refund", args=[paid.pk])).content.decode()


def test_while_stripe_is_down_the_refund_waits_and_staff_are_told(admin_client, paid):
    temper.misbehave(api="disconnect")
    answer = refund(admin_client, paid)
    assert "Stripe has not answered yet." in answer.content.decode()
    assert Refund.objects.get().state == "created"


def test_what_stripe_refuses_is_told_with_stripes_reason(admin_client, paid):
    payments.refund(asked={"payment_intent": paid.payment_intent})  # at Stripe, and we have not heard of it
    answer = refund(admin_client, paid)
    assert answer.status_code == 200
    assert "did not go back" in answer.content.decode()


# --- A refund that failed ------------------------------------------------------------------------------------------


def test_a_failed_refund_is_given_back_again_and_dealt_with(admin_client, paid):
    failed = failed_refund(paid)
    url = reverse(f"{ADMIN}refund", args=[paid.pk]) + f"?again={failed.pk}"
    assert url in page_of(admin_client, paid).content.decode()
    form = admin_client.get(url).context["form"]
    assert (form["amount"].value(), form["again"].value()) == (Decimal("7.00"), str(failed.pk))
    refund(admin_client, paid, again=str(failed.pk))
    assert Refund.objects.filter(state="succeeded").get().amount == Decimal("7.00")
    assert not PaymentAttempt.objects.need_a_person().exists()


@pytest.mark.parametrize("again", ["x", "5f0c3b1e-0000-4000-8000-000000000000"])
def test_a_refund_that_did_not_fail_is_not_tried_again(admin_client, paid, again):
    form = admin_client.get(reverse(f"{ADMIN}refund", args=[paid.pk]), {"again": again}).context["form"]
    assert form["again"].value() is None


def test_a_failed_refund_is_marked_as_dealt_with(admin_client, paid):
    failed = failed_refund(paid)
    url = reverse(f"{ADMIN}dealt_with", args=[paid.pk, failed.pk])
    answer = admin_client.post(url, follow=True)
    assert "The failed refund is marked as dealt with." in answer.content.decode()
    assert "Nothing is off with this payment." in answer.content.decode()
    failed.refresh_from_db()
    assert failed.looked_at is not None


def test_only_who_may_give_money_back_deals_with_failures(clerk, paid):
    failed = failed_refund(paid)
    assert "I have dealt with it" not in page_of(clerk, paid).content.decode()
    assert clerk.post(reverse(f"{ADMIN}dealt_with", args=[paid.pk, failed.pk])).status_code == 403
    assert Refund.objects.get().looked_at is None


# --- Money for attempts that we do not know ------------------------------------------------------------------------


def hear(type: str, subject: dict, attempt=None) -> StripeEvent:
    return StripeEvent.objects.create(
        event_id=f"evt_{uuid4().hex}", type=type, payload={"data": {"object": subject}}, attempt=attempt
    )


def paid_session_event(reference) -> StripeEvent:
    subject = {"id": "cs_1", "client_reference_id": reference, "payment_status": "paid", "payment_intent": "pi_1"}
    return hear("checkout.session.completed", subject)


def test_money_for_an_attempt_that_we_lost_is_an_orphan(admin_client):
    lost = str(uuid4())
    session = paid_session_event(lost)
    intent = hear("payment_intent.succeeded", {"id": "pi_1", "status": "succeeded", "metadata": {"attempt": lost}})
    assert {*orphans()} == {session, intent}
    listed = admin_client.get(reverse(f"{ADMIN}stripeevent_changelist"), {"payment": "unknown"})
    assert {*listed.context["cl"].result_list} == {session, intent}
    assert admin_client.get(reverse("admin:index")).context["health"].orphans == 1  # one payment, told twice


def test_money_for_a_known_attempt_is_no_orphan(paid):
    hear("payment_intent.succeeded", {"id": "pi", "status": "succeeded", "metadata": {"attempt": str(paid.pk)}})
    assert not orphans().exists()


@pytest.mark.parametrize(
    "subject",
    [
        {},
        {"client_reference_id": None, "payment_status": "paid"},
        {"client_reference_id": "cart-17", "payment_status": "paid"},
        {"client_reference_id": {"a": 1}, "payment_status": "paid"},
        {"metadata": [], "status": "succeeded"},
        {"metadata": {"attempt": 17}, "status": "succeeded"},
        {"client_reference_id": str(uuid4()), "payment_status": "unpaid"},
    ],
)
def test_what_is_not_ours_or_not_paid_is_no_orphan(db, subject):
    hear("checkout.session.completed", subject)
    assert not orphans().exists()


def test_an_orphan_whose_money_went_back_is_none_any_more(db):
    paid_session_event(str(uuid4()))
    hear("charge.refunded", {"id": "ch_1", "payment_intent": "pi_1", "refunded": True, "status": "succeeded"})
    assert not orphans().exists()
