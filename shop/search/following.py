"""How the index is kept in step: what was saved is read by the worker, after the commit."""

from typing import Any

from django.db import connection
from django.db.models.signals import post_delete, post_save
from modelsearch.index import get_indexed_models, remove_object

from shop.background.queue import enqueue
from shop.search import lookup, tasks
from shop.search.findable import Findable


def follow_all() -> None:
    """From now on, have the index follow every model that can be found."""
    for model in get_indexed_models():
        post_save.connect(_saved, sender=model)
        post_delete.connect(_deleted, sender=model)


def fill_if_empty(**kwargs: Any) -> None:
    """Have everything read where there is something to find and nothing in the index, as after the first update."""
    tables = connection.introspection.table_names()
    if not lookup.TABLES.issubset(tables) or lookup.has_entries():
        return
    if any(model.get_indexed_objects().exists() for model in get_indexed_models()):
        enqueue(tasks.rebuild)


def _saved(instance: Findable, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        _have_read(instance.found_as)


def _deleted(instance: Findable, **kwargs: Any) -> None:
    if instance.found_as is instance:
        remove_object(instance)
    else:
        _have_read(instance.found_as)


def _have_read(whole: Any) -> None:
    enqueue(tasks.read, label=whole._meta.label, pk=whole.pk)
