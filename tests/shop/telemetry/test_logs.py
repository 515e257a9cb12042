"""Log lines as production writes them."""

import ast
import io
import json
import logging
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django_tasks import task
from django_tasks_db.models import DBTaskResult
from oscar.core.loading import get_model

from shop.background.queue import enqueue
from shop.order.links import path_to
from shop.order.processing import EventHandler
from shop.returns import handling
from shop.returns.links import case_path, order_path
from shop.stripe_checkout.models import PaymentAttempt
from shop.telemetry.context import about
from shop.telemetry.logs import Formatter
from shop.telemetry.middleware import TelemetryMiddleware
from tests.factories import make_product
from tests.page import Page
from tests.shop.test_settings import GOOD, ROOT, setting

Order = get_model("order", "Order")
User = get_user_model()
logger = logging.getLogger("shop.tests")
PROXYS = "7f3a9c0e-1b2d.4e5f_6071"


@task()
def say_something() -> None:
    logger.warning("Said by the worker")


class Lines:
    """What was logged, each line parsed."""

    def __init__(self, stream: io.StringIO) -> None:
        self.stream = stream

    def __iter__(self):
        return (json.loads(line) for line in self.stream.getvalue().splitlines())

    def of(self, name: str) -> list[dict]:
        return [line for line in self if line["logger"] == name]


@pytest.fixture
def lines(caplog):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Formatter())
    root = logging.getLogger()
    root.addHandler(handler)
    caplog.set_level(logging.INFO, "shop.requests")
    yield Lines(stream)
    root.removeHandler(handler)


def test_line_has_time_level_logger_and_message(lines):
    logger.warning("A %s\nof two lines", "message")
    [line] = lines
    assert line.keys() == {"time", "level", "logger", "message"}
    assert (line["level"], line["logger"], line["message"]) == ("WARNING", "shop.tests", "A message\nof two lines")
    assert datetime.now(UTC) - datetime.fromisoformat(line["time"]) < timedelta(minutes=1)


def test_line_of_an_error_holds_its_traceback(lines):
    try:
        raise LookupError("nothing there")
    except LookupError:
        logger.exception("It failed")
    [line] = lines
    assert "LookupError: nothing there" in line["exc_info"]


def test_request_is_answered_with_the_id_that_its_lines_bear(client, lines):
    answer = client.get("/healthz/")
    [line] = lines.of("shop.requests")
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-ID"])
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert (line["method"], line["path"], line["status"], line["queries"]) == ("GET", "/healthz/", 200, 0)
    assert 0 < line["milliseconds"] < 60_000


def test_two_requests_have_two_ids(client):
    assert len({client.get("/healthz/").headers["X-Request-ID"] for _ in range(2)}) == 2


def test_id_of_the_proxy_is_taken(client, lines):
    answer = client.get("/healthz/", headers={"X-Request-ID": PROXYS})
    assert answer.headers["X-Request-ID"] == PROXYS
    assert [line["request_id"] for line in lines] == [PROXYS]


@pytest.mark.parametrize(
    "sent",
    ["short", "x" * 65, 'quoted"quoted', "with blank 1", "line\nfeed-line", "<script>alert</script>", "-begins-so"],
    ids=["short", "long", "quote", "blank", "line", "markup", "sign"],
)
def test_ill_formed_id_is_replaced(client, lines, sent):
    answer = client.get("/healthz/", headers={"X-Request-ID": sent})
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-ID"])
    assert sent not in lines.stream.getvalue()


def test_lines_outside_of_a_request_bear_no_id(client, lines):
    client.get("/healthz/")
    logger.warning("Afterwards")
    assert "request_id" not in lines.of("shop.tests")[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("customer:anon-order", ["100001", "a-secret"]),
        ("returns:detail", ["R-100001", "a-secret"]),
        ("password-reset-confirm", ["a-secret", "a-secret"]),
        ("blog:preview", ["a-secret"]),
        ("no-review-letters", ["a-secret"]),
        ("customer:register-finish", ["a-secret"]),
        ("customer:email-change", ["a-secret"]),
    ],
    ids=["order", "return", "password", "draft", "letters", "account", "address"],
)
def test_what_opens_a_link_stays_out_of_the_line(client, lines, name, args):
    client.get(reverse(name, args=args), {"email": "alex@example.com"})
    [line] = lines.of("shop.requests")
    assert "a-secret" not in json.dumps(line)
    assert "alex@example.com" not in json.dumps(line)
    assert line["path"].startswith("/")


def asks_for_work(request):
    enqueue(say_something)
    return HttpResponse()


@pytest.mark.django_db(transaction=True)
def test_task_bears_the_id_of_the_request_that_asked_for_it(lines, run_tasks, rf):
    TelemetryMiddleware(asks_for_work)(rf.get("/", headers={"X-Request-ID": PROXYS}))
    run_tasks()
    [line] = lines.of("shop.tests")
    assert line["request_id"] == PROXYS
    assert line["task_id"] == str(DBTaskResult.objects.get().pk)


@pytest.mark.django_db(transaction=True)
def test_next_task_does_not_bear_the_id_of_the_one_before(lines, run_tasks):
    say_something.enqueue()
    DBTaskResult.objects.update(args_kwargs={"args": [], "kwargs": {}, "request_id": PROXYS}, priority=1)
    say_something.enqueue()
    run_tasks()
    first, second = lines.of("shop.tests")
    assert first["request_id"] == PROXYS
    assert "request_id" not in second
    assert first["task_id"] != second["task_id"]


