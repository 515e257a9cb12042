"""Which tables a request writes to."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

WRITING = re.compile(r"""\s*(?:INSERT(?: OR IGNORE)? INTO|UPDATE|DELETE FROM)\s+"(\w+)""", re.IGNORECASE)


@contextmanager
def rolled_back() -> Iterator[set[str]]:
    """The tables that were written to meanwhile; then nothing was."""
    written: set[str] = set()

    def note(execute: Callable, sql: str, params: Any, many: bool, context: Any) -> Any:
        if match := WRITING.match(sql):
            written.add(match[1])
        return execute(sql, params, many, context)

    with transaction.atomic():
        with connection.execute_wrapper(note):
            yield written
        transaction.set_rollback(True)
