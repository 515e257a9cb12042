"""What the shop says it does within so many business days is due by a day, and named to staff when it is late."""

from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format

from shop.outbox.tasks import deliver_waiting
from shop.promises.business_days import business_days_after
from shop.promises.models import Promise
from shop.returns import digest, handling, links, paying_back
from shop.returns.models import Return
from shop.stripe_checkout import holds
from shop.stripe_checkout.states import Cause
from shop.stripe_sandbox import disputes
from tests.factories import make_product
from tests.shop.returns.test_desk import text_of_dashboard
from tests.shop.test_pages import text_of
from tests.shop.test_promises import edit

QUEUE = "/dashboard/returns/"
DUE_DATES = import_module("shop.returns.migrations.0003_due_on")
LABEL = "https://carrier.example/label.pdf"


def ask(order, kind: str = "return") -> Return:
    chosen = [handling.Chosen(order.lines.get().pk, 1)]
    return handling.ask(order=order, kind=kind, chosen=chosen, token=uuid4(), by="the customer")


def came(case: Return) -> None:
    handling.receive(case, arrived=[handling.Arrived(case.lines.get().line_id, sealed=1)], by="staff@example.com")


def due(case: Return) -> date | None:
    case.refresh_from_db()
    return case.due_on


def within(days: int) -> date:
    return business_days_after(timezone.now(), days)


# --- Business days -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "days", "day"),
    [
        pytest.param("2026-11-30T15:00", 2, "2026-12-02", id="within a week"),
        pytest.param("2026-12-03T15:00", 2, "2026-12-07", id="over a weekend"),
        pytest.param("2026-12-04T15:00", 1, "2026-12-07", id="from a Friday"),
        pytest.param("2026-12-05T15:00", 1, "2026-12-07", id="from a Saturday"),
        pytest.param("2026-12-06T15:00", 5, "2026-12-11", id="from a Sunday"),
        pytest.param("2026-12-01T03:00", 1, "2026-12-01", id="still yesterday where the shop is"),
    ],
)
def test_weekends_do_not_count(settings, moment, days, day):
    settings.TIME_ZONE = "America/New_York"
    with timezone.override("America/New_York"):
        assert business_days_after(datetime.fromisoformat(moment).replace(tzinfo=UTC), days).isoformat() == day


# --- What is due when ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["return", "claim"])
def test_person_decides_within_the_business_days_of_the_promise(make_sent, everything_waits, kind):
    assert due(ask(make_sent(), kind)) == within(2)


def test_label_is_sent_within_the_business_days_of_the_promise(make_sent):
    case = ask(make_sent())
    assert due(case) == within(2)
    handling.send_label(case, url=LABEL, by="staff@example.com")
    assert due(case) is None


def test_nothing_is_due_while_the_customer_sends_it(make_sent):
    Promise.objects.filter(slug="returns").update(pays_postage=False)
    assert due(ask(make_sent())) is None


def test_refund_is_made_within_the_business_days_of_the_promise(make_sent):
    case = ask(make_sent())
    came(case)
    assert due(case) == within(5)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_due_once_it_is_refunded(sent, asks):
    case = asks()
    came(case)
    paying_back.pay_back(case, by="staff@example.com")
    assert (Return.objects.get().state, due(case)) == ("refunded", None)


@pytest.mark.django_db(transaction=True)
def test_claim_whose_money_could_not_be_asked_for_is_due(sent, everything_waits, asks):
    case = asks(kind="claim")
    disputes.open_dispute(payment_intent=sent.payment_attempts.get().payment_intent)
    holds.mirror_disputes(sent.payment_attempts.get(), cause=Cause("a test"))
    handling.approve(case, by="staff@example.com")
    assert (due(case), case.state) == (within(5), "approved")


@pytest.mark.parametrize("end", ["refused", "withdrawn"])
def test_nothing_is_due_once_it_is_over(make_sent, everything_waits, end):
    case = ask(make_sent())
    if end == "refused":
        handling.refuse(case, reason="No.", by="staff@example.com")
    else:
        handling.withdraw(case, by="the customer")
    assert due(case) is None


def test_version_that_binds_the_order_says_when_it_is_due(make_sent, everything_waits, admin_client):
    order = make_sent()
    edit(admin_client, Promise.objects.get(slug="returns"), answer_days=9)
    later = make_sent(number="99999-CDFGH", product=make_product())
    assert (due(ask(order)), due(ask(later))) == (within(2), within(9))


# --- What is late is named -----------------------------------------------------------------------------------------


@pytest.fixture
def late(make_sent, everything_waits) -> list[Return]:
    """Three that wait: asked for first and due last, due today, and overdue."""
    today = timezone.localdate()
    cases = []
    for number, days in enumerate((3, 0, -1)):
        case = ask(
            make_sent(number=f"7777{number}-CDFGH", product=make_product(), guest_email=f"{number}@example.com")
        )
        Return.objects.filter(pk=case.pk).update(
            due_on=today + timedelta(days=days), created_at=timezone.now() - timedelta(hours=9 - number)
        )
        case.refresh_from_db()
        cases.append(case)
    return cases


