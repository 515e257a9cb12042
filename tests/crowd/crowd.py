"""Everybody together, and how they were served."""

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any, Self

from tests.bench.report import progress
from tests.bench.table import Table
from tests.crowd.editors import Editor
from tests.crowd.faults import RECOVERS_WITHIN, Fault
from tests.crowd.meter import Answer, Meter, failures, percentile
from tests.crowd.shoppers import Shopper
from tests.deployed import Deployed, query
from tests.soak import books
from tests.soak.actors import Actor, Log

EDITORS = 2
PLENTY = 100_000
"""Of each product on the shelf."""
ARRIVING = 60
"""Seconds in which everybody comes and the first pages are made; they do not count."""
BETWEEN = 30
"""Seconds from the end of one fault to the next."""
STRIPES = "at Stripe"
"""What the stand-in answers is not the shop's."""
MEGABYTE = 1024
Say = Callable[[object], None]


class Crowd:
    """Comes when it is entered, and has left when it is over."""

    def __init__(self, shop: Deployed, *, shoppers: int) -> None:
        query(shop.database, "UPDATE partner_stockrecord SET num_in_stock = %s", PLENTY)
        self.shop, self.meter, self.log, self._stop = shop, Meter(), Log(), Event()
        options: dict[str, Any] = {"shop": shop, "seed": 1, "log": self.log, "stop": self._stop, "meter": self.meter}
        self._everybody: list[Actor] = [Editor(f"editor-{n}", number=n, **options) for n in range(EDITORS)]
        self._everybody += [Shopper(f"shopper-{n}", number=n, **options) for n in range(shoppers)]

    def __enter__(self) -> Self:
        for actor in self._everybody:
            actor.start()
        time.sleep(ARRIVING)
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        for actor in self._everybody:
            actor.join()

    def shops(self, *, minutes: int, say: Say) -> list[str]:
        """Let it, and say how it was served. Gives what was wrong."""
        began, memory = time.monotonic(), Table("after", "web processes, MB", "worker, MB")
        for minute in range(minutes + 1):
            time.sleep(max(0, began + 60 * minute - time.monotonic()))
            memory.add(
                f"{minute} min", _megabytes(_web_processes(self.shop)), _megabytes([self.shop.worker.process.pid])
            )
            progress(f"{minute} of {minutes} minutes")
        answers = self._answers(began, time.monotonic())
        say(how_served(answers, seconds=60 * minutes))
        say(memory)
        return [f"{count} times {what}" for what, count in failures(answers).items()]

    def meets(self, fault: Fault, table: Table) -> list[str]:
        """Let something break, and be mended. Gives the failures that this does not explain."""
        progress(fault.name)
        began = time.monotonic()
        fault.begin()
        time.sleep(fault.seconds)
        fault.end()
        over = time.monotonic()
        time.sleep(BETWEEN)
        answers = self._answers(began - RECOVERS_WITHIN, time.monotonic())
        failed = [answer for answer in answers if answer.wrong]
        last = max((answer.at + answer.seconds - over for answer in failed), default=0)
        meanwhile = [answer for answer in answers if began <= answer.at <= over + RECOVERS_WITHIN]
        table.add(
            fault.name, over - began, len(answers), len(failed), max(last, 0),
            percentile(meanwhile, 0.5), percentile(meanwhile, 0.99),
        )  # fmt: skip
        for what, count in failures(answers).items():
            progress(f"  {count} times {what}")
        unexplained = failures(fault.unexplained(answers, over_at=over))
        return [f"{fault.name}: {count} times {what}" for what, count in unexplained.items()]

    def settles(self, mails: list[str], *, worker_kills: int, say: Say) -> list[str]:
        """Time passes until nothing moves, and both books are compared. Gives what does not add up."""
        ended = list(books.let_it_end(self.shop, seed=1))
        wrong = [*ended, *books.contradictions(self.shop, mails, worker_kills=worker_kills), *self.log.troubles]
        ours, theirs = books.money(self.shop)
        table = Table("in the end", "")
        for what, count in sorted(Counter(self.log.done).items()):
            table.add(what, count)
        for what, amount in ours.items():
            table.add(f"{what}, in our books", f"${amount:,.2f}")
            table.add(f"{what}, at Stripe", f"${theirs[what]:,.2f}")
        table.add("does not add up", len(wrong))
        say(table)
        return wrong

    def _answers(self, start: float, end: float) -> list[Answer]:
        return [answer for answer in self.meter.between(start, end) if answer.kind != STRIPES]


def faults_table() -> Table:
    return Table("", "seconds away", "requests", "failed", "last failed, s after", "p50 ms", "p99 ms")


def how_served(answers: list[Answer], *, seconds: float) -> Table:
    table = Table("asked for", "requests", "a second", "failed", "p50 ms", "p99 ms", "longest ms")
    for kind in [*sorted({answer.kind for answer in answers}), "everything"]:
        some = [answer for answer in answers if kind in (answer.kind, "everything")]
        failed = sum(bool(answer.wrong) for answer in some)
        shares = (percentile(some, share) for share in (0.5, 0.99, 1))
        table.add(kind, len(some), len(some) / seconds, failed, *shares)
    return table


def _web_processes(shop: Deployed) -> list[int]:
    master = shop.web.process.pid
    return [int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()]


def _megabytes(processes: list[int]) -> str:
    """What each of them holds in memory."""
    found = []
    for process in processes:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
        found.append(next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) // MEGABYTE)
    return " + ".join(map(str, found))
