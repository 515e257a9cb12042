"""Workers as processes: several at once, and told to stop at any moment."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from tests.ports import comes_true
from tests.shop.background.working import recur, write, write_slowly

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 60  # seconds

WORKER = ["manage.py", "db_worker", "--interval", "0.1", "--no-startup-delay"]
TOLD_AT_THE_CLAIM = [
    "-c",
    """
import os, signal, django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.db.models.signals import post_save
from django_tasks_db.models import DBTaskResult

def tell(instance, **kwargs):
    if instance.status == "RUNNING":
        transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGTERM))

settings.RECURRING_TASKS = {}
post_save.connect(tell, sender=DBTaskResult)
call_command("db_worker", interval=0.1, startup_delay=False)
""",
]
"""A worker that gets the signal when the database has just confirmed that a task is its.

Nothing recurs to it: when a second ends just before it looks for its first task, that would be the one that recurs.
"""

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def notes(tmp_path):
    """The file in which tasks say that they were done."""
    file = tmp_path / "notes"
    file.touch()
    return file


def lines(notes: Path) -> list[str]:
    return notes.read_text().splitlines()


def url_of_this_database() -> str:
    if connection.vendor == "sqlite":
        return f"sqlite:///{connection.settings_dict['NAME']}"
    values = {name: quote(str(connection.settings_dict[name]), safe="") for name in ("USER", "PASSWORD", "NAME")}
    host, port = connection.settings_dict["HOST"], connection.settings_dict["PORT"]
    return f"postgres://{values['USER']}:{values['PASSWORD']}@{host}:{port}/{values['NAME']}"


@contextmanager
def workers(number: int, notes: Path, words: list[str] = WORKER) -> Iterator[list[subprocess.Popen]]:
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "tests.shop.background.working",
        "DATABASE_URL": url_of_this_database(),
        "NOTES": str(notes),
    }
    started = [subprocess.Popen([sys.executable, *words], cwd=ROOT, env=environment) for _ in range(number)]
    try:
        yield started
    finally:
        for worker in started:
            worker.kill()
            worker.wait()


def test_two_workers_do_each_task_once_and_what_recurs_too(notes):
    for number in range(60):
        write.enqueue(number)
    with workers(2, notes):
        assert comes_true(PATIENCE, lambda: not DBTaskResult.objects.filter(task_path=write.module_path).ready())
        ran = DBTaskResult.objects.successful().filter(task_path=recur.module_path)
        assert comes_true(PATIENCE, lambda: ran.count() >= 4)
    done = lines(notes)
    assert sorted(int(line) for line in done if line.isdecimal()) == list(range(60))
    recurred = [line for line in done if not line.isdecimal()]
    assert len(recurred) == len(set(recurred)) >= 4
    moments = DBTaskResult.objects.filter(task_path=recur.module_path).values_list("run_after", flat=True)
    assert len(moments) == len(set(moments))  # one chain of runs, not one for each worker
    assert {len(ids) for ids in ran.values_list("worker_ids", flat=True)} == {1}


def test_worker_that_is_told_to_stop_ends_its_task(notes):
    write_slowly.enqueue(2)
    with workers(1, notes) as [worker]:
        assert comes_true(PATIENCE, lambda: "began" in lines(notes))
        worker.send_signal(signal.SIGTERM)
        write.enqueue(1)
        assert worker.wait(PATIENCE) == 0
    assert "ended" in lines(notes)
    assert DBTaskResult.objects.get(task_path=write_slowly.module_path).status == "SUCCESSFUL"
    assert DBTaskResult.objects.get(task_path=write.module_path).status == "READY"  # for another worker


def test_worker_that_is_told_to_stop_when_a_task_becomes_its_own_does_it(notes):
    for number in range(2):
        write.enqueue(number)
    with workers(1, notes, TOLD_AT_THE_CLAIM) as [worker]:
        assert worker.wait(PATIENCE) == 0
    assert lines(notes) == ["0"]
    statuses = DBTaskResult.objects.filter(task_path=write.module_path).order_by("enqueued_at").values_list("status")
    assert [status for (status,) in statuses] == ["SUCCESSFUL", "READY"]
