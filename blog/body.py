"""The body of a guide as its page shows it: blocks that follow each other and belong together become one group."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString

from blog.models import KeyFact, ProductPick, Question, RichText, Source
from blog.prose import Heading, Marks, set_in_page
from shop.catalogue.shelf import Shelf

TOGETHER = (KeyFact, Question, Source)


@dataclass(frozen=True)
class Group:
    """What one template shows: a run of blocks of one kind, or a single block; `text` is set for rich text."""

    template: str
    blocks: list[Any]
    text: SafeString | None = None


@dataclass(frozen=True)
class Body:
    """The page's text. `opening` is the short answer, where a guide begins with one; it is not among `groups`.

    `shelf` holds the first pick of each product.
    """

    opening: Group | None = None
    groups: list[Group] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    shelf: list[ProductPick] = field(default_factory=list)
    links_to_shop: bool = False

    @property
    def routine(self) -> list[Any]:
        """The products that go into the basket together."""
        return [pick.product for pick in self.shelf if pick.in_routine]

    @property
    def apart(self) -> list[str]:
        """Titles of the products that do not."""
        return [str(pick) for pick in self.shelf if not pick.in_routine]

    @property
    def sells(self) -> bool:
        """Whether it leads to something that we sell, which has to be said (16 CFR 255.5)."""
        return bool(self.shelf) or self.links_to_shop


def compose(blocks: list[Any]) -> Body:
    """The body that these blocks make, with its headings and, once each, the products it recommends."""
    blocks = _with_products(blocks)
    headings: list[Heading] = []
    marks: Marks = {}
    groups = [_group(run, headings, marks) for run in _runs(blocks)]
    _number_sources(blocks, marks)
    opening = groups.pop(0) if groups and isinstance(groups[0].blocks[0], KeyFact) else None
    picks: dict[int | None, ProductPick] = {}
    for block in blocks:
        if isinstance(block, ProductPick):
            picks.setdefault(block.product_id, block)
    return Body(opening, groups, headings, list(picks.values()), links_to_shop(blocks))


def _with_products(blocks: list[Any]) -> list[Any]:
    """The blocks without picks of what is not on show; the others know their product, and what may take its place."""
    picks = [block for block in blocks if isinstance(block, ProductPick)]
    keys = [key for pick in picks for key in (pick.product_id, pick.substitute_id) if key is not None]
    shelf = Shelf(keys)
    return [block for block in blocks if not isinstance(block, ProductPick) or _take(block, shelf)]


def _take(pick: ProductPick, shelf: Shelf) -> bool:
    product = shelf.get(pick.product_id)
    if product is None:
        return False
    pick.product = product
    pick.stand_in = shelf.stand_in_for(product, named=pick.substitute_id)
    return True


def links_to_shop(blocks: list[Any]) -> bool:
    """Whether a text among these blocks leads to something that we sell."""
    shop = reverse("catalogue:index")
    links = (f'href="{shop}', f'href="{settings.SITE_URL}{shop}')
    texts = [block.text for block in blocks if isinstance(block, RichText)]
    texts += [block.answer for block in blocks if isinstance(block, Question)]
    return any(link in text for text in texts for link in links)


def _number_sources(blocks: list[Any], marks: Marks) -> None:
    for number, source in enumerate((block for block in blocks if isinstance(block, Source)), start=1):
        source.number = number
        source.marks = marks.get(number, [])


def _runs(blocks: list[Any]) -> Iterator[list[Any]]:
    for kind, run in groupby(blocks, key=type):
        if kind in TOGETHER:
            yield list(run)
        else:
            yield from ([block] for block in run)


def _group(blocks: list[Any], headings: list[Heading], marks: Marks) -> Group:
    first = blocks[0]
    text = set_in_page(first.text, headings, marks) if isinstance(first, RichText) else None
    return Group(f"blog/blocks/{first._meta.model_name}.html", blocks, text)
