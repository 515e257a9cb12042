"""The housekeeping of background work itself."""

import logging
from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

logger = logging.getLogger(__name__)

LONGEST_RUN = timedelta(hours=1)


class Abandoned(Exception):
    """The worker was killed, or hangs."""


@task()
def fail_abandoned() -> None:
    """Mark as failed what has run for over an hour: nobody else ever takes up the work of a worker that was killed."""
    for result in DBTaskResult.objects.running().filter(started_at__lt=timezone.now() - LONGEST_RUN):
        result.set_failed(Abandoned(f"Worker {result.worker_ids[-1]} began at {result.started_at} and never ended."))
        logger.error("%s was abandoned by its worker at work (task %s)", result.task_path, result.pk)


@task()
def prune() -> None:
    """Forget finished work: what succeeded after a day, what failed after two weeks."""
    call_command("prune_db_task_results", queue_name="*", min_age_days=1, failed_min_age_days=14, verbosity=0)
