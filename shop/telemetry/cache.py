"""Django's caches, which count for the request what they had and what they had not."""

from collections.abc import Iterable
from typing import Any

from django.core.cache.backends import locmem, redis

from shop.telemetry import context

NOTHING = object()


class _Counting:
    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        found = super().get(key, NOTHING, version=version)  # type: ignore[misc]  # of the cache that it stands before
        _count(hits=0 if found is NOTHING else 1, asked=1)
        return default if found is NOTHING else found


def _count(*, hits: int, asked: int) -> None:
    tally = context.tally.get()
    if tally is not None:
        tally.cache_hits += hits
        tally.cache_misses += asked - hits


class LocMemCache(_Counting, locmem.LocMemCache):
    """Its `get_many` asks `get` for each key."""


class RedisCache(_Counting, redis.RedisCache):
    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        keys = list(keys)
        found: dict[str, Any] = super().get_many(keys, version=version)
        _count(hits=len(found), asked=len(keys))
        return found
