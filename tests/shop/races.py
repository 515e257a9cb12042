"""Many at once, on PostgreSQL: SQLite lets one writer in at a time and proves nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

on_postgresql = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgresql,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="races and crashes are run on PostgreSQL"),
]


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls in threads that start together; gives their results in the same order."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
