"""What the index answers: keys of what holds some words, best first.

Databases are asked directly. modelsearch's own queries join the index to the model, and rank all that matches before
the first is shown, which takes the longer the more there is; these rank no more than they are asked for. Other
servers, such as OpenSearch, are asked by modelsearch.
"""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import CharField, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat, StrIndex
from modelsearch.backends import get_search_backend
from modelsearch.models import IndexEntry
from modelsearch.query import And, PlainText, SearchQuery

TABLES = {IndexEntry._meta.db_table}

_is_database = settings.MODELSEARCH_BACKENDS["default"]["BACKEND"] == "modelsearch.backends.database"
# "postgresql" or "sqlite": what differs between the two, under the same names.
_dialect = import_module(f"shop.search.{connection.vendor}") if _is_database else None


def best(model: Any, query: SearchQuery, *, most: int) -> list[int]:
    """Keys of what matches, the best first."""
    if _dialect is None:
        return [thing.pk for thing in get_search_backend().search(query, model)[:most]]
    return _numbers(_dialect.best(model, _entries(model), query, most=most))


def beginning(model: Any, words: list[str], *, most: int) -> list[int]:
    """Keys of what has words in its title that begin so, the best first."""
    if _dialect is None:
        found = get_search_backend().autocomplete(" ".join(words), model, operator="and")
        return [thing.pk for thing in found[:most]]
    query = And([PlainText(word) for word in words])
    return _numbers(_dialect.beginning(model, _entries(model), query, most=most))


def with_texts(things: QuerySet[Any]) -> QuerySet[Any]:
    """Make `found_text` known: what the index holds of each, as plain text; nothing where it is on another server."""
    if _dialect is None:
        return things.annotate(found_text=Value(""))
    own = _entries(things.model).filter(object_id=Cast(OuterRef("pk"), CharField()))
    text = Subquery(own.values(_dialect.TEXT)[:1])
    return things.annotate(found_text=Coalesce(text, Value(""), output_field=TextField()))


def visible(model: Any, keys: list[int]) -> QuerySet[Any]:
    """Those of them that everybody may see now, in the order of their keys."""
    if not keys:
        return model._default_manager.none()
    comma = Value(",")
    place = StrIndex(Value(f",{','.join(map(str, keys))},"), Concat(comma, Cast("pk", CharField()), comma))
    return model._default_manager.findable().filter(pk__in=keys).order_by(place)


def has_entries() -> bool:
    """Whether anything was ever read into the index; one on another server is taken for filled."""
    return _dialect is None or IndexEntry.objects.exists()


def _entries(model: Any) -> Any:
    return IndexEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))


def _numbers(keys: Any) -> list[int]:
    return [int(key) for key in keys]
