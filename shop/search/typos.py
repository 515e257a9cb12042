"""What somebody meant who typed something else: the nearest words in the names of what we have."""

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import chain

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.lookups import TrigramSimilar
from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Length
from oscar.core.loading import get_model

from shop.search.models import KnownWord
from shop.search.words import SMALL_WORDS, WORD, fold

LIKENESS = 0.75  # of 1; lets "retinl" and "pokmarks" pass
NEAREST = 10  # words that PostgreSQL names, to be compared letter by letter
MOST_COMPARED = 2000  # words, where the database cannot say which are near
SHORTEST = 3  # letters of a word that can be mistyped and still be known
BATCH = 1000


def corrected(words: list[str]) -> list[str]:
    """The words of a search as we would spell them; those that resemble nothing stay as they are."""
    has_trigrams = _has_trigrams()
    return [_nearest(word, has_trigrams) for word in words]


def learn(names: Iterable[str]) -> None:
    """Remember the words of these names."""
    words = {word for name in names for word in WORD.findall(fold(name)) if _can_be_mistyped(word)}
    KnownWord.objects.bulk_create([KnownWord(word=word) for word in sorted(words)], BATCH, ignore_conflicts=True)


def learn_anew() -> None:
    """Remember the words in the names of what is on show now, and no others."""
    kinds = [apps.get_model(label) for label in ("catalogue.Product", *settings.SEARCH_KINDS)]
    names = chain(
        *(kind._default_manager.findable().values_list("title", flat=True).iterator() for kind in kinds),
        get_model("catalogue", "Category").objects.browsable().values_list("name", flat=True),
        get_model("catalogue", "AttributeOption").objects.values_list("option", flat=True),
    )
    with transaction.atomic():
        KnownWord.objects.all().delete()
        learn(names)


def _can_be_mistyped(word: str) -> bool:
    longest = KnownWord._meta.get_field("word").max_length
    return word.isalpha() and SHORTEST <= len(word) <= longest and word not in SMALL_WORDS


def _nearest(word: str, has_trigrams: bool) -> str:
    if not _can_be_mistyped(word) or KnownWord.objects.filter(word__startswith=word).exists():
        return word
    if has_trigrams:
        near = KnownWord.objects.filter(TrigramSimilar(F("word"), word))
        candidates = near.order_by(TrigramSimilarity("word", word).desc())[:NEAREST]
    else:
        sizes = (len(word) - 2, len(word) + 2)
        candidates = KnownWord.objects.filter(word__startswith=word[0]).alias(size=Length("word"))
        candidates = candidates.filter(size__range=sizes)[:MOST_COMPARED]
    return next(iter(get_close_matches(word, candidates.values_list("word", flat=True), 1, LIKENESS)), word)


def _has_trigrams() -> bool:
    """Whether this PostgreSQL has its extension pg_trgm; whoever runs it may have added it a minute ago."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')")
        return cursor.fetchone()[0]
