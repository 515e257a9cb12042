"""The main pages of the shop as deployed, beside the least that Django can do and, when asked, a stock Oscar.

Everything is asked for by 16 connections at once. Each page has some rounds, in which the bare page, the shop and the
others are asked one after the other: a machine that is slow for a while is slow for all of them.
"""

import argparse
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.growth import measure_growth
from tests.bench.load import Effort, Load, NoAnswerError, Visit, ask, middle
from tests.bench.projects import BARE, BARE_PAGE, WORKERS, Project, fill, shop, stock_oscar
from tests.bench.report import RECORD, progress, report
from tests.bench.table import Cell, Table

Key = tuple[str, str]  # page and visitor
Round = dict[str, Load]  # by the name of who was asked
COLUMNS = ("page", "visitor", "requests/s", "p50 ms", "p99 ms", "queries", "bare requests/s", "of bare")
POSTS = 10  # products for which there is a guide, unless the caller says otherwise


def main(arguments: list[str] | None = None, *, file: Path = RECORD) -> None:
    asked = _parser().parse_args(arguments)
    sizes = {products: asked.posts or products // POSTS for products in sorted(asked.products)}
    with tempfile.TemporaryDirectory() as folder, shop(folder) as ours, ExitStack() as stack:
        say = stack.enter_context(report(_title(asked), command=_command(asked), record=asked.record, file=file))
        if len(sizes) > 1:
            measure_growth(ours, sizes=sizes, only=asked.only, effort=Effort(asked.seconds), say=say)
            return
        for products, posts in sizes.items():
            fill(ours, products=products, posts=posts)
            say(f"{products:,} products and {posts:,} guides; {WORKERS} gunicorn workers for each project.")
        others = [ours.changed(asked.against)] if asked.against else []
        others += [ours.by_granian()] if asked.granian else []
        others += [stack.enter_context(stock_oscar(ours))] if asked.stock else []
        measure(ours, others, only=asked.only, effort=Effort(asked.seconds), say=say)


def measure(
    ours: Project,
    others: list[Project],
    *,
    only: Collection[str] = (),
    effort: Effort,
    say: Callable[[object], None],
) -> None:
    """Say how fast the shop answers, and how many times as fast as a bare page and as each of the other projects.

    All figures are medians of the rounds, the ratios too. Queries are those of a request when what is kept for later
    ones is there.
    """
    starts = {project.name: 1000 * project.seconds_to_start() for project in (BARE, ours, *others)}
    table = Table(*COLUMNS, *(column for other in others for column in _columns(other)), words=2)
    with ExitStack() as stack:
        shop, *rest = (stack.enter_context(_served(project)) for project in (ours, *others))
        bare = Served(BARE.name, stack.enter_context(BARE.served()), dict.fromkeys(shop.visits, BARE_PAGE), {})
        for key in [(page, visitor) for page, visitor in shop.visits if not only or page in only]:
            rounds = [_round([bare, shop, *rest], key, effort) for _ in range(effort.rounds)]
            load = middle(each[shop.name] for each in rounds)
            cells = [cell for other in rest for cell in _beside(rounds, shop, other, key)]
            least = middle(each[bare.name] for each in rounds).rate
            table.add(
                *key, load.rate, load.p50, load.p99, shop.queries[key], least, _times(rounds, shop, bare), *cells
            )
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


@contextmanager
def _served(project: Project) -> Iterator[Served]:
    visits = {(visit.page, visit.visitor): visit for visit in project.visits()}
    queries = dict(zip(visits, project.count_queries([*visits.values()]), strict=True))
    with project.served() as port:
        yield Served(project.name, port, visits, queries)


def _round(everybody: list[Served], key: Key, effort: Effort) -> Round:
    progress(", ".join(key))
    loads: Round = {}
    for served in (each for each in everybody if key in each.visits):
        with suppress(NoAnswerError):
            loads[served.name] = ask(served.port, served.visits[key], effort)
    return loads


def _columns(other: Project) -> list[str]:
    return [f"{other.name}: requests/s", "p99 ms", "queries", "times"]


def _beside(rounds: list[Round], ours: Served, other: Served, key: Key) -> list[Cell]:
    """What stands in those columns."""
    if key not in other.visits:
        return [None] * 4
    answered = [each for each in rounds if other.name in each]
    if not answered:
        return ["no answer", None, other.queries[key], None]
    load = middle(each[other.name] for each in answered)
    return [load.rate, load.p99, other.queries[key], _times(answered, ours, other)]


def _times(rounds: list[Round], one: Served, other: Served) -> float:
    """How many times as many requests a second it answers."""
    return median(each[one.name].rate / each[other.name].rate for each in rounds)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--products", type=int, nargs="+", default=[100], help="several: how pages bear growth")
    parser.add_argument("--posts", type=int, default=0, help="one for ten products, unless you say how many")
    parser.add_argument("--seconds", type=float, default=1.5, help="for each page in each round")
    parser.add_argument("--stock", action="store_true", help="beside a stock Oscar too")
    parser.add_argument(
        "--against", default="", metavar="NAME=VALUE", help="beside the shop with that environment too"
    )
    parser.add_argument("--granian", action="store_true", help="beside the shop served by granian too")
    parser.add_argument("--only", nargs="+", default=(), metavar="PAGE", help="these pages, instead of all")
    parser.add_argument("--record", action="store_true", help="write it into docs/benchmarks.md")
    return parser


def _title(asked: argparse.Namespace) -> str:
    """Of the section that keeps it."""
    if len(asked.products) > 1:
        return f"Growth: {', '.join(asked.only)}" if asked.only else "Growth"
    return f"Beside the shop with {asked.against}" if asked.against else "granian" if asked.granian else "Pages"


def _command(asked: argparse.Namespace) -> str:
    """How to run it again."""
    variables = {
        "PRODUCTS": '"' + " ".join(map(str, asked.products)) + '"' if len(asked.products) > 1 else asked.products[0],
        "POSTS": asked.posts or "",
        "STOCK": 1 if asked.stock else "",
        "AGAINST": asked.against,
        "ONLY": f'"{" ".join(asked.only)}"' if asked.only else "",
        "GRANIAN": 1 if asked.granian else "",
    }
    return " ".join(["make bench", *(f"{name}={value}" for name, value in variables.items() if value)])


if __name__ == "__main__":
    main()
