"""What a log line is about besides itself: the request or the task that the thread is busy with, and what it cost."""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Tally:
    """What one request has asked of database and cache so far."""

    queries: int = 0
    database_seconds: float = 0.0
    cache_hits: int = 0
    cache_misses: int = 0


request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Of the request that is answered, or, in the worker, of the one that asked for the task."""

task_id: ContextVar[str] = ContextVar("task_id", default="")

tally: ContextVar[Tally | None] = ContextVar("tally", default=None)


def about(order: Any) -> dict[str, str]:
    """For `extra` of a log line about that order, if there is one: its number stands in a field of its own then."""
    return {"order_number": order.number} if order else {}
