"""The index: what is written into it. What it answers stands in lookup.py."""

from typing import Any

from django.core.management import call_command
from modelsearch import index

from shop.search import typos


def read(thing: Any) -> None:
    """Put what is said of it now into the index, in place of what was said before."""
    index.insert_or_update_object(thing)
    typos.learn([thing.title])


def rebuild() -> None:
    """Read everything anew, and forget what is gone. Searches go on meanwhile."""
    call_command("rebuild_modelsearch_index", verbosity=0)
    typos.learn_anew()
