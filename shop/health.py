"""Answers for the machines that watch over us."""

import logging
from collections.abc import Callable

from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

logger = logging.getLogger(__name__)


@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers; it looks at nothing else."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """200 when database, cache and migrations are as they should be, 503 otherwise; the body says which."""
    database = _holds(_database_answers)
    checks = {
        "database": database,
        "cache": _holds(_cache_keeps),
        "migrations": database and _holds(_migrations_are_applied),
    }
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:  # whatever the driver raises, the answer is the same; the cause is in the log
        logger.exception("Not ready: %s failed", check.__name__.strip("_"))
        return False


def _database_answers() -> bool:
    connection.ensure_connection()
    return connection.is_usable()


def _cache_keeps() -> bool:
    cache.set("readyz", "1", timeout=5)
    return cache.get("readyz") == "1"


def _migrations_are_applied() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
