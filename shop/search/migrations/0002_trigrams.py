import logging

from django.db import DatabaseError, migrations, transaction

logger = logging.getLogger("shop.search")


def add_trigrams(apps, schema_editor):
    """Let PostgreSQL find mistyped words. Where this role may not add the extension, somebody else can, later:
    docs/operating.md says how. Searches work without it."""
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(using=connection.alias):
            schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            schema_editor.execute(
                "CREATE INDEX IF NOT EXISTS search_knownword_near ON search_knownword USING gin (word gin_trgm_ops)"
            )
    except DatabaseError as refusal:
        logger.warning("Mistyped words are not found: PostgreSQL's pg_trgm could not be added (%s)", refusal)


def drop_index(apps, schema_editor):
    """The extension stays: who knows what else uses it."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS search_knownword_near")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [migrations.RunPython(add_trigrams, drop_index)]
