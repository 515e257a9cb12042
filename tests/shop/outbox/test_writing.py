"""Writing a letter: in the caller's transaction, once for each key, to the right person."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core import mail
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from shop.outbox.letters import post, post_to_staff
from shop.outbox.models import Letter
from shop.outbox.tasks import deliver_waiting

User = get_user_model()


def post_refund(order, **changes):
    fields = {"code": "REFUND_MADE", "key": "refund:1", "order": order, "context": {"amount": "$5.00", "part": "part"}}
    return post(**fields | changes)


def test_a_letter_goes_to_whoever_placed_the_order(order):
    assert post_refund(order).to == Letter.objects.get().to == "alex@example.com"


def test_a_letter_to_a_guest_goes_to_the_address_of_the_order(order):
    order.user, order.guest_email = None, "guest@example.com"
    assert post_refund(order).to == "guest@example.com"


def test_a_letter_goes_where_its_writer_says(order):
    assert post_refund(order, to="elsewhere@example.com").to == "elsewhere@example.com"


def test_writing_costs_two_queries_and_renders_nothing(order, django_assert_num_queries):
    """One for the letter, one for the task: rows are locked meanwhile."""
    with transaction.atomic(), django_assert_num_queries(2):
        post_refund(order)


def test_the_same_key_is_the_same_letter(order):
    with transaction.atomic():
        post_refund(order)
        post_refund(order, context={"amount": "$9.00", "part": "part"})
        assert Letter.objects.get().context["amount"] == "$5.00"
    deliver_waiting.call()
    post_refund(order)
    deliver_waiting.call()
    assert len(mail.outbox) == 1


def write_and_fail(order):
    with transaction.atomic():
        post_refund(order)
        raise InterruptedError


@pytest.mark.django_db(transaction=True)
def test_a_letter_of_a_transaction_that_is_rolled_back_was_never_written(order, run_tasks):
    with pytest.raises(InterruptedError):
        write_and_fail(order)
    run_tasks()
    assert not Letter.objects.exists()
    assert not DBTaskResult.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_worker_is_asked_to_send_a_letter_as_soon_as_it_is_written(order, run_tasks):
    post_refund(order)
    run_tasks()
    assert len(mail.outbox) == 1


@pytest.fixture
def tasks_run_at_once(settings):
    """As in development."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.mark.django_db(transaction=True)
def test_in_development_a_letter_goes_out_at_the_commit(order, tasks_run_at_once):
    with transaction.atomic():
        post_refund(order)
        assert not mail.outbox
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_in_development_a_letter_that_cannot_be_sent_stops_nobody(order, tasks_run_at_once, by_smtp):
    post_refund(order)
    assert Letter.objects.get().state == "Waiting"


def test_an_order_without_an_address_is_left_to_a_person(order, caplog):
    """Its shopper's account was deleted, say. The payment that the letter is about goes on."""
    order.user = None
    post_refund(order)
    deliver_waiting.call()
    assert Letter.objects.given_up().get().last_error == "There is no address to send it to."
    assert "34679-CDFGH" in caplog.text
    assert not mail.outbox


@pytest.fixture
def staff(db):
    """Five people, of whom two may see payments and can be written to."""
    permission = Permission.objects.get_by_natural_key("view_paymentattempt", "stripe_checkout", "paymentattempt")
    clerk = User.objects.create_user("clerk", "clerk@example.com", is_staff=True)
    gone = User.objects.create_user("gone", "gone@example.com", is_staff=True, is_active=False)
    unreachable = User.objects.create_user("unreachable", "", is_staff=True)
    for user in (clerk, gone, unreachable):
        user.user_permissions.add(permission)
    User.objects.create_user("packer", "packer@example.com", is_staff=True)
    User.objects.create_superuser("owner", "owner@example.com")


def test_staff_who_may_see_payments_are_written_to(order, staff):
    post_to_staff(code="STAFF_PAYMENT_HELD", key="held:1", order=order, context={"reason": "x", "url": "/"})
    assert {letter.to for letter in Letter.objects.all()} == {"clerk@example.com", "owner@example.com"}


def test_staff_are_written_to_once_for_each_key(order, staff):
    for _ in range(2):
        post_to_staff(code="STAFF_PAYMENT_HELD", key="held:1", order=order, context={"reason": "x", "url": "/"})
    assert Letter.objects.count() == 2


def test_a_letter_to_staff_that_nobody_can_get_is_an_error_that_names_the_order(order, caplog):
    post_to_staff(code="STAFF_PAYMENT_HELD", key="held:1", order=order, context={"reason": "x", "url": "/"})
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "34679-CDFGH" in caplog.text


def test_a_letter_to_staff_about_no_order_that_nobody_can_get_is_an_error_too(db, caplog):
    post_to_staff(code="STAFF_RECONCILIATION", key="day:1", context={"differences": ["One."]})
    assert "STAFF_RECONCILIATION" in caplog.text
