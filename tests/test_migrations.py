"""Migrations that the code before them survives: it still answers while the new one starts (docs/operating.md)."""

import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django_migration_linter.sql_analyser import analyse_sql_statements, get_sql_analyser_class

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL in DATABASE_URL")

JUDGED_FROM = {
    "blog": "0012_in_routine",
    "catalogue": "0034_recommended_first",
    "outbox": "0001_initial",
    "parcels": "0004_parcels_of_before",
    "promises": "0007_business_days",
    "returns": "0004_queue_by_due_date",
    "search": "0002_trigrams",
    "shared_pages": "0001_changes",
    "stripe_checkout": "0006_on_sale",
    "stripe_sandbox": "0005_temper",
}
"""The last migration of each app from before there were replacements one by one. What came later is judged."""

EXCEPTIONS: dict[tuple[str, str, str], str] = {}
"""App, migration and code of the linter: why the code before it survives all the same."""


def ours() -> list[tuple[str, str]]:
    """All that lie in this repository and are judged."""
    migrations = MigrationLoader(None).disk_migrations
    return sorted(
        (app, name)
        for (app, name), migration in migrations.items()
        if _is_ours(migration) and name > JUDGED_FROM.get(app, "")
    )


def _is_ours(migration) -> bool:
    file = Path(sys.modules[migration.__module__].__file__)
    return file.is_relative_to(ROOT) and "site-packages" not in file.parts


def complaints(sql: str) -> set[str]:
    """What the linter has against it, as codes. A table that is new is nobody's yet: it may be made as one likes."""
    errors, _ignored, warnings = analyse_sql_statements(get_sql_analyser_class("postgresql"), sql.splitlines())
    return {issue.code for issue in [*errors, *warnings]}


def sql_of(app: str, name: str) -> str:
    out = StringIO()
    call_command("sqlmigrate", app, name, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_code_before_each_migration_survives_it():
    found = {(app, name, code) for app, name in ours() for code in complaints(sql_of(app, name))}
    assert found - EXCEPTIONS.keys() == set()


@pytest.mark.django_db
def test_exceptions_are_still_needed():
    found = {(app, name, code) for app, name in ours() for code in complaints(sql_of(app, name))}
    assert EXCEPTIONS.keys() - found == set()


def test_points_from_which_migrations_are_judged_exist():
    assert JUDGED_FROM.items() <= MigrationLoader(None).disk_migrations.keys()


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ('ALTER TABLE "blog_post" DROP COLUMN "title" CASCADE;', "DROP_COLUMN"),
        ('ALTER TABLE "blog_post" RENAME COLUMN "title" TO "heading";', "RENAME_COLUMN"),
        ('ALTER TABLE "blog_post" RENAME TO "blog_guide";', "RENAME_TABLE"),
        ('DROP TABLE "blog_post" CASCADE;', "DROP_TABLE"),
        ('ALTER TABLE "blog_post" ADD COLUMN "mood" text DEFAULT \'\' NOT NULL;\n'
         'ALTER TABLE "blog_post" ALTER COLUMN "mood" DROP DEFAULT;', "NOT_NULL"),
        ('ALTER TABLE "blog_post" ALTER COLUMN "title" TYPE integer USING "title"::integer;', "ALTER_COLUMN"),
        ('ALTER TABLE "blog_post" ADD CONSTRAINT "one" UNIQUE ("title");', "ADD_UNIQUE"),
        ('CREATE INDEX "slow" ON "blog_post" ("title");', "CREATE_INDEX"),
    ],
    ids=["drop", "rename", "table", "gone", "needed", "type", "unique", "index"],
)  # fmt: skip
def test_what_the_code_before_would_not_survive_is_found(sql, code):
    assert code in complaints(sql)


def test_column_that_may_be_empty_is_survived():
    assert complaints('ALTER TABLE "blog_post" ADD COLUMN "mood" text NULL;') == set()
