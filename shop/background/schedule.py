"""Work that recurs: RECURRING_TASKS names tasks and how often each runs. django-tasks itself has no schedule."""

from datetime import UTC, datetime, timedelta
from time import time
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.dispatch import receiver
from django.utils.module_loading import import_string
from django_tasks import TaskResult
from django_tasks.signals import task_started
from django_tasks_db.models import DBTaskResult


def queue_next_runs() -> None:
    """Have the next run of every recurring task wait in the queue, once.

    A run's id follows from its task and its time, and the database keeps one row of each id: however many workers ask,
    and however often, there is one chain of runs and never two.
    """
    DBTaskResult.objects.bulk_create(
        [_next_run(path, every) for path, every in settings.RECURRING_TASKS.items()], ignore_conflicts=True
    )


@receiver(task_started)
def go_on(task_result: TaskResult[Any], **kwargs: Any) -> None:
    """Queue what comes next before a recurring task works: a worker killed meanwhile does not end the chain."""
    if task_result.task.module_path in settings.RECURRING_TASKS:
        queue_next_runs()


def _next_run(path: str, every: timedelta) -> DBTaskResult:
    task = import_string(path)
    seconds = every.total_seconds()
    run_after = datetime.fromtimestamp((time() // seconds + 1) * seconds, UTC)
    return DBTaskResult(
        id=uuid5(NAMESPACE_URL, f"{path} {run_after.isoformat()}"),
        task_path=path,
        args_kwargs={"args": [], "kwargs": {}},
        priority=task.priority,
        queue_name=task.queue_name,
        backend_name=task.backend,
        run_after=run_after,
    )
