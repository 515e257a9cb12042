"""Every query passes here: it is counted for its request, and named in the log when it was slow."""

import logging
from collections.abc import Callable
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver

from shop.telemetry import context

logger = logging.getLogger(__name__)

LONGEST = 2000
"""Characters of a statement that the log keeps."""


@receiver(connection_created)
def watch(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """At the first place: whoever adds another for a while takes the last one away again."""
    if measure not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, measure)


def measure(execute: Callable[..., Any], sql: str, params: Any, many: bool, where: dict[str, Any]) -> Any:
    began = perf_counter()
    try:
        return execute(sql, params, many, where)
    finally:
        seconds = perf_counter() - began
        tally = context.tally.get()
        if tally is not None:
            tally.queries += 1
            tally.database_seconds += seconds
        if settings.SLOW_QUERY_MS and seconds * 1000 >= settings.SLOW_QUERY_MS:
            _name(sql, seconds, where["connection"].alias)


def _name(sql: str, seconds: float, alias: str) -> None:
    """The statement with its placeholders: what stands in their place may be somebody's name and address."""
    milliseconds = round(seconds * 1000)
    logger.warning(
        "Slow query, %d ms: %s",
        milliseconds,
        sql[:LONGEST],
        extra={"milliseconds": milliseconds, "database": alias},
    )
