"""The index in PostgreSQL: vectors of words, found through their GIN indexes."""

from typing import Any

from django.contrib.postgres.search import SearchRank
from django.db.models import F, QuerySet
from modelsearch.backends import get_search_backend
from modelsearch.backends.database.postgres.postgres import (
    PostgresAutocompleteQueryCompiler,
    PostgresSearchQueryCompiler,
)
from modelsearch.backends.database.postgres.weights import get_sql_weights
from modelsearch.query import SearchQuery

TEXT = "body_text"
CROWD = 10  # times as many beginnings are ranked as are asked for


class Compiler(PostgresSearchQueryCompiler):
    LAST_TERM_IS_PREFIX = True


def best(model: Any, entries: QuerySet[Any], query: SearchQuery, *, most: int) -> QuerySet[Any]:
    """Keys, best first. Of more than `most` that match, those whose title does, and of the others any."""
    asked = Compiler(model.objects.none(), query).build_tsquery(query, config=get_search_backend().config)
    title, body = F("title"), F("body")  # the words of the title stand in the body too: one index knows them all
    crowd = entries.filter(title=asked).values("pk")[:most].union(entries.filter(body=asked).values("pk")[:most])
    weights = get_sql_weights()
    rank = SearchRank(title, asked, weights=weights) * F("title_norm") + SearchRank(body, asked, weights=weights)
    return _ranked(entries, crowd, rank)[:most]


def beginning(model: Any, entries: QuerySet[Any], query: SearchQuery, *, most: int) -> QuerySet[Any]:
    compiler = PostgresAutocompleteQueryCompiler(model.objects.none(), query)
    asked = compiler.build_tsquery(query, config=get_search_backend().autocomplete_config)
    crowd = entries.filter(autocomplete=asked).values("pk")[: most * CROWD]
    return _ranked(entries, crowd, SearchRank(F("autocomplete"), asked) * F("title_norm"))[:most]


def _ranked(entries: Any, crowd: Any, rank: Any) -> QuerySet[Any]:
    return entries.filter(pk__in=crowd).order_by(rank.desc(), "-pk").values_list("object_id", flat=True)
