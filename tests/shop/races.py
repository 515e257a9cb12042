"""Many at once, on PostgreSQL: SQLite lets one writer in at a time and proves nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from time import sleep
from typing import Any

import pytest
from django.db import connection, transaction

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


def while_it_is_written(write: Callable[[], Any], do: Callable[[], Any]) -> Any:
    """What comes of `do` when it begins while `write` is written and not committed, and has to wait for that."""
    written, may_end, done, outcomes = Event(), Event(), Event(), []

    def write_and_wait() -> None:
        with transaction.atomic():
            write()
            written.set()
            assert may_end.wait(20)

    def begin() -> None:
        try:
            assert written.wait(20)
            outcomes.append(do())
        finally:
            done.set()

    def watch() -> None:
        waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        with connection.cursor() as cursor:
            while not done.is_set() and not may_end.is_set():
                cursor.execute(waiting)
                if cursor.fetchone():
                    may_end.set()
                sleep(0.01)
        may_end.set()

    at_once(write_and_wait, begin, watch)
    return outcomes[0]
