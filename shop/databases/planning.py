"""How PostgreSQL plans the shop's queries, where PgBouncer stands before it and takes no wishes for a connection."""

from typing import Any

from django.conf import settings
from django.db import connections


def keep_planning(using: str, **kwargs: Any) -> None:
    """Write it down for our role in our database, which any role may for itself; connections made later have it."""
    connection = connections[using]
    if not settings.DATABASE_POOLED or connection.vendor != "postgresql":
        return
    database = connection.ops.quote_name(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        for name, value in settings.DATABASE_PLANNING.items():
            cursor.execute(f"ALTER ROLE CURRENT_USER IN DATABASE {database} SET {name} = {value}")
