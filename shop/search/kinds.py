"""What a search finds besides products: things of which the shop knows no more than that they can be found."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Count, Window
from django.utils.safestring import SafeString
from modelsearch.query import SearchQuery

from shop.search import lookup
from shop.search.excerpts import excerpt, holds, marked

MOST_SHOWN = 12  # of one kind, below the products; whoever needs more has better words
MOST_FOUND = 50


@dataclass(frozen=True)
class Shown:
    """A thing that was found, and the line below its title: HTML, with marks on what was searched for."""

    thing: Any
    line: SafeString


@dataclass(frozen=True)
class Found:
    """What a search found of one kind: the first of it, the number of all, and the template that shows it."""

    template: str
    shown: list[Shown]
    count: int


def models() -> list[Any]:
    return [apps.get_model(label) for label in settings.SEARCH_KINDS]


def find(query: SearchQuery, stems: list[str]) -> list[Found]:
    """What the query finds, kind by kind, in three queries a kind at most; without the kinds it does not find."""
    found = []
    for model in models():
        visible = lookup.visible(model, lookup.best(model, query, most=MOST_FOUND))
        things = list(visible.annotate(found_count=Window(Count("pk")))[:MOST_SHOWN])
        if things:
            template = f"oscar/search/kinds/{model._meta.label_lower}.html"
            found.append(Found(template, _with_lines(model, things, stems), things[0].found_count))
    return found


def _with_lines(model: Any, things: list[Any], stems: list[str]) -> list[Shown]:
    """Below each thing its own line, or, where neither that nor its title says what was searched for, what does."""
    silent = [thing.pk for thing in things if not holds(f"{thing.title} {thing.search_line}", stems)]
    texts = lookup.texts(model, silent)
    lines = [excerpt(texts.get(thing.pk, ""), stems) or thing.search_line for thing in things]
    return [Shown(thing, marked(line, stems)) for thing, line in zip(things, lines, strict=True)]
