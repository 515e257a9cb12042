"""What makes kept pages stale: the database notes each change of what they show, in the transaction that makes it.

So it is noted whoever writes, by whatever way: a form, the worker, `update()`, an import, psql. What is rolled back
was never noted, and no change is committed without its note.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections

NOTES = "shared_pages_change"
PREFIX = "shared_pages_on_"


@dataclass(frozen=True)
class Watched:
    """A table that pages show, and what of its rows they show: columns, or expressions over a row called `{row}`."""

    table: str
    shown: tuple[str, ...]

    def differs(self, equal_not: str) -> str:
        """SQL that is true of an update that readers can see."""
        return " OR ".join(f"{each.format(row='OLD')} {equal_not} {each.format(row='NEW')}" for each in self.shown)


def watched() -> Iterator[Watched]:
    """Every table of the apps whose records pages show, but those models and columns that no page does."""
    rules = settings.SHARED_PAGES
    for app_label in rules["SHOW"]:
        for model in apps.get_app_config(app_label).get_models(include_auto_created=True):
            unseen = rules["UNSEEN"].get(model._meta.label, ())
            if unseen == "all" or model._meta.proxy or not model._meta.managed:
                continue
            columns = [field.column for field in model._meta.concrete_fields if field.name not in unseen]
            expressions = rules["SEEN_AS"].get(model._meta.label, ())
            yield Watched(model._meta.db_table, (*(f'{{row}}."{column}"' for column in columns), *expressions))


def watch(*, using: str, **kwargs: Any) -> None:
    """Put the triggers where they lack, after each migrate: SQLite drops those of a table that it makes anew.

    A trigger is named by what it does, so one that does something else by now is taken away.
    """
    connection = connections[using]
    dialect = DIALECTS[connection.vendor]
    with connection.cursor() as cursor:
        if NOTES not in connection.introspection.table_names(cursor):  # migrated back
            return
        wanted = {f"{PREFIX}{sha256(sql.encode()).hexdigest()[:16]}": sql for sql in dialect.triggers()}
        cursor.execute(dialect.existing)
        existing = dict(cursor.fetchall())
        for name in existing.keys() - wanted.keys():
            cursor.execute(dialect.drop.format(name=name, table=existing[name]))
        for name in wanted.keys() - existing.keys():
            cursor.execute(f'CREATE TRIGGER "{name}" {wanted[name]}')


class PostgreSQL:
    """Notes rows that come or go once a statement, and those that change one by one: only so can it see whether."""

    existing = f"""
        SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        WHERE tgname LIKE '{PREFIX}%' AND pg_table_is_visible(pg_class.oid)
    """  # noqa: S608  (a constant)
    drop = 'DROP TRIGGER "{name}" ON "{table}"'

    @staticmethod
    def triggers() -> Iterator[str]:
        note = f"EXECUTE FUNCTION {NOTES}_note()"
        for each in watched():
            yield f'AFTER INSERT OR DELETE ON "{each.table}" FOR EACH STATEMENT {note}'
            if differs := each.differs("IS DISTINCT FROM"):
                yield f'AFTER UPDATE ON "{each.table}" FOR EACH ROW WHEN ({differs}) {note}'


class SQLite:
    existing = f"SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '{PREFIX}%'"  # noqa: S608
    drop = 'DROP TRIGGER "{name}"'

    @staticmethod
    def triggers() -> Iterator[str]:
        note = f"BEGIN INSERT INTO {NOTES} (at) VALUES (CURRENT_TIMESTAMP); END"  # noqa: S608  (a constant)
        for each in watched():
            yield f'AFTER INSERT ON "{each.table}" {note}'
            yield f'AFTER DELETE ON "{each.table}" {note}'
            if differs := each.differs("IS NOT"):
                yield f'AFTER UPDATE ON "{each.table}" WHEN {differs} {note}'


DIALECTS: dict[str, type[PostgreSQL | SQLite]] = {"postgresql": PostgreSQL, "sqlite": SQLite}
