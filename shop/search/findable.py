"""What a model says of itself so that a search finds it."""

import re
from typing import Any, Self

from django.db import models
from django.db.models import QuerySet
from django.utils.functional import Promise, cached_property
from django.utils.html import strip_tags
from modelsearch import index

from shop.search.words import plain

BLOCK_END = re.compile(r"</(?:h\d|p|li|dt|dd|blockquote|td|th)>|<br ?/?>")


class Findable(index.Indexed, models.Model):
    """Has a `title`, and a manager with `findable()`: what everybody may see now.

    That, and whatever else changes by the hour, is asked of the database in each search. The index holds words.
    """

    search_auto_update = False  # shop.search.index asks the worker, once all of a form is saved
    search_fields = [
        index.SearchField("title", boost=10),
        index.SearchField("indexed_names", boost=4),
        index.SearchField("indexed_text"),
        index.AutocompleteField("completed_names"),
    ]

    title: Any
    search_kind: str | Promise = ""  # in a word, as shoppers call it: "Guide"

    class Meta:
        abstract = True

    @classmethod
    def get_indexed_objects(cls) -> QuerySet[Any]:
        """All that can be found, or may be some day."""
        return cls._default_manager.all()

    @property
    def found_as(self) -> Self:
        """What a search shows for it: itself, or the whole of which it is a part."""
        return self

    @property
    def search_names(self) -> list[str]:
        """What it is called besides its title: words that weigh more than those of a text."""
        return []

    @property
    def search_texts(self) -> list[str]:
        """What is said of it, as plain text or HTML."""
        return []

    @property
    def search_line(self) -> str:
        """What stands below its title among the results."""
        return ""

    # As the index asks for it, five times over while it reads one thing

    @cached_property
    def indexed_names(self) -> str:
        return plain(*self.search_names)

    @cached_property
    def indexed_text(self) -> str:
        """The title is in it too: in a field of its own its accents stay."""
        return plain(self.title, *map(_paragraphs, self.search_texts))

    @cached_property
    def completed_names(self) -> str:
        return plain(self.title)


def _paragraphs(text: str) -> str:
    """The text without tags, a paragraph a line."""
    return strip_tags(BLOCK_END.sub("\n", " ".join(text.split())))
