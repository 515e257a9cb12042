"""Returns as staff meet them in the dashboard."""

from datetime import timedelta
from time import perf_counter
from uuid import uuid4

import html5lib
import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from oscar.core.loading import get_model

from shop.promises.models import Promise
from shop.returns import handling
from shop.returns.models import Limits, Return, ReturnLine, mark_of
from tests.factories import make_product
from tests.shop.returns.conftest import EMAIL, codes
from tests.shop.test_pages import links_of

Order = get_model("order", "Order")
StockRecord = get_model("partner", "StockRecord")
User = get_user_model()

QUEUE = "/dashboard/returns/"


@pytest.fixture
def desk(db):
    """Somebody who decides about returns and gives money back, and may do nothing else."""
    user = User.objects.create_user("returns", "returns@example.com", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["decide_return", "refund_payment"]))
    client = Client()
    client.force_login(user)
    return client


def ask(order, quantity: int = 1, kind: str = "return", **changes) -> Return:
    chosen = [handling.Chosen(order.lines.first().pk, quantity, **changes)]
    return handling.ask(order=order, kind=kind, chosen=chosen, token=uuid4(), by="the customer")


def press(desk, case: Return, act: str, **fields: str):
    answer = desk.post(reverse("returns-desk:case", args=[case.number]), {"act": act} | fields, follow=True)
    case.refresh_from_db()
    return answer


def shown(response) -> str:
    return response.content.decode()


def grades(case: Return, **units: int) -> dict[str, str]:
    pk = case.lines.get().line_id
    return {f"{grade}_{pk}": str(number) for grade, number in units.items()}


# --- Who may -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_staff", [True, False])
def test_nobody_else_sees_returns(make_sent, is_staff):
    case = ask(make_sent())
    client = Client()
    client.force_login(
        User.objects.create_user("else", is_staff=is_staff),
    )
    for path in (QUEUE, f"{QUEUE}{case.number}/"):
        assert client.get(path).status_code == 403
    assert client.post(f"{QUEUE}{case.number}/", {"act": "approve"}).status_code == 403


def test_who_is_not_signed_in_is_asked_to(db):
    assert Client().get(QUEUE).status_code == 302


def test_dashboard_leads_to_the_queue(admin_client):
    assert QUEUE in links_of(admin_client.get(reverse("dashboard:index")))


# --- The queue -----------------------------------------------------------------------------------------------------


def test_queue_shows_what_waits_and_why(make_sent, everything_waits, desk):
    case = ask(make_sent())
    page = shown(desk.get(QUEUE))
    assert case.number in page
    assert "It is worth $18.00, more than $0.00." in page


@pytest.mark.parametrize(
    ("show", "kind", "state", "label"),
    [("waits", "return", "requested", ""), ("label", "return", "approved", ""),
     ("underway", "return", "approved", "https://x.example"), ("money", "return", "received", ""),
     ("money", "claim", "approved", ""), ("all", "claim", "refused", "")],
)  # fmt: skip
def test_each_list_shows_its_returns(make_sent, desk, show, kind, state, label):
    case = ask(make_sent())
    Return.objects.update(kind=kind, state=state, label_url=label)
    assert case.number in shown(desk.get(QUEUE, {"show": show}))
    others = {"waits", "label", "money"} - {show}
    assert [each for each in others if case.number in shown(desk.get(QUEUE, {"show": each}))] == []


@pytest.mark.parametrize("words", ["number", "34679-CDFGH", "34679cdfgh", EMAIL, EMAIL.upper()])
def test_return_is_found_by_its_number_its_order_and_its_customer(make_sent, desk, words):
    case = ask(make_sent())
    other = ask(make_sent(number="99999-CDFGH", product=make_product(), guest_email="sam@example.com"))
    page = shown(desk.get(QUEUE, {"q": case.number.lower() if words == "number" else words}))
    assert (case.number in page, other.number in page) == (True, False)


@pytest.mark.parametrize("query", ["show=odd", "page=x", "kind=odd", "q=%00", "q=" + "x" * 200, "page=99999"])
def test_odd_questions_to_the_queue_get_a_page(desk, query):
    assert desk.get(f"{QUEUE}?{query}").status_code == 200


def many_returns(order, number: int) -> None:
    now, states = timezone.now(), Return.State.values
    promise = Promise.objects.get(slug="returns")
    cases = Return.objects.bulk_create(
        Return(
            order=order,
            kind=Return.Kind.values[index % 2],
            promise=promise,
            state=states[index % len(states)],
            customer=mark_of(f"{index % 500}@example.com"),
            token=uuid4(),
            asked_by="a test",
            created_at=now - timedelta(minutes=index),
        )
        for index in range(number)
    )
    line = order.lines.first()
    ReturnLine.objects.bulk_create(ReturnLine(case=case, line=line, quantity=1) for case in cases)


