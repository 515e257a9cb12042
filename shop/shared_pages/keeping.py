"""Where kept pages lie: the most wanted in the process's memory, all of them in the cache that processes share."""

import logging
import threading
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

from cachetools import LRUCache
from django.core.cache import cache

from shop.shared_pages.pages import Page

logger = logging.getLogger(__name__)

MEMORY = 64 * 1024 * 1024  # bytes a process, some fifteen hundred pages
KEPT_FOR = 3600  # seconds in the cache; long before that its version is another one, or nobody asks any more
LONGEST_MAKING = 10  # seconds after which whoever makes a page counts as gone
WAITS = 0.02  # seconds between two looks for a page that somebody else makes
CACHE_RESTS = 1  # seconds for which a cache that failed is not asked again


class Shelf:
    """Pages by key. A cache that is away costs time, never a page: each process then keeps what it makes itself."""

    def __init__(self) -> None:
        self._memory: LRUCache[str, Page] = LRUCache(MEMORY, getsizeof=len)
        self._lock = threading.Lock()
        self._cache_failed = float("-inf")

    def find(self, key: str) -> Page | None:
        with self._lock:
            page = self._memory.get(key)
        if page is None:
            page = self._ask(cache.get, key)
            if page is not None:
                self._remember(key, page)
        return page

    def find_or_make(self, key: str, make: Callable[[], Page | None]) -> Page | None:
        """The page that everybody waits for while one makes it. Nothing if it turns out that it cannot be kept."""
        making = f"{key}:making"
        began = monotonic()
        # Without a cache nobody can be asked to wait: everybody makes the page.
        while self._ask(cache.add, making, 1, timeout=LONGEST_MAKING) is False:
            sleep(WAITS)
            if page := self.find(key):
                return page
            if monotonic() - began > LONGEST_MAKING:
                break
        try:
            page = self.find(key) or make()  # it may have been made between the two looks
            if page:
                self._remember(key, page)
                self._ask(cache.set, key, page, timeout=KEPT_FOR)
            return page
        finally:
            self._ask(cache.delete, making)

    def clear(self) -> None:
        """Forget what lies in memory, and that the cache was away."""
        with self._lock:
            self._memory.clear()
        self._cache_failed = float("-inf")

    def _remember(self, key: str, page: Page) -> None:
        with self._lock:
            if len(page) <= MEMORY:
                self._memory[key] = page

    def _ask(self, question: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        if monotonic() - self._cache_failed < CACHE_RESTS:
            return None
        try:
            return question(*arguments, **named)
        except Exception:  # whatever the driver raises, the answer is the same; the cause is in the log
            logger.warning("The cache does not answer; pages are made anew", exc_info=True)
            self._cache_failed = monotonic()
            return None


shelf = Shelf()
