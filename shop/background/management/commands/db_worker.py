import logging
from types import FrameType
from typing import Any

from django_tasks_db.management.commands import db_worker

from shop.background.schedule import queue_next_runs

logger = logging.getLogger(__name__)


class Worker(db_worker.Worker):
    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """Told to stop, it ends its task, at most a second after that itself; told twice, it ends at once.

        django-tasks' own goes in the middle of whatever it does besides a task. When that is the very moment in which
        the database confirms that a task is its, nobody ever does that task.
        """
        if not self.running:
            super().shutdown(signum, frame)
        self.running = False
        logger.info("The worker stops after its task")


# The command below makes its worker by this name, and has no other way to be given one.
db_worker.Worker = Worker  # type: ignore[misc]  # a class in place of its own base


class Command(db_worker.Command):
    """django-tasks-db's worker, which also begins the work that recurs, unless it only empties the queue (--batch)."""

    def handle(self, *, batch: bool, **options: Any) -> None:
        if not batch:
            queue_next_runs()
        super().handle(batch=batch, **options)
