"""The index in SQLite: its full-text table FTS5, which knows words and their beginnings but no grammar."""

from typing import Any

from django.db.models import FloatField, Func, QuerySet
from modelsearch.backends.database.sqlite.query import MatchExpression, normalize
from modelsearch.backends.database.sqlite.sqlite import SQLiteSearchQueryCompiler
from modelsearch.models import SQLiteFTSIndexEntry
from modelsearch.query import SearchQuery

TEXT = "body"


class Compiler(SQLiteSearchQueryCompiler):
    LAST_TERM_IS_PREFIX = True


class Badness(Func):
    """FTS5's bm25: the smaller, the better. A word in the title weighs ten times one in the text."""

    template = f"bm25({SQLiteFTSIndexEntry._meta.db_table}, 1.0, 1.0, 10.0)"  # columns: autocomplete, body, title
    arity = 0
    output_field = FloatField()


def best(model: Any, entries: QuerySet[Any], query: SearchQuery, *, most: int) -> QuerySet[Any]:
    return _found(model, entries, query, ["title", "body"])[:most]


def beginning(model: Any, entries: QuerySet[Any], query: SearchQuery, *, most: int) -> QuerySet[Any]:
    return _found(model, entries, query, ["autocomplete"])[:most]


def _found(model: Any, entries: QuerySet[Any], query: SearchQuery, columns: list[str]) -> QuerySet[Any]:
    """Keys, best first. FTS5 ranks as it goes: there is no crowd to be kept from it."""
    compiler = Compiler(model.objects.none(), query)
    matching = SQLiteFTSIndexEntry.objects.filter(
        MatchExpression(columns, compiler.build_search_query(normalize(query))), index_entry__in=entries
    )
    return matching.order_by(Badness(), "-pk").values_list("index_entry__object_id", flat=True)
