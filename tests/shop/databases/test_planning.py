import pytest
from django.core.management import call_command
from django.db import connection

WRITTEN = """
    SELECT unnest(setconfig) FROM pg_db_role_setting
    JOIN pg_database ON pg_database.oid = setdatabase JOIN pg_roles ON pg_roles.oid = setrole
    WHERE datname = current_database() AND rolname = current_user
"""


def written() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        return {row[0] for row in cursor.fetchall()}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL in DATABASE_URL")
@pytest.mark.django_db
@pytest.mark.parametrize(("pooled", "kept"), [(True, {"jit=off", "random_page_cost=1.1"}), (False, set())])
def test_migrate_writes_the_planning_down_where_pgbouncer_takes_none(settings, pooled, kept):
    settings.DATABASE_POOLED = pooled
    call_command("migrate", verbosity=0)
    assert written() == kept


@pytest.mark.django_db
def test_sqlite_has_nothing_to_write_down(settings):
    settings.DATABASE_POOLED = True
    call_command("migrate", verbosity=0)
