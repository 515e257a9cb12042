"""The tables of moves: what is not in them does not happen, what is in them leaves one row in the ledger."""

from decimal import Decimal
from itertools import product

import pytest
from django.conf import settings
from django.db.models import Model
from django.utils import timezone
from oscar.core.loading import get_model

from shop.stripe_checkout.models import LedgerEntry, PaymentAttempt, Refund
from shop.stripe_checkout.states import (
    ATTEMPT_MOVES,
    ORDER_MOVES,
    REFUND_MOVES,
    SWEEPER,
    IllegalMove,
    move_attempt,
    move_order,
    move_refund,
)

Order = get_model("order", "Order")

pytestmark = pytest.mark.django_db


def an_order(status: str) -> Model:
    total = Decimal("23.00")
    return Order.objects.create(
        number="34679-CDFGH", status=status, currency="USD", total_incl_tax=total, total_excl_tax=total
    )


def an_attempt(state: str) -> PaymentAttempt:
    return PaymentAttempt.objects.create(
        order=an_order("Paid"),
        state=state,
        amount=Decimal("23.00"),
        paid_amount=Decimal("23.00"),
        currency="USD",
        request={},
        fingerprint="seen",
        expires_at=timezone.now(),
    )


def a_refund(state: str) -> Refund:
    return Refund.objects.create(attempt=an_attempt("succeeded"), state=state, amount=Decimal("7.00"), currency="USD")


# What makes one, what moves it, where its state stands, and which moves there are.
KINDS = {
    "order": (an_order, move_order, "status", ORDER_MOVES),
    "attempt": (an_attempt, move_attempt, "state", ATTEMPT_MOVES),
    "refund": (a_refund, move_refund, "state", REFUND_MOVES),
}
PAIRS = [(kind, before, after) for kind, (*_, moves) in KINDS.items() for before, after in product(moves, moves)]
ALLOWED = [(kind, before, after) for kind, before, after in PAIRS if after in KINDS[kind][-1][before]]
ILLEGAL = [pair for pair in PAIRS if pair not in ALLOWED]


def written(row: Model) -> dict:
    """The row as the database has it."""
    return type(row).objects.filter(pk=row.pk).values().get()


@pytest.mark.parametrize(("kind", "before", "after"), ALLOWED)
def test_a_move_that_is_allowed_leaves_one_ledger_row(kind, before, after):
    make, move, field, _moves = KINDS[kind]
    row = make(before)
    move(row, after, cause=SWEEPER)
    entry = LedgerEntry.objects.get()
    assert (entry.what, entry.before, entry.after, entry.by) == (kind, before, after, "sweeper")
    assert getattr(row, field) == written(row)[field] == after


@pytest.mark.parametrize(("kind", "before", "after"), ILLEGAL)
def test_any_other_move_is_refused_and_changes_nothing(kind, before, after):
    make, move, field, _moves = KINDS[kind]
    row = make(before)
    there = written(row)
    with pytest.raises(IllegalMove):
        move(row, after, cause=SWEEPER)
    assert written(row) == there
    assert getattr(row, field) == before
    assert not LedgerEntry.objects.exists()


@pytest.mark.parametrize(("kind", "before", "after"), ALLOWED)
def test_an_object_that_somebody_else_has_moved_since_is_refused(kind, before, after):
    """Its own state would allow the move: the condition in the database is what refuses."""
    make, move, _field, _moves = KINDS[kind]
    stale = make(before)
    move(type(stale).objects.get(pk=stale.pk), after, cause=SWEEPER)
    there = written(stale)
    with pytest.raises(IllegalMove):
        move(stale, after, cause=SWEEPER)
    assert written(stale) == there
    assert LedgerEntry.objects.count() == 1


def test_the_tables_know_every_state():
    assert set(ORDER_MOVES) == set(Order.Status.values)
    assert set(ATTEMPT_MOVES) == set(PaymentAttempt.State.values)
    assert set(REFUND_MOVES) == set(Refund.State.values)


def test_no_live_attempt_comes_back_to_life():
    """One that ended may still bring money, and nothing else."""
    ended = set(PaymentAttempt.State.values) - set(PaymentAttempt.LIVE)
    assert {after for state in ended for after in ATTEMPT_MOVES[state]} == {"succeeded", "mismatched"}


def test_what_staff_may_choose_is_among_the_moves():
    for before, afters in settings.OSCAR_ORDER_STATUS_PIPELINE.items():
        assert set(afters) <= set(ORDER_MOVES[before])
        assert "Paid" not in afters  # that is what money does


def test_an_orders_move_takes_its_lines_and_oscars_history_along():
    order = an_order("Pending payment")
    move_order(order, "Paid", cause=SWEEPER)
    assert [(c.old_status, c.new_status) for c in order.status_changes.all()] == [("Pending payment", "Paid")]


def test_the_ledger_is_written_once():
    move_order(an_order("Pending payment"), "Paid", cause=SWEEPER)
    entry = LedgerEntry.objects.get()
    entry.amount = Decimal("1.00")
    with pytest.raises(ValueError, match="written once"):
        entry.save()
    assert LedgerEntry.objects.get().amount == 0