def test_queue_shows_first_what_is_overdue_with_its_day(late, admin_client):
    page = text_of_dashboard(admin_client.get(QUEUE))
    places = [page.index(case.number) for case in reversed(late)]
    assert places == sorted(places)
    assert f"Overdue: {date_format(late[2].due_on)}" in page
    assert page.count("Overdue: ") == 1
    assert "1 overdue: we promised" in page


def test_page_of_a_return_says_when_it_is_due(late, admin_client):
    pages = [text_of_dashboard(admin_client.get(f"{QUEUE}{case.number}/")) for case in late]
    assert f"Due by {date_format(late[1].due_on)}." in pages[1]
    assert f"Overdue: we promised to be done by {date_format(late[2].due_on)}." in pages[2]


def test_digest_names_what_is_overdue_before_all_else(late, settings):
    section = digest.overdue()
    assert section.items == [f"Requested: Return {late[2].number}, due by {date_format(late[2].due_on)}"]
    ours = [path for path in settings.STAFF_DIGEST if path.startswith("shop.returns.")]
    assert ours[0] == "shop.returns.digest.overdue"


def test_digest_names_what_waits_by_its_day(late):
    assert [item.split(",")[0] for item in digest.to_decide().items] == [f"Return {c.number}" for c in reversed(late)]


def test_digest_names_what_is_to_be_refunded(make_sent):
    case = ask(make_sent())
    assert digest.to_refund() is None
    came(case)
    assert digest.to_refund().items == [f"Return {case.number}, due by {date_format(within(5))}"]
    assert digest.to_label() is None


def test_nothing_is_overdue_on_its_last_day(late):
    Return.objects.filter(pk=late[2].pk).update(due_on=timezone.localdate())
    assert digest.overdue() is None


# --- The numbers stand in the record -------------------------------------------------------------------------------


@pytest.fixture
def other_numbers(promises, admin_client) -> None:
    edit(admin_client, Promise.objects.get(slug="returns"), answer_days=7, refund_days=1)


def test_pages_and_letters_follow_the_numbers(other_numbers, make_sent, everything_waits, client):
    order = make_sent()
    assert "within 7 business days" in text_of(client.get("/promises/returns/"))
    assert "within 1 business day of the arrival" in text_of(client.get("/promises/returns/"))
    case = ask(order)
    path = links.case_path(case, order)
    assert "A person looks at it within 7 business days" in text_of(client.get(path))
    handling.approve(case, by="staff@example.com")
    assert "label comes within 7 business days" in text_of(client.get(path))
    came(case)
    assert "refund it within 1 business day." in text_of(client.get(path))
    deliver_waiting.call()
    bodies = {letter.subject: " ".join(letter.body.split()) for letter in mail.outbox if letter.to == [order.email]}
    assert len(bodies) == 3
    for words in ("looks at it within 7 business days", "label comes by email within 7 business days",
                  "refund it within 1 business day."):  # fmt: skip
        assert [subject for subject, body in bodies.items() if words in body], words


@pytest.mark.parametrize("number", ["", "0", "31", "-1", "two", "1.5"])
def test_odd_numbers_are_refused(promises, admin_client, number):
    answer = edit(admin_client, Promise.objects.get(slug="returns"), answer_days=number)
    assert answer.status_code == 200  # the form again
    assert Promise.objects.filter(slug="returns").count() == 1


def test_promise_without_them_is_not_one(promises):
    with pytest.raises(ValidationError, match="business days"):
        Promise(slug="x", title="X", line="X", text="X", icon="lock", refund_days=None).full_clean()
    for days in (0, 31):
        with pytest.raises(IntegrityError), transaction.atomic():
            Promise.objects.update(answer_days=days)


def test_migration_sets_the_days_of_what_is_open(make_sent, everything_waits):
    waiting = ask(make_sent())
    to_label = ask(make_sent(number="7777A-CDFGH", product=make_product()))
    handling.approve(to_label, by="staff@example.com")
    on_its_way = ask(make_sent(number="7777B-CDFGH", product=make_product()))
    handling.approve(on_its_way, by="staff@example.com")
    handling.send_label(on_its_way, url=LABEL, by="staff@example.com")
    here = ask(make_sent(number="7777C-CDFGH", product=make_product()))
    handling.approve(here, by="staff@example.com")
    came(here)
    days = [due(case) for case in (waiting, to_label, on_its_way, here)]
    Return.objects.update(due_on=None)
    DUE_DATES.set_due_dates(apps, None)
    assert [due(case) for case in (waiting, to_label, on_its_way, here)] == days == [within(2)] * 2 + [None, within(5)]
