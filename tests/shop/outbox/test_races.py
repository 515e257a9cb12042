"""Many workers, and workers that are killed: on PostgreSQL, with real processes where a process dies."""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from urllib.parse import quote

import pytest
from django.conf import settings as project
from django.core import mail
from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult

from shop.background.schedule import queue_next_runs
from shop.outbox.letters import post
from shop.outbox.models import Letter
from shop.outbox.tasks import deliver_waiting
from tests.shop.races import at_once, on_postgresql

pytestmark = on_postgresql

WORKERS = 8
"""As many as a shop of this size will never have."""
REFUND = {"amount": "$5.00", "part": "part"}


def test_row_35_workers_at_the_same_moment_send_each_letter_once(order):
    """Twenty letters: every worker meets every other at some of them."""
    for number in range(20):
        post(code="REFUND_MADE", key=f"refund:{number}", order=order, to=f"{number}@example.com", context=REFUND)
    at_once(*[deliver_waiting.call] * WORKERS)
    assert Counter(letter.to[0] for letter in mail.outbox) == {f"{number}@example.com": 1 for number in range(20)}


def test_one_letter_written_by_many_at_once_is_one_letter(order):
    write = partial(post, code="REFUND_MADE", key="refund:1", order=order, context=REFUND)
    at_once(*[write] * WORKERS)
    assert Letter.objects.count() == 1
    at_once(*[deliver_waiting.call] * WORKERS)
    assert len(mail.outbox) == 1


def test_workers_that_start_at_the_same_moment_begin_one_chain_of_runs(settings):
    settings.RECURRING_TASKS = {path: timedelta(days=1) for path in settings.RECURRING_TASKS}
    at_once(*[queue_next_runs] * WORKERS)
    queued = DBTaskResult.objects.values_list("task_path", flat=True)
    assert sorted(queued) == sorted(settings.RECURRING_TASKS)


@contextmanager
def worker(port: int):
    """A worker as production has it, in a process of its own, that sends to the mail server at `port`."""
    server = connection.settings_dict
    login = f"{server['USER']}:{quote(server['PASSWORD'])}" if server["PASSWORD"] else server["USER"]
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "shop.settings.production",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "shop.example",
        "DATABASE_URL": f"postgres://{login}@{server['HOST']}:{server['PORT'] or 5432}/{server['NAME']}",
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "STRIPE_SECRET_KEY": "sk_test_1",
        "STRIPE_WEBHOOK_SECRET": "whsec_1",
        "STRIPE_API_BASE": "http://127.0.0.1:9",  # the discard port: nobody listens
    }
    command = [sys.executable, "manage.py", "db_worker", "--no-startup-delay", "--interval", "0.1"]
    process = subprocess.Popen(command, cwd=project.BASE_DIR, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def comes_true(condition, seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while not (true := condition()) and time.monotonic() < end:
        time.sleep(0.1)
    return true


@pytest.mark.slow
def test_row_35_a_worker_killed_while_it_sends_loses_no_letter(order, port, mail_server, time_passes):
    mail_server.answers.clear()
    post(code="REFUND_MADE", key="refund:1", order=order, context=REFUND)
    with worker(port) as process:
        assert mail_server.was_asked.wait(30)
        process.send_signal(signal.SIGKILL)
        process.wait()
    mail_server.answers.set()
    assert Letter.objects.get().state == "Waiting"
    assert DBTaskResult.objects.filter(task_path="shop.outbox.tasks.deliver", status="RUNNING").exists()
    time_passes()
    with worker(port):
        deliver_waiting.enqueue()  # what the next full minute does
        assert comes_true(lambda: Letter.objects.get().state == "Sent")
    assert [order.number in text for text in mail_server.mails] == [True]


@pytest.mark.slow
def test_a_worker_killed_at_recurring_work_has_queued_the_next_run(order, port, mail_server):
    mail_server.answers.clear()
    with worker(port) as process:
        assert comes_true(DBTaskResult.objects.exists)
        with transaction.atomic():
            post(code="REFUND_MADE", key="refund:1", order=order, context=REFUND)
            # Neither what the worker queued when it started nor the letter's own task: the recurring one shall do it.
            DBTaskResult.objects.all().delete()
            deliver_waiting.enqueue()
        assert mail_server.was_asked.wait(30)
        process.send_signal(signal.SIGKILL)
        process.wait()
    runs = DBTaskResult.objects.filter(task_path="shop.outbox.tasks.deliver_waiting")
    assert sorted(runs.values_list("status", flat=True)) == ["READY", "RUNNING"]
