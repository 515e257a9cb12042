"""Settings and tasks of the workers that tests/shop/background/test_workers.py starts."""

import os
import time
from datetime import timedelta
from pathlib import Path

from django_tasks import task

from shop.settings.base import *  # noqa: F403

SECRET_KEY = "only-for-the-tests-of-workers"
RECURRING_TASKS = {"tests.shop.background.working.recur": timedelta(seconds=1)}


def note(what: str) -> None:
    """A line in the file of the test, whole whoever else writes."""
    with Path(os.environ["NOTES"]).open("a") as file:
        file.write(f"{what}\n")


@task()
def write(number: int) -> None:
    note(f"{number}")


@task()
def write_slowly(seconds: float) -> None:
    note("began")
    time.sleep(seconds)
    note("ended")


@task(takes_context=True)
def recur(context) -> None:
    note(f"{context.task_result.id}")
