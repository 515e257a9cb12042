"""Where the database notes changes, and what its triggers call to do so. The triggers come after migrate: watching.py."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models.functions import Now

NOTE = """
    CREATE FUNCTION shared_pages_change_note() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO shared_pages_change DEFAULT VALUES; RETURN NULL; END $$
"""


def make_function(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(NOTE)


def drop_function(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """With all triggers that call it."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION shared_pages_change_note() CASCADE")


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=Now())),
            ],
        ),
        migrations.RunPython(make_function, drop_function),
    ]
