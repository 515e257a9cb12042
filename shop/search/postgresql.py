"""The index in PostgreSQL: vectors of words, found through their GIN indexes."""

from collections.abc import Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres import search
from django.contrib.postgres.search import SearchRank
from django.db import connections
from django.db.models import F, QuerySet
from modelsearch.backends import get_search_backend
from modelsearch.backends.database.postgres.weights import get_sql_weights
from modelsearch.models import IndexEntry
from modelsearch.query import And, Or, Phrase, SearchQuery

TEXT = "body_text"
CROWD = 10  # times as many beginnings are ranked as are asked for

# All kinds are looked for at once, first where it costs least, and only as far as there are too few of one: going
# through the index takes longer than ranking what was found in it. The words of the title stand in the body too.
# Whole words are found there three times as soon as all that begin so: of those PostgreSQL makes a list first.
BEST = """
    WITH in_titles AS MATERIALIZED (
        SELECT id, content_type_id FROM {entries} WHERE title @@ to_tsquery(%(config)s::regconfig, %(query)s)
    ), as_words AS MATERIALIZED (
        SELECT id, content_type_id FROM {entries} WHERE body @@ to_tsquery(%(config)s::regconfig, %(words)s)
    ), in_texts AS MATERIALIZED (
        SELECT id, content_type_id FROM {entries} WHERE body @@ to_tsquery(%(config)s::regconfig, %(query)s)
    ), {crowds}
    SELECT content_type_id, object_id FROM {entries} WHERE id IN ({crowd}) ORDER BY
        ts_rank(%(weights)s::float4[], title, to_tsquery(%(config)s::regconfig, %(query)s)) * title_norm
        + ts_rank(%(weights)s::float4[], body, to_tsquery(%(config)s::regconfig, %(query)s)) DESC,
        id DESC
"""
CROWD_OF = """
    first_{kind:d} AS MATERIALIZED (
        SELECT id FROM in_titles WHERE content_type_id = {kind:d} LIMIT {limit:d}
    ), second_{kind:d} AS MATERIALIZED (
        SELECT id FROM first_{kind:d} UNION ALL (
            SELECT id FROM as_words WHERE content_type_id = {kind:d} AND id NOT IN (SELECT id FROM first_{kind:d})
            LIMIT {limit:d} - (SELECT COUNT(*) FROM first_{kind:d})
        )
    ), crowd_{kind:d} AS (
        SELECT id FROM second_{kind:d} UNION ALL (
            SELECT id FROM in_texts WHERE content_type_id = {kind:d} AND id NOT IN (SELECT id FROM second_{kind:d})
            LIMIT {limit:d} - (SELECT COUNT(*) FROM second_{kind:d})
        )
    )
"""


def best(query: SearchQuery, most: Mapping[ContentType, int]) -> list[tuple[int, str]]:
    """Kinds and keys, best first. There may be more than so many of a kind.

    Then it is those whose title matches, next those that hold the whole words, and of the others any.
    """
    asked = {
        "config": get_search_backend().config,
        "query": as_tsquery(query),
        "words": as_tsquery(query, beginning=""),
        "weights": get_sql_weights(),
    }
    crowds = ", ".join(CROWD_OF.format(kind=kind.pk, limit=limit) for kind, limit in most.items())
    crowd = " UNION ALL ".join(f"SELECT id FROM crowd_{kind.pk:d}" for kind in most)  # noqa: S608  (a number)
    with connections[IndexEntry.objects.db].cursor() as cursor:
        cursor.execute(BEST.format(entries=IndexEntry._meta.db_table, crowds=crowds, crowd=crowd), asked)
        return cursor.fetchall()


def beginning(kind: ContentType, query: SearchQuery, *, most: int) -> QuerySet[Any]:
    config = get_search_backend().autocomplete_config
    asked = search.SearchQuery(as_tsquery(query), search_type="raw", config=config)
    entries = IndexEntry.objects.filter(content_type=kind)
    crowd = entries.filter(autocomplete=asked).values("pk")[: most * CROWD]
    rank = SearchRank(F("autocomplete"), asked) * F("title_norm")
    return entries.filter(pk__in=crowd).order_by(rank.desc(), "-pk").values_list("object_id", flat=True)[:most]


def as_tsquery(query: SearchQuery, *, beginning: str = ":*") -> str:
    """In PostgreSQL's words. A plain text is the beginning of one word, or, with another mark for it, a whole one.

    modelsearch makes an expression of each word, and Django goes through all of them wherever the query is named.
    """
    if isinstance(query, And | Or):
        sign = " & " if isinstance(query, And) else " | "
        return f"({sign.join(as_tsquery(each, beginning=beginning) for each in query.subqueries)})"
    if isinstance(query, Phrase):
        return f"({' <-> '.join(map(_quoted, query.query_string.split()))})"
    return f"{_quoted(query.query_string)}{beginning}"


def _quoted(word: str) -> str:
    escaped = word.replace("\\", r"\\").replace("'", "''")
    return f"'{escaped}'"
