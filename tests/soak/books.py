"""After the storm: time passes, and the shop's books and Stripe's must say the same."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from email import message_from_string
from email.policy import default as decoded
from random import Random
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.utils import timezone

from shop.stripe_sandbox import events, payments, temper
from shop.stripe_sandbox.models import Charge, CheckoutSession, Dispute, Refund
from tests.deployed import Deployed, Program, comes_true, manage, query
from tests.soak.actors import Log
from tests.soak.stripes_people import undecided_debits

ROUNDS = 8
LETTERS_SECONDS = 180  # three rounds of the worker, who looks for letters once a minute

ATTEMPTS_AGE = """
    UPDATE stripe_checkout_paymentattempt SET expires_at = now() - interval '1 hour'
    WHERE state IN ('created', 'open', 'processing')
"""
LETTERS_AGE = "UPDATE outbox_letter SET next_try_at = now() WHERE next_try_at IS NOT NULL"
# Not what recurs: it queues its next run by the clock, and one that ran before its time would be the last.
TASKS_AGE = """
    UPDATE django_tasks_database_dbtaskresult SET run_after = now()
    WHERE status = 'READY' AND task_path <> ALL(%s)
"""
LETTERS_WAIT = "SELECT 1 FROM outbox_letter WHERE next_try_at IS NOT NULL"

MUST_BE_EMPTY = {
    "live attempts": """
        SELECT order_id, state FROM stripe_checkout_paymentattempt WHERE state IN ('created', 'open', 'processing')
    """,
    "refunds that Stripe was not asked for": "SELECT id FROM stripe_checkout_refund WHERE state = 'created'",
    "orders that still wait": "SELECT number FROM order_order WHERE status = 'Pending payment'",
    "orders sold without their one payment, or paid and not sold": """
        SELECT o.number, o.status, count(a.id) FROM order_order o
        LEFT JOIN stripe_checkout_paymentattempt a ON a.order_id = o.id AND a.state = 'succeeded'
            AND a.paid_amount = o.total_incl_tax
        GROUP BY o.id HAVING count(a.id) <> (o.status IN ('Paid', 'Shipped', 'Complete'))::int
    """,
    "orders without their one confirmation letter, or with one too many": """
        SELECT o.number, o.status, count(l.key) FROM order_order o
        LEFT JOIN outbox_letter l ON l.order_id = o.id AND l.code = 'ORDER_PLACED'
        GROUP BY o.id HAVING count(l.key) <> (o.status IN ('Paid', 'Shipped', 'Complete'))::int
    """,
    "letters that were not sent": "SELECT key, tries, last_error FROM outbox_letter WHERE sent_at IS NULL",
    "shelves promised twice, or less than nothing": """
        SELECT id, num_in_stock, num_allocated FROM partner_stockrecord
        WHERE NOT coalesce(num_allocated, 0) BETWEEN 0 AND num_in_stock
    """,
    "lines that hold other than what is to be sent": """
        SELECT o.number, o.status, l.title, l.quantity, l.num_allocated FROM order_line l
        JOIN order_order o ON o.id = l.order_id
        WHERE coalesce(l.num_allocated, 0) <> CASE WHEN o.status = 'Paid' THEN l.quantity - (
            SELECT coalesce(sum(b.quantity), 0) FROM stripe_checkout_refundline b
            JOIN stripe_checkout_refund r ON r.id = b.refund_id
            WHERE b.line_id = l.id AND b.restock AND r.stripe_id IS NOT NULL
        ) ELSE 0 END
    """,
    "shelves that hold other for orders than orders hold": """
        SELECT s.id, s.num_allocated, sum(l.num_allocated) FROM partner_stockrecord s
        LEFT JOIN order_line l ON l.stockrecord_id = s.id
        GROUP BY s.id HAVING coalesce(s.num_allocated, 0) <> coalesce(sum(l.num_allocated), 0)
    """,
}
SUMS = {
    "taken": "SELECT sum(paid_amount) FROM stripe_checkout_paymentattempt WHERE state IN ('succeeded', 'mismatched')",
    "given back": "SELECT sum(amount) FROM stripe_checkout_refund WHERE state IN ('pending', 'succeeded')",
    "lost in disputes": "SELECT sum(amount) FROM stripe_checkout_hold WHERE kind = 'dispute' AND status = 'lost'",
}
LEDGER = "SELECT sum(amount) FROM stripe_checkout_ledgerentry"
SOLD_NUMBERS = "SELECT number FROM order_order WHERE status IN ('Paid', 'Shipped', 'Complete')"
COUNTS = {
    "orders": "SELECT status, count(*) FROM order_order GROUP BY 1 ORDER BY 1",
    "payments": "SELECT state, count(*) FROM stripe_checkout_paymentattempt GROUP BY 1 ORDER BY 1",
    "refunds": "SELECT state, count(*) FROM stripe_checkout_refund GROUP BY 1 ORDER BY 1",
    "disputes and reviews": "SELECT kind || ' ' || status, count(*) FROM stripe_checkout_hold GROUP BY 1 ORDER BY 1",
    "letters": "SELECT code, count(*) FROM outbox_letter GROUP BY 1 ORDER BY 1",
    "tasks": "SELECT status, count(*) FROM django_tasks_database_dbtaskresult GROUP BY 1 ORDER BY 1",
}
UNSETTLED = """
    SELECT id, state FROM stripe_checkout_paymentattempt a
    WHERE a.state = 'mismatched' AND a.paid_amount > (
        SELECT coalesce(sum(r.amount), 0) FROM stripe_checkout_refund r WHERE r.attempt_id = a.id
    )
