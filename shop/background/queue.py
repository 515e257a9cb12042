"""Work for the worker, asked for in the transaction that it follows from."""

from typing import Any

from django.db import transaction
from django_tasks.base import Task


def enqueue(task: Task[Any, Any], **arguments: Any) -> None:
    """Have the worker do it when the caller's transaction is committed, and never when that is rolled back.

    One query. Where tasks run at once, as in development, this one runs right after the commit.
    """

    def ask() -> None:  # no partial: Django logs what fails after a commit by its __qualname__
        task.enqueue(**arguments)

    if task.get_backend().supports_defer:  # it waits in the database, where nobody sees it before the commit
        ask()
    else:
        transaction.on_commit(ask, robust=True)
