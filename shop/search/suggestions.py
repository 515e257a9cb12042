"""What to offer to somebody who is typing: things whose names hold words that begin so."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from shop.search import kinds, lookup, typos
from shop.search.excerpts import marked
from shop.search.words import MOST_WORDS, SMALL_WORDS, WORD, fold

MOST_OF_A_KIND = 4
CANDIDATES = 20  # of a kind, before those are left out that nobody may see
FEWEST_LETTERS = 2

Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")


@dataclass(frozen=True)
class Suggestion:
    """`label` is HTML, with marks on what was typed; `kind` says in a word what it leads to."""

    label: SafeString
    url: str
    kind: str | Promise


def suggestions(typed: str) -> list[Suggestion]:
    """Shelves, products and other things, a few of each; where nothing begins so, the search that was meant."""
    words = _beginnings(typed)
    if len("".join(words)) < FEWEST_LETTERS:
        return []
    found = [*_shelves(words)[:MOST_OF_A_KIND]]
    for model in [Product, *kinds.models()]:
        found += _things(model, words)
    return [_suggestion(thing, kind, words) for thing, kind in found] or _meant(words)


def _beginnings(typed: str) -> list[str]:
    """The words so far; the last may still become any."""
    *words, last = WORD.findall(fold(typed))[:MOST_WORDS] or [""]
    return [word for word in words if word not in SMALL_WORDS] + [last]


def _shelves(words: list[str]) -> list[tuple[Any, str]]:
    named = Q(*(Q(name__istartswith=word) | Q(name__icontains=f" {word}") for word in words))
    return [(category, _("Category")) for category in Category.objects.browsable().filter(named)]


def _things(model: Any, words: list[str]) -> list[tuple[Any, str | Promise]]:
    visible = lookup.visible(model, lookup.beginning(model, words, most=CANDIDATES))
    return [(thing, model.search_kind) for thing in visible[:MOST_OF_A_KIND]]


def _suggestion(thing: Any, kind: str | Promise, words: list[str]) -> Suggestion:
    name = thing.name if isinstance(thing, Category) else thing.title
    return Suggestion(marked(name, words, shortest=1), thing.get_absolute_url(), kind)


def _meant(words: list[str]) -> list[Suggestion]:
    spelled = typos.corrected(words)
    if spelled == words:
        return []
    query = " ".join(spelled)
    return [Suggestion(marked(query, []), f"{reverse('search:search')}?{urlencode({'q': query})}", _("Search"))]