@pytest.mark.parametrize("show", ["waits", "all"])
def test_queue_of_ten_thousand_takes_as_few_queries_as_one_of_ten(make_sent, desk, show):
    many_returns(make_sent(), 60)
    desk.get(QUEUE)
    counts = []
    for more in (0, 2000):
        many_returns(Order.objects.get(), more)
        with CaptureQueriesContext(connection) as queries:
            desk.get(QUEUE, {"show": show})
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="measured on PostgreSQL")
def test_queue_of_ten_thousand_opens_in_150_milliseconds(make_sent, desk):
    many_returns(make_sent(), 10_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    took = []
    for _ in range(15):
        began = perf_counter()
        desk.get(QUEUE)
        took.append(perf_counter() - began)
    assert sorted(took)[7] < 0.15


# --- One return ----------------------------------------------------------------------------------------------------


def test_page_has_everything_needed_to_decide(make_sent, everything_waits, desk):
    earlier = ask(make_sent(number="99999-CDFGH", product=make_product()))
    case = ask(make_sent(quantity=2), 2, reason="broken", words="The pump <b>leaks</b>.")
    page = desk.get(f"{QUEUE}{case.number}/")
    told = [EMAIL, "34679-CDFGH", "60 days from the day a package arrives", "opened or not", "we pay the postage",
            "It arrived broken (our fault)", "The pump <b>leaks</b>.", earlier.number, "$41.00"]  # fmt: skip
    text = text_of_dashboard(page)
    assert [words for words in told if words not in text] == []


def text_of_dashboard(response) -> str:
    return "".join(html5lib.parse(shown(response), namespaceHTMLElements=False).itertext())


def test_approving_writes_to_the_customer(make_sent, everything_waits, desk):
    order = make_sent()
    case = ask(order)
    press(desk, case, "approve")
    assert case.state == "approved"
    assert codes(order) == ["RETURN_REQUESTED", "RETURN_APPROVED"]
    assert case.steps.last().by == "returns@example.com"


def test_approving_twice_says_that_it_is_done(make_sent, everything_waits, desk):
    case = ask(make_sent())
    press(desk, case, "approve")
    assert "cannot become approved" in shown(press(desk, case, "approve"))


def test_refusing_needs_a_reason(make_sent, everything_waits, desk):
    case = ask(make_sent())
    assert "Say why: the customer reads it." in shown(press(desk, case, "refuse"))
    press(desk, case, "refuse", **{"refuse-reason": "The box was empty."})
    assert (case.state, case.refusal) == ("refused", "The box was empty.")


def test_label_goes_to_the_customer(make_sent, desk):
    order = make_sent()
    case = ask(order)
    press(desk, case, "label", **{"label-url": "https://carrier.example/label.pdf"})
    assert case.label_url == "https://carrier.example/label.pdf"
    assert codes(order) == ["RETURN_APPROVED", "RETURN_LABEL"]


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "http://carrier.example/", "ftp://x.example"])
def test_label_has_a_safe_address(make_sent, desk, url):
    case = ask(make_sent())
    press(desk, case, "label", **{"label-url": url})
    assert case.label_url == ""


def test_receiving_grades_and_restocks(make_sent, desk):
    case = ask(make_sent(quantity=3), 3)
    before = StockRecord.objects.get().num_in_stock
    press(desk, case, "receive", **grades(case, sealed=2, restocked=1, opened=1))
    line = case.lines.get()
    assert (case.state, line.sealed, line.restocked, line.opened) == ("received", 2, 1, 1)
    assert StockRecord.objects.get().num_in_stock == before + 1


@pytest.mark.parametrize(
    ("units", "says"),
    [
        ({"sealed": 2, "opened": 2}, "3 were to come, not 4"),
        ({"sealed": 1, "restocked": 2}, "only those can go back on sale"),
        ({"sealed": 9}, "3 were to come"),
        ({"sealed": -1}, "Enter a whole number of units."),
        ({}, "Say what came."),
    ],
)
def test_what_cannot_have_come_is_refused(make_sent, desk, units, says):
    case = ask(make_sent(quantity=3), 3)
    assert says in shown(press(desk, case, "receive", **grades(case, **units)))
    assert case.state == "approved"
    assert case.lines.get().received == 0


def test_note_is_kept_with_its_author(make_sent, desk):
    case = ask(make_sent())
    press(desk, case, "note", **{"note-text": "Called, friendly."})
    step = case.steps.last()
    assert (step.what, step.by, step.note) == ("note", "returns@example.com", "Called, friendly.")


@pytest.mark.parametrize("act", ["", "burn", "refund"])
def test_odd_buttons_do_nothing(make_sent, desk, act):
    case = ask(make_sent())
    assert press(desk, case, act).status_code == 200
    assert case.state == "approved"


def test_order_page_names_its_returns(make_sent, admin_client):
    order = make_sent()
    case = ask(order)
    assert f"{QUEUE}{case.number}/" in links_of(
        admin_client.get(reverse("dashboard:order-detail", args=[order.number]))
    )


def test_unknown_return_is_not_found(desk):
    assert desk.get(f"{QUEUE}R-77777-CDFGH/").status_code == 404


# --- The limits ----------------------------------------------------------------------------------------------------


def test_staff_set_the_limits_in_the_admin(admin_client):
    admin_client.get(reverse("admin:returns_limits_changelist"), follow=True)
    fields = {"return_amount": "10.00", "return_days": "5", "return_earlier": "1"}
    fields |= {"claim_amount": "20.00", "claim_days": "6", "claim_earlier": "0"}
    admin_client.post(reverse("admin:returns_limits_change", args=[1]), fields)
    limits = Limits.objects.get()
    assert (str(limits.return_amount), limits.claim_days, limits.claim_earlier) == ("10.00", 6, 0)


def test_there_is_one_record_of_limits(admin_client):
    for _ in range(2):
        admin_client.get(reverse("admin:returns_limits_changelist"))
        Limits().save()
    assert Limits.objects.count() == 1
    assert admin_client.get(reverse("admin:returns_limits_add")).status_code == 403
