"""What a search finds besides products: things of which the shop knows no more than that they can be found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Count, Window
from django.utils.safestring import SafeString

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


def shown(keys: Mapping[Any, list[int]], stems: list[str]) -> list[Found]:
    """What of the things with these keys, kind by kind, everybody may see, in a query a kind; without empty kinds."""
    found = []
    for model in filter(keys.get, models()):
        visible = lookup.visible(model, keys[model])
        things = list(lookup.with_texts(visible.annotate(found_count=Window(Count("pk"))))[:MOST_SHOWN])
        if things:
            template = f"oscar/search/kinds/{model._meta.label_lower}.html"
            first = [Shown(thing, marked(_line(thing, stems), stems)) for thing in things]
            found.append(Found(template, first, things[0].found_count))
    return found


def _line(thing: Any, stems: list[str]) -> str:
    """Its own line; or, where neither that nor its title says what was searched for, what in its text does."""
    if holds(f"{thing.title} {thing.search_line}", stems):
        return thing.search_line
    return excerpt(thing.found_text, stems) or thing.search_line
