from typing import Any

from django_tasks_db.management.commands import db_worker

from shop.background.schedule import queue_next_runs


class Command(db_worker.Command):
    """django-tasks-db's worker, which also begins the work that recurs, unless it only empties the queue (--batch)."""

    def handle(self, *, batch: bool, **options: Any) -> None:
        if not batch:
            queue_next_runs()
        super().handle(batch=batch, **options)
