"""On PostgreSQL, no entry of the audit trail is changed, and none is deleted before it is two years old."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION staff_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '730 days' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'The audit trail is append-only.';
END $$;
CREATE TRIGGER staff_entry_stays BEFORE UPDATE OR DELETE ON staff_entry
    FOR EACH ROW EXECUTE FUNCTION staff_entry_stays();
"""
ALLOW = "DROP TRIGGER staff_entry_stays ON staff_entry; DROP FUNCTION staff_entry_stays();"


def refuse(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(REFUSE)


def allow(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(ALLOW)


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_audit_trail")]
    operations = [migrations.RunPython(refuse, allow)]
