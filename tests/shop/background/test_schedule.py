"""Work that recurs."""

import time
from datetime import timedelta

import pytest
from django.conf import settings as project
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from shop.background import schedule
from shop.background.schedule import queue_next_runs
from shop.background.tasks import fail_abandoned, prune

DAY = timedelta(days=1)
FAILING = "tests.shop.background.test_schedule.always_fails"


@task(priority=7)
def always_fails() -> None:
    raise RuntimeError("as it always does")


@pytest.fixture
def every_day(settings):
    """One task that recurs once a day, and fails."""
    settings.RECURRING_TASKS = {FAILING: DAY}


@pytest.mark.parametrize("path", project.RECURRING_TASKS)
def test_what_recurs_is_a_task(path):
    assert isinstance(import_string(path), Task)


def test_the_next_run_waits_in_the_queue_once_however_often_it_is_asked_for(every_day, db):
    for _ in range(3):
        queue_next_runs()
    run = DBTaskResult.objects.get()
    assert timezone.now() < run.run_after <= timezone.now() + DAY
    assert (run.task_path, run.status, run.priority) == (FAILING, "READY", 7)


@pytest.fixture
def overdue(every_day, transactional_db, monkeypatch):
    """A run that was queued two days ago, and for which nobody has had time since."""
    with monkeypatch.context() as then:
        then.setattr(schedule, "time", lambda: time.time() - 2 * DAY.total_seconds())
        queue_next_runs()


def statuses() -> list[str]:
    return sorted(DBTaskResult.objects.values_list("status", flat=True))


def test_a_run_that_fails_has_a_next_one(overdue, run_tasks):
    run_tasks()
    assert statuses() == ["FAILED", "READY"]


def test_a_worker_that_starts_late_makes_up_for_one_run_and_goes_on_with_one(overdue, run_tasks):
    queue_next_runs()
    run_tasks()
    assert statuses() == ["FAILED", "READY"]


@pytest.mark.django_db(transaction=True)
def test_emptying_the_queue_begins_nothing_that_recurs(run_tasks):
    run_tasks()
    assert not DBTaskResult.objects.exists()


def started(ago: timedelta) -> DBTaskResult:
    return DBTaskResult.objects.create(
        task_path=FAILING,
        args_kwargs={"args": [], "kwargs": {}},
        backend_name="default",
        status="RUNNING",
        started_at=timezone.now() - ago,
        worker_ids=["worker-1"],
    )


def test_work_that_began_over_an_hour_ago_is_marked_as_failed(db, caplog):
    abandoned, under_way = started(timedelta(minutes=61)), started(timedelta(minutes=59))
    fail_abandoned.call()
    abandoned.refresh_from_db()
    under_way.refresh_from_db()
    assert (abandoned.status, under_way.status) == ("FAILED", "RUNNING")
    assert abandoned.exception_class_path == "shop.background.tasks.Abandoned"
    assert "worker-1" in abandoned.traceback
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def finished(status: str, days_ago: int) -> None:
    result = started(timedelta(days=days_ago))
    DBTaskResult.objects.filter(pk=result.pk).update(status=status, finished_at=timezone.now() - DAY * days_ago)


def test_finished_work_is_forgotten_failures_later(db):
    for status in ("SUCCESSFUL", "FAILED"):
        for days_ago in (0, 2, 15):
            finished(status, days_ago)
    started(timedelta(days=20))
    prune.call()
    left = DBTaskResult.objects.order_by("status", "-started_at")
    assert [(result.status, (timezone.now() - result.started_at).days) for result in left] == [
        ("FAILED", 0),
        ("FAILED", 2),
        ("RUNNING", 20),
        ("SUCCESSFUL", 0),
    ]
