"""Operations of migrations for tables that shoppers use meanwhile."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.migrations.operations import AddIndex
from django.db.migrations.operations.base import Operation


class AddIndexMeanwhile(AddIndexConcurrently):
    """Adds an index without keeping writers out, where the database can; its migration is to be `atomic = False`."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._kind(schema_editor).database_forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._kind(schema_editor).database_backwards(self, app_label, schema_editor, from_state, to_state)

    def _ensure_not_in_transaction(self, schema_editor: Any) -> None:
        if not schema_editor.collect_sql:  # `sqlmigrate` only tells
            super()._ensure_not_in_transaction(schema_editor)

    @staticmethod
    def _kind(schema_editor: Any) -> type[Operation]:
        return AddIndexConcurrently if schema_editor.connection.vendor == "postgresql" else AddIndex
