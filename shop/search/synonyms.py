"""What a search means: the words that were typed, and those that staff say mean the same."""

from modelsearch.query import And, Or, Phrase, PlainText, SearchQuery

from shop.search.models import Synonym
from shop.search.words import SHORTEST_BEGINNING
from shop.shared_pages.versions import versions

Term = tuple[str, ...]


def meanings(words: list[str]) -> list[list[Term]]:
    """The words of a search, one by one or as many together as have synonyms; each with those after it."""
    known = versions.keep("synonyms", _synonyms)
    longest = max(map(len, known), default=1)
    found, at = [], 0
    while at < len(words):
        sizes = range(min(longest, len(words) - at), 1, -1)
        size = next((size for size in sizes if tuple(words[at : at + size]) in known), 1)
        term = tuple(words[at : at + size])
        found.append([term, *(other for other in known.get(term, ()) if other != term)])
        at += size
    return found


def as_query(meant: list[list[Term]]) -> SearchQuery:
    """What to ask the index: each of the terms, or one that means the same."""
    return And([_one_of(terms) if len(terms) > 1 else _all_of(terms[0]) for terms in meant])


def _synonyms() -> dict[Term, list[Term]]:
    known: dict[Term, list[Term]] = {}
    for synonym in Synonym.objects.all():
        for term in synonym.terms:
            known.setdefault(term, []).extend(synonym.terms)
    return {term: list(dict.fromkeys(others)) for term, others in known.items()}


def _one_of(terms: list[Term]) -> SearchQuery:
    typed, *others = terms
    return Or([_all_of(typed), *(_in_a_row(term) for term in others)])


def _all_of(term: Term) -> SearchQuery:
    return And([_beginning(word) for word in term]) if len(term) > 1 else _beginning(term[0])


def _in_a_row(term: Term) -> SearchQuery:
    return Phrase(" ".join(term)) if len(term) > 1 else _beginning(term[0])


def _beginning(word: str) -> SearchQuery:
    """Words that begin so; of one as short as "5" only the word itself, which a phrase of one word asks for."""
    return PlainText(word) if len(word) >= SHORTEST_BEGINNING else Phrase(word)
