"""From what was typed to what was found."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from oscar.core.loading import get_model

from shop.search import kinds, lookup, typos
from shop.search.synonyms import as_query, meanings
from shop.search.words import words_of
from shop.shared_pages.versions import versions

Product = get_model("catalogue", "Product")

MOST_PRODUCTS = 300  # whoever finds that many says more, or sorts and filters the best of them


@dataclass(frozen=True)
class Search:
    """A search for `query`, as it was typed."""

    query: str

    @cached_property
    def words(self) -> list[str]:
        """Those that say something; a search without any finds nothing."""
        return words_of(self.query)

    @cached_property
    def products(self) -> QuerySet:
        """What everybody may see of the best products, best first."""
        return lookup.visible(Product, self._keys[Product])

    @cached_property
    def kinds(self) -> list[kinds.Found]:
        return kinds.shown(self._keys, self.stems)

    @cached_property
    def stems(self) -> list[str]:
        """What the words begin with that are to be marked: its own, and single ones that mean the same."""
        single = [term[0] for terms in self._meanings for term in terms if len(term) == 1]
        return list(dict.fromkeys([*self.words, *single]))

    def as_we_spell_it(self) -> "Search | None":
        """The same with its typing errors mended; None when there is nothing to mend."""
        spelled = versions.keep(("spelled", *self.words), lambda: typos.corrected(self.words))
        return Search(" ".join(spelled)) if spelled != self.words else None

    @cached_property
    def _keys(self) -> dict[Any, list[int]]:
        """The best of each kind. Whoever filters, sorts or turns the page asks the index the same again."""
        most = {Product: MOST_PRODUCTS} | dict.fromkeys(kinds.models(), kinds.MOST_FOUND)
        if not self.words:
            return {model: [] for model in most}
        return versions.keep(("found", *self.words), lambda: lookup.best(as_query(self._meanings), most))

    @cached_property
    def _meanings(self) -> list[list[tuple[str, ...]]]:
        return meanings(self.words)