def test_line_about_an_order_bears_its_number(lines):
    logger.info("Order %s: paid", "100001", extra=about(Order(number="100001")))
    assert [line["order_number"] for line in lines] == ["100001"]


def logging_calls(source: Path) -> dict[str, str]:
    """What this file has logged, and where it does it."""
    calls = [node for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.Call)]
    return {
        f"{source.relative_to(ROOT)}:{call.lineno}": ast.unparse(call)
        for call in calls
        if ast.unparse(call.func).startswith("logger.")
    }


def test_each_line_that_names_an_order_has_its_number_in_a_field():
    said = {place: call for source in (ROOT / "shop").rglob("*.py") for place, call in logging_calls(source).items()}
    naming = {place: call for place, call in said.items() if re.search(r"\border %s", call, re.IGNORECASE)}
    assert len(naming) >= 10
    assert [place for place, call in naming.items() if "extra=about(" not in call] == []


def test_production_writes_json_and_a_line_for_each_request():
    logging_of_production = setting("LOGGING", **GOOD)
    assert logging_of_production["formatters"]["line"] == {"()": "shop.telemetry.logs.Formatter"}
    assert logging_of_production["loggers"]["shop.requests"]["level"] == "INFO"


# Nothing that a thief could use, and nobody's name

PASSWORD = "a long pass phrase"
ADDRESSES = ["alex@example.com", "12 Sample Street", "78701", "Example,", "Alex Example"]


def words_of(lines) -> str:
    return lines.stream.getvalue()


def test_purchase_return_and_sign_in_leave_no_secret_in_the_log(
    shopper, stripe, promises, lines, run_tasks, mailoutbox, caplog
):
    for name in ("", "shop", "blog", "django"):
        caplog.set_level(logging.INFO, name)
    user = User.objects.create_user("alex", "alex@example.com", PASSWORD)
    shopper.add(make_product(title="Plain Soap"))
    page = shopper.press_pay().url
    stripe.pay(page)
    attempt = PaymentAttempt.objects.get()
    shopper.client.get(f"/checkout/return/?session_id={attempt.session_id}")
    stripe.tell(shopper.client, "checkout.session.completed")
    order = Order.objects.get()
    EventHandler().handle_order_status_change(order, Order.Status.SHIPPED)
    run_tasks()
    to_return = order_path(order)
    chosen = [handling.Chosen(order.lines.get().pk, 1, "other", "It smells of Alex Example.")]
    case = handling.ask(order=order, kind="return", chosen=chosen, token=uuid4(), by="the customer")
    guest = Client()
    for path in (path_to(order), to_return, case_path(case, order)):
        assert guest.get(path).status_code == 200
        guest.get(f"{path},")  # as a mail program cuts a link out of a sentence
        guest.get(path.rstrip("/") + "x/")
    Page(guest, "/accounts/order-status/").press("Send me the link", order_number=order.number, email=order.email)
    guest.post("/accounts/login/", {"login-username": user.email, "login-password": "wrong", "login_submit": "1"})
    guest.post("/password-reset/", {"email": user.email})
    run_tasks()
    reset = next(
        re.search(r"/password-reset/confirm/\S+", mail.body)[0] for mail in mailoutbox if "reset" in mail.body
    )
    guest.get(reset)
    guest.get(f"{reset},")
    Page(guest, "/accounts/login/").send("Sign in", **{"login-username": user.email, "login-password": PASSWORD})
    session = guest.cookies["sessionid"].value
    with pytest.raises(RuntimeError):
        raise_with(f"Refused: {{'{order.email}': (550, b'no such user')}} with {settings.STRIPE_SECRET_KEY}")
    said = words_of(lines)
    assert len(said.splitlines()) > 20
    secrets = {
        *(path_to(order), to_return, case_path(case, order), reset, session, PASSWORD, user.password),
        *(path.strip("/").rpartition("/")[2] for path in (path_to(order), to_return, case_path(case, order), reset)),
        *(settings.SECRET_KEY, settings.STRIPE_SECRET_KEY, *settings.STRIPE_WEBHOOK_SECRETS),
        *("4242424242424242", "4242 4242 4242 4242", *ADDRESSES),
    }
    assert [secret for secret in secrets if secret in said] == []


def raise_with(text: str) -> None:
    try:
        raise RuntimeError(text)
    except RuntimeError:
        logger.exception("Not sent: %s", text)
        raise


@pytest.mark.parametrize(
    "text",
    [
        "Order 100123: Pending payment → Paid (Stripe: checkout.session.completed evt_9ujImLwxRGsWF5tSDUPRGdsU)",
        "Order LKNG9-PK76C: Paid → Shipped (staff)",
        "GET /catalogue/renewal-retinol-serum_11/reviews/ 200",
        "GET /static/css/site.0f3a.css 200",
        "Task 47257f83-60fc-4d67-81ed-cef660d9772b was abandoned",
        "2026-11-27 10:00:30,148 took 1234.5 ms",
    ],
)
def test_what_staff_look_for_stays_in_the_log(lines, text):
    logger.warning(text)
    assert [line["message"] for line in lines.of("shop.tests")] == [text]
