"""From what was typed to what was found."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet
from oscar.core.loading import get_model

from shop.search import kinds, lookup, typos
from shop.search.synonyms import as_query, meanings
from shop.search.words import words_of

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
        keys = lookup.best(Product, as_query(self._meanings), most=MOST_PRODUCTS) if self.words else []
        return lookup.visible(Product, keys)

    @cached_property
    def kinds(self) -> list[kinds.Found]:
        return kinds.find(as_query(self._meanings), self.stems) if self.words else []

    @cached_property
    def stems(self) -> list[str]:
        """What the words begin with that are to be marked: its own, and single ones that mean the same."""
        single = [term[0] for terms in self._meanings for term in terms if len(term) == 1]
        return list(dict.fromkeys([*self.words, *single]))

    def as_we_spell_it(self) -> "Search | None":
        """The same with its typing errors mended; None when there is nothing to mend."""
        spelled = typos.corrected(self.words)
        return Search(" ".join(spelled)) if spelled != self.words else None

    @cached_property
    def _meanings(self) -> list[list[tuple[str, ...]]]:
        return meanings(self.words)
