"""The index in SQLite: its full-text table FTS5, which knows words and their beginnings but no grammar."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
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


def best(query: SearchQuery, most: Mapping[ContentType, int]) -> Iterator[tuple[int, str]]:
    for kind, limit in most.items():
        for key in _found(kind, query, ["title", "body"])[:limit]:
            yield kind.pk, key


def beginning(kind: ContentType, query: SearchQuery, *, most: int) -> QuerySet[Any]:
    return _found(kind, query, ["autocomplete"])[:most]


def _found(kind: ContentType, query: SearchQuery, columns: list[str]) -> QuerySet[Any]:
    """Keys, best first. FTS5 ranks as it goes: there is no crowd to be kept from it."""
    compiler = Compiler(kind.model_class().objects.none(), query)
    matching = SQLiteFTSIndexEntry.objects.filter(
        MatchExpression(columns, compiler.build_search_query(normalize(query))), index_entry__content_type=kind
    )
    return matching.order_by(Badness(), "-pk").values_list("index_entry__object_id", flat=True)
