"""Which version of what pages show holds now."""

import logging
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Any, TypeVar, cast

from cachetools import LRUCache
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Max, Min
from django.utils import timezone

from shop.databases.reading import must_be_current
from shop.shared_pages.models import Change

logger = logging.getLogger(__name__)

T = TypeVar("T")

LOOKS_EVERY = 0.1  # seconds: so late, at most, a process notices a change
MOST_KEPT = 1000  # parts of pages: what the filters of a search go by takes up to forty kilobytes
FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Version:
    """What was counted, and the moment at which something shows or goes by itself, without any change."""

    notes: tuple[int, int | None]
    until: datetime

    def __str__(self) -> str:
        return f"{self.notes} until {self.until.isoformat()}"


class Versions:
    """Asks the database every tenth of a second at most, and holds on to what it knew while that is away.

    Changes count as soon as they are committed, in whatever order: each adds a row, so the count tells them all.
    """

    def __init__(self) -> None:
        self._known: Version | None = None
        self._looked = float("-inf")
        self._looking = threading.Lock()
        self._kept: LRUCache[Hashable, Any] = LRUCache(MOST_KEPT)
        self._kept_at = ""
        self._keeping = threading.Lock()

    def current(self) -> str | None:
        """Give the version that holds now; nothing if the database was never there to ask."""
        if monotonic() - self._looked > LOOKS_EVERY and self._looking.acquire(blocking=self._known is None):
            try:
                self._known = self._look()
            except DatabaseError:
                logger.warning("Pages are kept on as they are: the database does not answer", exc_info=True)
            finally:
                self._looked = monotonic()
                self._looking.release()
        return str(self._known) if self._known else None

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """A part that is the same for everybody, of pages that are made for one: made once, until something changes.

        Requests share what this process has made, so nobody may change it.
        """
        # Taken before anything is read: what changes meanwhile is found under another version.
        version = self.current() if settings.SHARED_PAGES["ARE_KEPT"] else None
        if version is None:
            return make()
        with self._keeping:
            if self._kept_at != version:
                self._kept.clear()
                self._kept_at = version
            if key in self._kept:
                return cast(T, self._kept[key])
        with must_be_current():
            made = make()
        with self._keeping:
            if self._kept_at == version:
                self._kept[key] = made
        return made

    def forget(self) -> None:
        """Ask anew at once."""
        self._known, self._looked, self._kept_at = None, float("-inf"), ""

    def _look(self) -> Version:
        counted = Change.objects.aggregate(count=Count("pk"), last=Max("pk"))
        notes, now = (counted["count"], counted["last"]), timezone.now()
        known = self._known
        if known and known.notes == notes and now < known.until:
            return known
        return Version(notes, until=_next_moment(now))


def _next_moment(now: datetime) -> datetime:
    """When next a guide comes out, an offer begins or the like."""
    moments = []
    for label, field in settings.SHARED_PAGES["MOMENTS"]:
        coming = apps.get_model(label)._default_manager.filter(**{f"{field}__gt": now})
        moments.append(coming.aggregate(next=Min(field))["next"])
    return min((moment for moment in moments if moment), default=FOREVER)


versions = Versions()
