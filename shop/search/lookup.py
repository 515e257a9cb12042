"""What the index answers: keys of what holds some words, best first.

Databases are asked directly. modelsearch's own queries join the index to the model, and rank all that matches before
the first is shown, which takes the longer the more there is; these rank no more than they are asked for. Other
servers, such as OpenSearch, are asked by modelsearch.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import BooleanField, CharField, F, Func, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat, StrIndex
from modelsearch.backends import get_search_backend
from modelsearch.models import IndexEntry
from modelsearch.query import And, PlainText, SearchQuery

TABLES = {IndexEntry._meta.db_table}

_is_database = settings.MODELSEARCH_BACKENDS["default"]["BACKEND"] == "modelsearch.backends.database"
# "postgresql" or "sqlite": what differs between the two, under the same names.
_dialect = import_module(f"shop.search.{connection.vendor}") if _is_database else None


def best(query: SearchQuery, most: Mapping[Any, int]) -> dict[Any, list[int]]:
    """For each of these models, the keys of so many things that match, the best first."""
    if _dialect is None:
        backend = get_search_backend()
        return {model: [thing.pk for thing in backend.search(query, model)[:limit]] for model, limit in most.items()}
    kinds = {ContentType.objects.get_for_model(model): limit for model, limit in most.items()}
    found: dict[int, list[int]] = {kind.pk: [] for kind in kinds}
    for kind, key in _dialect.best(query, kinds):
        found[kind].append(int(key))
    return {kind.model_class(): found[kind.pk] for kind in kinds}


def beginning(model: Any, words: list[str], *, most: int) -> list[int]:
    """Keys of what has words in its title that begin so, the best first."""
    if _dialect is None:
        found = get_search_backend().autocomplete(" ".join(words), model, operator="and")
        return [thing.pk for thing in found[:most]]
    query = And([PlainText(word) for word in words])
    kind = ContentType.objects.get_for_model(model)
    return [int(key) for key in _dialect.beginning(kind, query, most=most)]


def with_texts(things: QuerySet[Any]) -> QuerySet[Any]:
    """Make `found_text` known: what the index holds of each, as plain text; nothing where it is on another server."""
    if _dialect is None:
        return things.annotate(found_text=Value(""))
    kind = ContentType.objects.get_for_model(things.model)
    own = IndexEntry.objects.filter(content_type=kind, object_id=Cast(OuterRef("pk"), CharField()))
    text = Subquery(own.values(_dialect.TEXT)[:1])
    return things.annotate(found_text=Coalesce(text, Value(""), output_field=TextField()))


def visible(model: Any, keys: list[int]) -> QuerySet[Any]:
    """Those of them that everybody may see now, in the order of their keys."""
    if not keys:
        return model._default_manager.none()
    listed, comma = ",".join(map(str, keys)), Value(",")
    place = StrIndex(Value(f",{listed},"), Concat(comma, Cast("pk", CharField()), comma))
    return model._default_manager.findable().filter(Among(F("pk"), Value(listed))).order_by(place)


def has_entries() -> bool:
    """Whether anything was ever read into the index; one on another server is taken for filled."""
    return _dialect is None or IndexEntry.objects.exists()


class Among(Func):
    """Whether a number is one of those in a text. Of a list, Django and the database take up each of hundreds."""

    arity = 2
    output_field = BooleanField()
    arg_joiner = " IN (SELECT value FROM JSON_EACH('[' || "
    template = "%(expressions)s || ']'))"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        one, closed = " = ANY(STRING_TO_ARRAY(", "%(expressions)s, ',')::bigint[])"
        return self.as_sql(compiler, connection, arg_joiner=one, template=closed, **context)
