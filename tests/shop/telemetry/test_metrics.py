"""The shop in numbers, and the rules that watch them."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.core.cache import cache
from django.db import DatabaseError
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from prometheus_client.parser import text_string_to_metric_families

from shop.outbox.models import Letter
from shop.stripe_checkout.tasks import settle_all
from shop.telemetry import state
from shop.telemetry.middleware import TelemetryMiddleware
from tests.shop.test_health import attempt_of

ROOT = Path(__file__).resolve().parents[3]
TOKEN = "a-token-of-the-tests"
ASKING = {"Authorization": f"Bearer {TOKEN}"}
GROUPS = yaml.safe_load((ROOT / "deploy/alerts.yml").read_text())["groups"]
RULES = {rule["alert"]: rule for group in GROUPS for rule in group["rules"]}
PROMETHEUS_ITSELF = {"up"}


@pytest.fixture
def measured(settings, db):
    """A browser of a shop that is measured."""
    settings.METRICS_TOKEN = TOKEN
    return Client()


class Numbers:
    def __init__(self, client: Client) -> None:
        answer = client.get("/metrics", headers=ASKING)
        assert answer.status_code == 200
        families = list(text_string_to_metric_families(answer.content.decode()))
        self.samples = [sample for family in families for sample in family.samples]

    def of(self, name: str, **labels: str) -> float:
        """The sum of what has these labels; 0 where nothing has."""
        found = [s.value for s in self.samples if s.name == name and labels.items() <= s.labels.items()]
        return sum(found)

    @property
    def names(self) -> set[str]:
        return {sample.name for sample in self.samples}


def more(client: Client, act, name: str, **labels: str) -> float:
    """By how much the number grows when that is done."""
    before = Numbers(client).of(name, **labels)
    act()
    return Numbers(client).of(name, **labels) - before


# --- Who may look --------------------------------------------------------------------------------------------------


def test_numbers_are_shown_for_the_token(measured):
    answer = measured.get("/metrics", headers=ASKING)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["Cache-Control"] == "no-store"


def test_machine_that_asks_by_a_number_is_answered(measured):
    assert measured.get("/metrics", headers=ASKING | {"Host": "172.18.0.5:8000"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer another"}, {"Authorization": TOKEN}, {"Authorization": f"bearer  {TOKEN}"}],
    ids=["nothing", "another", "bare", "blank"],
)
def test_there_is_no_such_page_without_the_token(measured, headers):
    answer = measured.get("/metrics", headers=headers)
    assert answer.status_code == 404
    assert b"shop_" not in answer.content


@pytest.mark.django_db
def test_there_is_no_such_page_where_nothing_is_measured(client, settings):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


# --- What requests cost --------------------------------------------------------------------------------------------


def test_requests_are_counted_by_view_and_status(measured):
    def look():
        measured.get(reverse("home"))

    assert more(measured, look, "shop_requests_total", view="home", method="GET", status="200") == 1
    assert more(measured, look, "shop_request_seconds_count", view="home") == 1
    assert more(measured, look, "shop_request_seconds_bucket", view="home", le="+Inf") == 1


def test_page_that_was_kept_is_counted_for_its_view(measured, settings):
    settings.SHARED_PAGES = {**settings.SHARED_PAGES, "ARE_KEPT": True}
    measured.get("/privacy/")
    assert more(measured, lambda: measured.get("/privacy/"), "shop_requests_total", view="privacy", status="200") == 1


def test_strangers_make_no_labels(measured):
    def stray():
        measured.get("/no/such/page/")
        measured.generic("BREW", "/no/such/pot/")

    assert more(measured, stray, "shop_requests_total", view="none") == 3  # and the look itself
    names = {label for sample in Numbers(measured).samples for label in sample.labels.values()}
    assert not {name for name in names if "such" in name or name == "BREW"}


def test_queries_are_counted(measured, django_assert_num_queries):
    with django_assert_num_queries(1):
        list(DBTaskResult.objects.all())  # of no request: not counted
    url = reverse("catalogue:index")
    measured.get(url)

    def look():
        measured.get(url)

    state = more(measured, lambda: None, "shop_database_queries_total")  # what a look at the numbers takes itself
    assert state > 0
    assert more(measured, look, "shop_database_queries_total") > state
    assert more(measured, look, "shop_database_seconds_total") > 0


def test_hits_and_misses_of_the_cache_are_counted(measured, rf):
    def view(request):
        cache.set_many({"a": 1, "b": None})
        assert cache.get("a") == 1
        assert cache.get("b", "absent") is None
        assert cache.get("c", "absent") == "absent"
        assert cache.get_many(["a", "c", "d"]) == {"a": 1}
        return HttpResponse()

    def ask():
        cache.delete_many(["a", "b", "c", "d"])
        TelemetryMiddleware(view)(rf.get("/"))

    assert more(measured, ask, "shop_cache_lookups_total", outcome="hit") == 3
    assert more(measured, ask, "shop_cache_lookups_total", outcome="miss") == 3


# --- What waits ----------------------------------------------------------------------------------------------------


def test_unsettled_payments_and_their_age(measured):
    attempt_of("A", state="open")
    attempt = attempt_of("B", state="processing")
    type(attempt).objects.filter(pk=attempt.pk).update(created_at=timezone.now() - timedelta(hours=2))
    attempt_of("C", state="mismatched", paid_amount=5, paid_currency="USD")
    numbers = Numbers(measured)
    assert numbers.of("shop_payments_unsettled") == 2
    assert numbers.of("shop_payments_oldest_unsettled_seconds") == pytest.approx(7200, abs=60)
    assert numbers.of("shop_payments_needing_a_person") == 1


def test_worker_that_never_looked_after_payments_is_endlessly_late(measured):
    assert Numbers(measured).of("shop_payments_swept_seconds") == float("inf")


def test_tasks_that_wait_run_and_failed(measured):
    now = timezone.now()
    for _ in range(5):
        settle_all.enqueue()
    late, running, failed, failed_long_ago, later = DBTaskResult.objects.all()
    change = DBTaskResult.objects.filter
    change(pk=late.pk).update(run_after=now - timedelta(minutes=20), enqueued_at=now - timedelta(days=1))
    change(pk=running.pk).update(status="RUNNING")
    change(pk=failed.pk).update(status="FAILED", finished_at=now)
    change(pk=failed_long_ago.pk).update(status="FAILED", finished_at=now - timedelta(hours=2))
    change(pk=later.pk).update(run_after=now + timedelta(hours=1))
    settle_all.enqueue()
    numbers = Numbers(measured)
    assert numbers.of("shop_tasks_waiting") == 2
    assert numbers.of("shop_tasks_oldest_waiting_seconds") == pytest.approx(1200, abs=60)  # since it was due
    assert (numbers.of("shop_tasks_running"), numbers.of("shop_tasks_failed")) == (1, 1)


def test_letters_that_wait_and_that_were_given_up(measured):
    Letter.objects.create(key="waits", to="a@example.com", code="X")
    Letter.objects.create(key="given up", to="", code="X", next_try_at=None)
    Letter.objects.update(created_at=timezone.now() - timedelta(minutes=10))
    numbers = Numbers(measured)
    assert (numbers.of("shop_letters_waiting"), numbers.of("shop_letters_given_up")) == (1, 1)
    assert numbers.of("shop_letters_oldest_waiting_seconds") == pytest.approx(600, abs=60)


def test_database_that_is_away_is_a_number_too(measured, monkeypatch, caplog):
    def away():
        raise DatabaseError("gone")

    monkeypatch.setattr(state, "last_settled_at", away)
    numbers = Numbers(measured)
    assert numbers.of("shop_database_up") == 0
    assert "shop_payments_unsettled" not in numbers.names
    assert "shop_requests_total" in numbers.names
    assert "cannot be read" in caplog.text


# --- The rules -----------------------------------------------------------------------------------------------------


def metrics_of(expression: str) -> set[str]:
    """The names of metrics in a rule: words that are neither functions, nor labels, nor Prometheus' own words."""
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\b(by|without) \([^)]*\)", "", expression)
    return set(re.findall(r"\b[a-z_]{2,}\b(?!\s*\()", bare)) - {"by", "without", "and", "or", "unless"}


@pytest.mark.parametrize("name", RULES)
def test_rule_says_when_how_urgent_and_what(name):
    rule = RULES[name]
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"].endswith(".")
    assert metrics_of(rule["expr"])


def test_rules_ask_for_numbers_that_there_are(measured):
    measured.get(reverse("home"))
    cache.get("asked")
    asked = set().union(*(metrics_of(rule["expr"]) for rule in RULES.values()))
    assert len(asked) > 10
    assert asked - Numbers(measured).names - PROMETHEUS_ITSELF == set()


def test_views_that_rules_leave_out_exist():
    left_out = set(re.findall(r'view!="([\w:-]+)"', str(GROUPS)))
    assert left_out
    assert all(reverse(name) for name in left_out)


@pytest.mark.parametrize("name", RULES)
def test_handbook_says_what_to_do(name):
    assert f"`{name}`" in (ROOT / "docs/operating.md").read_text()
