"""Writes many rows into PostgreSQL at once, by its COPY."""

import io
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import count
from tempfile import TemporaryFile
from typing import Any

import psycopg2
from django.db import connection
from django.db.models import Max
from django.db.models.expressions import DatabaseDefault

# What Oscar keeps of a catalogue. The shop's own tables may have more columns, and it has more tables.
CATALOGUE = ("address_country", "catalogue_", "offer_", "partner_", "voucher_")
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


class Copier:
    """Rows of a model. Each names only that in which it differs from a new record, and gets the next key."""

    def __init__(self, model: Any) -> None:
        self.model, blank = model, model()
        usual = {field.attname: field.pre_save(blank, add=True) for field in model._meta.concrete_fields}
        self._usual = {name: value for name, value in usual.items() if not isinstance(value, DatabaseDefault)}
        last = model._default_manager.aggregate(last=Max("pk"))["last"] or 0
        self._keys = count(last + 1)

    def write(self, rows: Iterable[dict[str, Any]]) -> list[int]:
        """Write them in one statement. Gives their keys."""
        table, primary = self.model._meta.db_table, self.model._meta.pk.attname
        keys, text = [], io.StringIO()
        for row in rows:
            keys.append(next(self._keys))
            values = self._usual | {primary: keys[-1]} | row
            text.write("\t".join(map(_written, values.values())) + "\n")
        text.seek(0)
        columns = ", ".join(f'"{self.model._meta.get_field(name).column}"' for name in self._usual)
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", text)
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [table, primary, keys[-1]])
        return keys


def copy_catalogue(source: str, target: str) -> None:
    """Bring the catalogue of one database into another whose tables are empty; both are URLs of PostgreSQL."""
    with closing(psycopg2.connect(source)) as here, closing(psycopg2.connect(target)) as there:
        with here.cursor() as reads, there.cursor() as writes:
            writes.execute("SET session_replication_role = replica")  # foreign keys are right once all of it is there
            for table, columns in _tables(writes):
                writes.execute(f"DELETE FROM {table}")  # noqa: S608  (names that PostgreSQL told us)
                with TemporaryFile() as file:
                    reads.copy_expert(f"COPY {table} ({columns}) TO STDOUT", file)
                    file.seek(0)
                    writes.copy_expert(f"COPY {table} ({columns}) FROM STDIN", file)
        there.commit()
        there.autocommit = True
        with there.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _tables(cursor: Any) -> Iterator[tuple[str, str]]:
    """Each of the catalogue's tables, and its columns as SQL lists them."""
    cursor.execute(
        "SELECT table_name, string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)"
        " FROM information_schema.columns WHERE table_schema = 'public' GROUP BY table_name"
    )
    for table, columns in cursor.fetchall():
        if table.startswith(CATALOGUE):
            yield table, columns


def _written(value: Any) -> str:
    return r"\N" if value is None else str(value).translate(ESCAPES)
