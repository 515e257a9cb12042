"""Which request asked for a task: the worker's log lines name it, as the web's do."""

from typing import Any

from django.db.models.signals import pre_save
from django.dispatch import receiver
from django_tasks import TaskResult
from django_tasks.signals import task_finished, task_started
from django_tasks_db.models import DBTaskResult

from shop.telemetry import context

REQUEST_ID = "request_id"
"""Beside the arguments in the task's row. django-tasks writes and reads nothing there but `args` and `kwargs`."""


@receiver(pre_save, sender=DBTaskResult)
def note_request(instance: DBTaskResult, **kwargs: Any) -> None:
    request_id = context.request_id.get()
    if request_id and instance._state.adding:
        instance.args_kwargs[REQUEST_ID] = request_id


@receiver(task_started)
def take_up(task_result: TaskResult[Any], **kwargs: Any) -> None:
    row = getattr(task_result, "db_result", None)  # a task that runs at once, as in development, has none
    if row is not None:
        context.request_id.set(row.args_kwargs.get(REQUEST_ID, ""))
        context.task_id.set(str(row.pk))


@receiver(task_finished)
def put_down(task_result: TaskResult[Any], **kwargs: Any) -> None:
    if hasattr(task_result, "db_result"):
        context.request_id.set("")
        context.task_id.set("")
