"""The main pages of the shop as deployed, beside the least that Django can do and, when asked, a stock Oscar.

Everything is asked for by 16 connections at once, each page for five seconds, the same page from one project after the
other, so that what else the machine does meanwhile falls on all of them.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.growth import measure_growth
from tests.bench.load import Effort, Load, NoAnswerError, Visit, ask
from tests.bench.projects import BARE, BARE_PAGE, WORKERS, Project, fill, shop, stock_oscar
from tests.bench.report import RECORD, progress, report
from tests.bench.table import Cell, Table

Key = tuple[str, str]  # page and visitor
COLUMNS = ("page", "visitor", "requests/s", "p50 ms", "p99 ms", "queries", "of bare")
POSTS = 10  # products for which there is a guide, unless the caller says otherwise


def main(arguments: list[str] | None = None, *, file: Path = RECORD) -> None:
    asked = _parser().parse_args(arguments)
    sizes = {products: asked.posts or products // POSTS for products in sorted(asked.products)}
    with tempfile.TemporaryDirectory() as folder, shop(folder) as ours, ExitStack() as stack:
        title = "Pages" if len(sizes) == 1 else "Growth"
        say = stack.enter_context(report(title, command=_command(asked), record=asked.record, file=file))
        if len(sizes) > 1:
            measure_growth(ours, sizes=sizes, effort=Effort(asked.seconds), say=say)
            return
        for products, posts in sizes.items():
            fill(ours, products=products, posts=posts)
            say(f"{products:,} products and {posts:,} guides; {WORKERS} gunicorn workers for each project.")
        others = [ours.changed(asked.against)] if asked.against else []
        others += [stack.enter_context(stock_oscar(ours))] if asked.stock else []
        measure(ours, others, effort=Effort(asked.seconds), say=say)


def measure(ours: Project, others: list[Project], *, effort: Effort, say: Callable[[object], None]) -> None:
    """Say how fast the shop answers, and how many times as fast as a bare page and as each of the other projects.

    The bare page is measured first and last, and the shop is compared with the mean. Queries are those of a request
    when what is kept for later ones is there.
    """
    starts = {project.name: 1000 * project.seconds_to_start() for project in (BARE, ours, *others)}
    loads: dict[Key, Load] = {}
    beside: dict[Key, list[Cell]] = {}
    with ExitStack() as stack:
        bare = stack.enter_context(BARE.served())
        shop, *rest = (stack.enter_context(_served(project)) for project in (ours, *others))
        before = ask(bare, BARE_PAGE, effort)
        for key in shop.visits:
            loads[key] = shop.ask(key, effort)
            beside[key] = [cell for other in rest for cell in _beside(loads[key], other, key, effort)]
        after = ask(bare, BARE_PAGE, effort)
    table = Table(*COLUMNS, *(column for other in others for column in _columns(other)), words=2)
    for when, load in (("first", before), ("last", after)):
        table.add(BARE_PAGE.page, when, load.rate, load.p50, load.p99, 0)
    usual = (before.rate + after.rate) / 2
    for key, load in loads.items():
        table.add(*key, load.rate, load.p50, load.p99, shop.queries[key], load.rate / usual, *beside[key])
    for name, milliseconds in starts.items():
        table.add("cold start of one worker", name, None, milliseconds)
    say(table)


@dataclass(frozen=True)
class Served:
    """A project that answers at a port, and what there is to ask it for, by page and visitor."""

    name: str
    port: int
    visits: dict[Key, Visit]
    queries: dict[Key, int]

    def ask(self, key: Key, effort: Effort) -> Load:
        progress(f"{self.name}: {', '.join(key)}")
        return ask(self.port, self.visits[key], effort)


@contextmanager
def _served(project: Project) -> Iterator[Served]:
    visits = {(visit.page, visit.visitor): visit for visit in project.visits()}
    queries = dict(zip(visits, project.count_queries([*visits.values()]), strict=True))
    with project.served() as port:
        yield Served(project.name, port, visits, queries)


def _columns(other: Project) -> list[str]:
    return [f"{other.name}: requests/s", "p99 ms", "queries", "times"]


def _beside(ours: Load, other: Served, key: Key, effort: Effort) -> list[Cell]:
    """What stands in those columns."""
    if key not in other.visits:
        return [None] * 4
    try:
        load = other.ask(key, effort)
    except NoAnswerError:
        return ["no answer", None, other.queries[key], None]
    return [load.rate, load.p99, other.queries[key], ours.rate / load.rate]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--products", type=int, nargs="+", default=[100], help="several: how pages bear growth")
    parser.add_argument("--posts", type=int, default=0, help="one for ten products, unless you say how many")
    parser.add_argument("--seconds", type=float, default=5, help="for each page")
    parser.add_argument("--stock", action="store_true", help="beside a stock Oscar too")
    parser.add_argument(
        "--against", default="", metavar="NAME=VALUE", help="beside the shop with that environment too"
    )
    parser.add_argument("--record", action="store_true", help="write it into docs/benchmarks.md")
    return parser


def _command(asked: argparse.Namespace) -> str:
    """How to run it again."""
    variables = {
        "PRODUCTS": '"' + " ".join(map(str, asked.products)) + '"' if len(asked.products) > 1 else asked.products[0],
        "POSTS": asked.posts or "",
        "STOCK": 1 if asked.stock else "",
        "AGAINST": asked.against,
    }
    return " ".join(["make bench", *(f"{name}={value}" for name, value in variables.items() if value)])


if __name__ == "__main__":
    main()
