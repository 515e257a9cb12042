"""Those who act at the same time, and what they met with."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

import requests
from django.db import connection

from tests.deployed import Deployed

BREAKS_WITHIN = 2
"""Seconds. A killed process breaks its connections at once; on a busy machine it takes a moment to notice."""


@dataclass
class Log:
    """What everybody did, what befell the machines and when, and what must not happen. Threads only append."""

    done: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    broken: list[tuple[float, str]] = field(default_factory=list)
    """Connections to the shop that ended without an answer, and when."""
    web_killed: list[float] = field(default_factory=list)
    worker_killed: list[float] = field(default_factory=list)

    def unexplained(self) -> list[str]:
        """There is nothing between a shopper and gunicorn: when a worker is killed, the one request that it was
        answering ends without a word. An answer of 5xx is therefore never excused, and a broken connection only when
        a worker was killed that moment.
        """
        since = [
            (moment - max((kill for kill in self.web_killed if kill <= moment), default=0), what)
            for moment, what in self.broken
        ]
        return [
            f"{what} ({seconds:.1f} s after a worker was killed)"
            for seconds, what in since
            if seconds >= BREAKS_WITHIN
        ]


class Actor(Thread):
    """Does one thing after another, drawn with the seed, until it is told to stop."""

    def __init__(self, name: str, *, shop: Deployed, seed: int, log: Log, stop: Event) -> None:
        super().__init__(name=name, daemon=True)
        self.shop, self.log, self.stop = shop, log, stop
        self.random = random.Random(f"{seed}:{name}")  # noqa: S311 (no secret)

    def act(self) -> None:
        raise NotImplementedError

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                self.act()
            except requests.HTTPError as error:
                self.log.troubles.append(f"{self.name}: {error}")
            except requests.Timeout as error:
                self.log.troubles.append(f"{self.name}: no answer: {error}")
            except requests.RequestException as error:
                self.log.broken.append((time.monotonic(), f"{self.name}: {error}"))
            except Exception as error:
                self.log.troubles.append(f"{self.name}: {error!r}")
        connection.close()

    def pause(self, least: float, most: float) -> None:
        self.stop.wait(self.random.uniform(least, most))

    def draw(self, choices: dict[Any, int]) -> Any:
        """One of these, as often as its number says."""
        return self.random.choices(list(choices), weights=list(choices.values()))[0]

    def some(self, rows: Any) -> Any:
        """One of the rows of a query, or None."""
        count = rows.count()
        return rows[self.random.randrange(count)] if count else None

    def chance(self, of: float) -> bool:
        return self.random.random() < of

    def did(self, what: str) -> None:
        self.log.done.append(what)


def at_once(*calls: Callable[[], Any]) -> None:
    """Two tabs, or a button pressed twice. Raises what the last one that failed has raised."""
    raised: list[BaseException] = []

    def run(call: Callable[[], Any]) -> None:
        try:
            call()
        except requests.RequestException as error:
            raised.append(error)

    threads = [Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[-1]
