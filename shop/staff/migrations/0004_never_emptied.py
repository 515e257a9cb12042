"""On PostgreSQL, the audit trail is not emptied at once either: a trigger for each row does not hear of TRUNCATE."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION staff_entry_is_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit trail is append-only.';
END $$;
CREATE TRIGGER staff_entry_is_never_emptied BEFORE TRUNCATE ON staff_entry
    FOR EACH STATEMENT EXECUTE FUNCTION staff_entry_is_never_emptied();
"""
ALLOW = "DROP TRIGGER staff_entry_is_never_emptied ON staff_entry; DROP FUNCTION staff_entry_is_never_emptied();"


def refuse(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(REFUSE)


def allow(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(ALLOW)


class Migration(migrations.Migration):
    dependencies = [("staff", "0003_hash_backup_codes")]
    operations = [migrations.RunPython(refuse, allow)]
