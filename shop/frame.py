"""What stands around every page, above and below its own: fetched in one query, and kept while it is the same."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
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
    _written: dict[tuple[str, str | None], SafeString] = field(default_factory=dict)

    def write(self, template: str) -> SafeString:
        """A component that shows nothing else than the frame: written once for all pages around which it stands."""
        key = (template, get_language())
        if key not in self._written:
            shown = {"categories": self.menu, "promises": self.promises, "shop_name": settings.OSCAR_SHOP_NAME}
            self._written[key] = render_to_string(template, shown)
        return self._written[key]


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
