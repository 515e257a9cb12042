"""What pages lose when the shop grows: the same visits, to the same shop, at several sizes of its catalogue."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from statistics import median

from tests.bench.load import Effort, Load, Visit, ask
from tests.bench.projects import BARE, BARE_PAGE, Project, fill
from tests.bench.report import progress
from tests.bench.table import Table

# As many as there are workers: this is how long a search takes, and not how long it waits for its turn.
AT_ONCE = 2


def measure_growth(
    shop: Project,
    *,
    sizes: Mapping[int, int],
    only: Collection[str] = (),
    effort: Effort,
    say: Callable[[object], None],
) -> None:
    """Fill the shop size by size, each so many products and guides, and say what each page bears at each of them.

    Minutes lie between two sizes, and a machine is not always as fast: each page is compared with a bare page that is
    asked in turn with it.
    """
    shares: dict[tuple[str, str], list[float]] = {}
    searches: list[Load] = []
    visits: list[Visit] = []
    for products, posts in sizes.items():
        fill(shop, products=products, posts=posts)
        with BARE.served() as bare, shop.served() as port:
            visits = visits or shop.visits()  # a basket and an account are kept while the shop grows
            for visit in [visit for visit in visits if not only or visit.page in only]:
                progress(f"{visit.page}, {visit.visitor}")
                share = median(_share_of_bare(bare, port, visit, effort) for _ in range(effort.rounds))
                shares.setdefault((visit.page, visit.visitor), []).append(share)
                if (visit.page, visit.visitor) == ("search", "signed out"):
                    searches.append(ask(port, visit, replace(effort, seconds=5, connections=AT_ONCE)))
    say(_what_they_bear(shares, sizes))
    if searches:
        say(_how_long_searches_take(searches, sizes))


def _share_of_bare(bare: int, port: int, visit: Visit, effort: Effort) -> float:
    return ask(port, visit, effort).rate / ask(bare, BARE_PAGE, effort).rate


def _what_they_bear(shares: Mapping[tuple[str, str], list[float]], sizes: Mapping[int, int]) -> Table:
    table = Table("of bare", "visitor", *(f"{products:,}" for products in sizes), "lost", words=2)
    for (page, visitor), each in shares.items():
        table.add(page, visitor, *each, f"{100 * (1 - each[-1] / each[0]):.0f} %")
    return table


def _how_long_searches_take(searches: list[Load], sizes: Mapping[int, int]) -> Table:
    table = Table(f"searches, {AT_ONCE} at once", "guides", "p50 ms", "p95 ms", "p99 ms")
    for (products, posts), load in zip(sizes.items(), searches, strict=True):
        table.add(f"{products:,} products", posts, load.p50, load.p95, load.p99)
    return table