"""


def let_it_end(shop: Deployed, *, seed: int) -> Iterator[str]:
    """Stripe is well again, banks decide, time passes, the sweeper comes until nothing moves; what does not end."""
    draw = Random(seed)  # noqa: S311 (no secret)
    temper.behave()
    for session in undecided_debits():
        decide = draw.choice([payments.succeed_bank_debit, payments.fail_bank_debit])
        decide(session_id=session.pk)
    an_hour_ago = timezone.now() - timedelta(hours=1)
    CheckoutSession.objects.filter(status="open").update(expires_at=an_hour_ago)
    said = [""]
    while len(said) == 1 or (said[-1] != said[-2] and len(said) <= ROUNDS):
        events.deliver_pending(now=timezone.now() + timedelta(hours=2))
        query(shop.database, ATTEMPTS_AGE)
        said.append(manage(shop.web.environment, "settle_payments"))
    if said[-1] != said[-2]:
        yield f"Things still move after {ROUNDS} rounds of settle_payments: {said[-1]}"
    if not comes_true(LETTERS_SECONDS, lambda: _letters_went(shop)):
        yield "Letters still wait for the worker."


def _letters_went(shop: Deployed) -> bool:
    query(shop.database, LETTERS_AGE)
    query(shop.database, TASKS_AGE, [*settings.RECURRING_TASKS])
    return not query(shop.database, LETTERS_WAIT)


def differences(shop: Deployed, mails: list[str], log: Log) -> Iterator[str]:
    """What does not add up, or should not have been said."""
    yield from contradictions(shop, mails, worker_kills=len(log.worker_killed))
    yield from _said(shop)
    yield from log.troubles
    yield from log.unexplained()


def contradictions(shop: Deployed, mails: list[str], *, worker_kills: int) -> Iterator[str]:
    """What does not add up."""
    for what, statement in MUST_BE_EMPTY.items():
        found = query(shop.database, statement)
        if found:
            yield f"There are {len(found)} {what}: {found[:5]}"
    found = query(shop.database, UNSETTLED)
    if found:
        yield f"Money that fits no order and does not go back: {found[:5]}"
    try:
        manage(shop.web.environment, "reconcile_payments", "--days", "1", "--spare-minutes", "0")
    except AssertionError as error:
        yield f"reconcile_payments: {error}"
    ours, theirs = money(shop)
    if ours != theirs:
        yield f"Our books say {ours}, Stripe's {theirs}."
    ((held,),) = query(shop.database, LEDGER)
    if held != ours["taken"] - ours["given back"] - ours["lost in disputes"]:
        yield f"The ledger adds up to {held}."
    yield from _confirmations(shop, mails, worker_kills=worker_kills)


def money(shop: Deployed) -> tuple[dict, dict]:
    """What was taken, given back and lost, in dollars: in our books, and at Stripe."""
    ours = {what: query(shop.database, statement)[0][0] or 0 for what, statement in SUMS.items()}
    theirs = {
        "taken": Charge.objects.filter(status="succeeded"),
        "given back": Refund.objects.filter(status__in=("pending", "succeeded")),
        "lost in disputes": Dispute.objects.filter(status="lost"),
    }
    return ours, {what: _dollars(rows) for what, rows in theirs.items()}


def _dollars(rows: QuerySet) -> Decimal:
    return Decimal(rows.aggregate(sum=Sum("amount"))["sum"] or 0) / 100


def _confirmations(shop: Deployed, mails: list[str], *, worker_kills: int) -> Iterator[str]:
    """One mail a sold order. A worker that is killed between the mail server's OK and its own note of it sends that
    letter again (see shop.outbox.tasks): at most one letter each time.
    """
    subjects = Counter(message_from_string(mail, policy=decoded)["Subject"] for mail in mails)
    confirmed = {f"Your order {number} is confirmed" for (number,) in query(shop.database, SOLD_NUMBERS)}
    sent = {subject: count for subject, count in subjects.items() if subject.endswith("is confirmed")}
    if confirmed != set(sent):
        yield f"Sold, or confirmed by mail, but not both: {confirmed ^ set(sent)}"
    twice = [subject for subject, count in sent.items() if count > 1]
    if len(twice) > worker_kills:
        yield f"Sent more than once: {twice}"


def _said(shop: Deployed) -> Iterator[str]:
    """Tracebacks at level ERROR, and answers of 5xx. The webhook says 503 when Stripe did not answer it: Stripe comes
    again then, and so it is meant.
    """
    for program in (shop.web, shop.worker):
        for line in _lines(program):
            if line["level"] == "ERROR" and "exc_info" in line:
                yield f"{program.log.name}: {line['message']}\n{line['exc_info']}"
    for path, status in _broken_answers(shop):
        if (path, status) != ("/stripe/webhook/", 503):
            yield f"{path} was answered {status}."


def _broken_answers(shop: Deployed) -> list[tuple[str, int]]:
    answers = [line for line in _lines(shop.web) if line["logger"] == "shop.requests"]
    return [(line["path"], line["status"]) for line in answers if line["status"] >= 500]


def _lines(program: Program) -> list[dict[str, Any]]:
    """What it logged, without what others wrote beside it and a last line that a killed process left unfinished."""
    lines = program.log.read_text().splitlines()
    return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]


def table(shop: Deployed, mails: list[str], log: Log, *, minutes: float) -> str:
    """What happened, for people."""
    ours, theirs = money(shop)
    lines = [f"{minutes:.1f} minutes of shopping", *_rows("done", sorted(Counter(log.done).items()))]
    lines += [line for what, statement in COUNTS.items() for line in _rows(what, query(shop.database, statement))]
    lines += [f"  {what:<40}{ours[what]:>12} ours {theirs[what]:>12} Stripe’s" for what in ours]
    lines += _rows(
        "beside",
        [
            ("mails taken by the mail server", len(mails)),
            ("gunicorn workers killed", len(log.web_killed)),
            ("db_workers killed", len(log.worker_killed)),
            ("connections broken by that", len(log.broken) - len(log.unexplained())),
            ("calls of the webhook answered 503", len(_broken_answers(shop))),
        ],
    )
    return "\n".join(lines)


def _rows(title: str, counts: list[tuple]) -> list[str]:
    return [title, *(f"  {name:<40}{count:>12}" for name, count in counts)]
