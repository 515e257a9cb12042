"""The body of a guide as its page shows it: blocks that follow each other and belong together become one group."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.utils.safestring import SafeString

from blog.models import KeyFact, Post, ProductPick, Question, RichText, Source
from blog.prose import Heading, set_in_page

TOGETHER = (KeyFact, Question, Source)


@dataclass(frozen=True)
class Group:
    """What one template shows: a run of blocks of one kind, or a single block; `text` is set for rich text."""

    template: str
    blocks: list[Any]
    text: SafeString | None = None


@dataclass(frozen=True)
class Body:
    """The page's text. `opening` is the short answer, where a guide begins with one; it is not among `groups`."""

    opening: Group | None = None
    groups: list[Group] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    products: list[Any] = field(default_factory=list)

    @property
    def sells(self) -> bool:
        """Whether it recommends something that we sell, which has to be said."""
        return bool(self.products)


def compose(post: Post) -> Body:
    """The body of `post`, with its headings and, once each, the products it recommends."""
    blocks = post.blocks()
    _number_sources(blocks)
    headings: list[Heading] = []
    groups = [_group(run, headings) for run in _runs(blocks)]
    opening = groups.pop(0) if groups and isinstance(groups[0].blocks[0], KeyFact) else None
    products = {block.product_id: block.product for block in blocks if isinstance(block, ProductPick)}
    return Body(opening, groups, headings, list(products.values()))


def _number_sources(blocks: list[Any]) -> None:
    for number, source in enumerate((block for block in blocks if isinstance(block, Source)), start=1):
        source.number = number


def _runs(blocks: list[Any]) -> Iterator[list[Any]]:
    for kind, run in groupby(blocks, key=type):
        if kind in TOGETHER:
            yield list(run)
        else:
            yield from ([block] for block in run)


def _group(blocks: list[Any], headings: list[Heading]) -> Group:
    first = blocks[0]
    text = set_in_page(first.text, headings) if isinstance(first, RichText) else None
    return Group(f"blog/blocks/{first._meta.model_name}.html", blocks, text)
