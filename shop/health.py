"""Answers for the machines that watch over us."""

import logging
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from shop.serving import we_stop
from shop.staff import second_factor
from shop.stripe_checkout.health import look

logger = logging.getLogger(__name__)


@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers; it looks at nothing else."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """200 when database, cache and migrations are as they should be, 503 otherwise; the body says which.

    Also 503 from the moment when this process was told to stop, though it still answers.

    Staff who may see payments are told how those are, which has no say in the status.
    """
    if we_stop():
        return JsonResponse({"stopping": True}, status=503)
    database = _holds(_database_answers)
    checks = {
        "database": database,
        "cache": _holds(_cache_keeps),
        "migrations": database and _holds(_migrations_are_applied),
    }
    details = _payments(request) if database else {}
    return JsonResponse(checks | details, status=200 if all(checks.values()) else 503)


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


def _payments(request: HttpRequest) -> dict[str, Any]:
    try:
        user = request.user
        if second_factor.shows_staff(user) and user.has_perm("stripe_checkout.view_paymentattempt"):
            return {"payments": asdict(look())}
    except DatabaseError:  # as while a migration waits
        logger.exception("The state of payments cannot be read")
    return {}
