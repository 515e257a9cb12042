"""What breaks while everybody shops: one part at a time, and what may fail while it is away."""

import os
import random
import signal
import subprocess
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from tests.crowd.meter import Answer
from tests.deployed import Deployed
from tests.servers import Postgresql, Redis

RECOVERS_WITHIN = 10
"""Seconds after which nothing may fail any more."""

KEPT = {"home", "guide", "catalogue", "product"}
"""Strangers' pages: while they are kept, nobody asks a database for them."""
PAGES = {*KEPT, "search", "add", "product, with a basket", "basket", "checkout", "pay", "confirmation"}
EDITING = {"editor", "save", "save with a picture", "sign in"}


@dataclass(frozen=True)
class Fault:
    """What happens, what ends it after so many seconds, and the kinds of requests that cannot do without the part."""

    name: str
    begin: Callable[[], object]
    end: Callable[[], object] = bool
    seconds: float = 0
    needed_for: Collection[str] = ()

    def unexplained(self, answers: list[Answer], *, over_at: float) -> list[Answer]:
        """Failures of what does not need that part, or that came too long after it was back."""
        return [
            answer
            for answer in answers
            if answer.wrong and (answer.kind not in self.needed_for or answer.at > over_at + RECOVERS_WITHIN)
        ]


def faults(shop: Deployed, *, database: Postgresql, cache: Redis) -> list[Fault]:
    # Its models can be imported only after django.setup().
    from shop.stripe_sandbox import temper

    pictures = Path(shop.web.environment["MEDIA_ROOT"])
    return [
        Fault("Redis is killed", cache.kill, cache.start, 15),
        Fault("PostgreSQL is restarted", database.restart, needed_for=(PAGES | EDITING) - KEPT),
        Fault("a web process is killed", lambda: _kill_one_of(shop), needed_for=PAGES | EDITING),
        Fault("the worker is killed", shop.worker.kill, shop.worker.start, 15),
        Fault("Stripe takes ten seconds", lambda: temper.misbehave(api="slow", seconds=10), temper.behave, 30),
        Fault(
            "pictures cannot be written",
            lambda: _make_read_only(pictures),
            lambda: _run("umount", pictures),
            60,
            needed_for={"save with a picture"},
        ),
    ]


def _kill_one_of(shop: Deployed) -> None:
    master = shop.web.process.pid
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    os.kill(int(random.choice(children)), signal.SIGKILL)  # noqa: S311  (no secret)


def _make_read_only(folder: Path) -> None:
    """Mount it over itself, which takes the right to mount."""
    _run("mount", "--bind", folder, folder)
    _run("mount", "-o", "remount,ro,bind", folder)


def _run(*words: str | Path) -> None:
    subprocess.run(words, check=True)
