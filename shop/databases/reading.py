"""Whether what is read just now may be a moment old, and from which replica it then comes."""

import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic

from django.db import DatabaseError, connections

logger = logging.getLogger(__name__)

MOST_LAG = 10
"""Seconds that a replica may be behind and still be read."""

LOOK_EVERY = 5
"""Seconds after which each process asks a replica again how far behind it is, or whether it is there again."""

OWN_WRITES = MOST_LAG + 2 * LOOK_EVERY
"""Seconds for which whoever wrote something reads from the primary: after that, every replica that is read has it."""

# By WAL where it streams; else by the last transaction, which looks old also where nothing happened: it errs that way.
LAG = """
    SELECT CASE
        WHEN NOT pg_is_in_recovery() THEN 0
        WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() AND EXISTS (SELECT FROM pg_stat_wal_receiver) THEN 0
        ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())
    END
"""


@dataclass(slots=True)
class Reading:
    """What one request reads: from a replica, once it has been chosen, until it writes."""

    replica: str | None = None
    wrote: bool = False


_current: ContextVar[Reading | None] = ContextVar("reading", default=None)
_looked: dict[str, tuple[float, bool]] = {}
"""When each replica was last asked how it is, by this process, and whether it may be read."""


@contextmanager
def may_lag() -> Iterator[Reading]:
    """What is read inside may be some seconds old, until something is written."""
    reading = Reading()
    before = _current.set(reading)
    try:
        yield reading
    finally:
        _current.reset(before)


@contextmanager
def must_be_current() -> Iterator[None]:
    """What is read inside comes from the primary, whoever asks: what is made from it will be kept, or decides."""
    before = _current.set(None)
    try:
        yield
    finally:
        _current.reset(before)


def note_write() -> None:
    reading = _current.get()
    if reading is not None:
        reading.wrote = True


def source() -> str:
    """The alias to read from."""
    reading = _current.get()
    if reading is None or reading.wrote or connections["default"].in_atomic_block:
        return "default"
    if reading.replica is None:
        reading.replica = _usable_replica()
    return reading.replica


def distrust() -> bool:
    """Leave the replica of this request alone for a while; whether it was one that was read."""
    reading = _current.get()
    if reading is None or reading.replica in (None, "default"):
        return False
    _looked[reading.replica] = (monotonic(), False)
    return True


def _usable_replica() -> str:
    replicas = [alias for alias in connections if alias != "default"]
    random.shuffle(replicas)
    return next((alias for alias in replicas if _is_usable(alias)), "default")


def _is_usable(alias: str) -> bool:
    looked_at, usable = _looked.get(alias, (float("-inf"), False))
    if monotonic() - looked_at > LOOK_EVERY:
        usable = _look(alias)
        _looked[alias] = (monotonic(), usable)
    return usable


def _look(alias: str) -> bool:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute(LAG)
            [lag] = cursor.fetchone()
    except DatabaseError as error:
        logger.warning("Database %s is not read: %s", alias, error)
        return False
    if lag is None or lag > MOST_LAG:
        logger.warning("Database %s is not read: it is %s seconds behind", alias, lag)
        return False
    return True
