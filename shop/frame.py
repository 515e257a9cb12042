"""What stands around every page, above and below its own: fetched in one query, and kept while it is the same."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from oscar.core.loading import get_model

from shop.one_query import fetch_together
from shop.promises.models import Promise
from shop.shared_pages.versions import versions

Category = get_model("catalogue", "Category")


@dataclass(frozen=True)
class Entry:
    """A category in the menu."""

    pk: int
    name: str
    url: str


@dataclass(frozen=True)
class Frame:
    """The categories of the first level, and the promises in force, both in their order."""

    menu: list[Entry]
    promises: list[Promise]


def frame_of(request: HttpRequest | None) -> Frame:
    """The frame of the page that answers this request; some error pages, letters and papers answer none."""
    frame: Frame | None = getattr(request, "frame", None)
    if frame is None:
        frame = versions.keep("frame", _fetch)
        if request is not None:
            request.frame = frame  # type: ignore[attr-defined]  # a request takes what is told of it
    return frame


def _fetch() -> Frame:
    categories, promises = fetch_together(
        Category.objects.browsable().filter(depth=1, exclude_from_menu=False),  # nothing above could hide them
        Promise.objects.in_force(),
    )
    return Frame([_entry(category) for category in sorted(categories, key=_path)], sorted(promises, key=_place))


def _entry(category: Any) -> Entry:
    return Entry(category.pk, category.name, category.get_absolute_url())


def _path(category: Any) -> str:
    return category.path


def _place(promise: Promise) -> tuple[int, str]:
    return promise.position, promise.slug
