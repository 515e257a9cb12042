"""What pages lose when the shop grows: the same visits, to the same shop, at several sizes of its catalogue."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from tests.bench.load import Effort, Load, Visit, ask
from tests.bench.projects import BARE, BARE_PAGE, Project, fill
from tests.bench.report import progress
from tests.bench.table import Table

# As many as there are workers: this is how long a search takes, and not how long it waits for its turn.
AT_ONCE = 2


def measure_growth(shop: Project, *, sizes: Mapping[int, int], effort: Effort, say: Callable[[object], None]) -> None:
    """Fill the shop size by size, each so many products and guides, and say what each page bears at each of them."""
    rates: dict[tuple[str, str], list[float]] = {}
    searches: list[Load] = []
    visits: list[Visit] = []
    for products, posts in sizes.items():
        fill(shop, products=products, posts=posts)
        with BARE.served() as bare, shop.served() as port:
            visits = visits or shop.visits()  # a basket and an account are kept while the shop grows
            _add(rates, BARE_PAGE, ask(bare, BARE_PAGE, effort))
            for visit in visits:
                progress(f"{visit.page}, {visit.visitor}")
                _add(rates, visit, ask(port, visit, effort))
                if (visit.page, visit.visitor) == ("search", "signed out"):
                    searches.append(ask(port, visit, replace(effort, connections=AT_ONCE)))
    say(_what_they_bear(rates, sizes))
    say(_how_long_searches_take(searches, sizes))


def _add(rates: dict[tuple[str, str], list[float]], visit: Visit, load: Load) -> None:
    rates.setdefault((visit.page, visit.visitor), []).append(load.rate)


def _what_they_bear(rates: Mapping[tuple[str, str], list[float]], sizes: Mapping[int, int]) -> Table:
    table = Table("requests/s", "visitor", *(f"{products:,}" for products in sizes), "lost", words=2)
    for (page, visitor), each in rates.items():
        table.add(page, visitor, *each, f"{100 * (1 - each[-1] / each[0]):.0f} %")
    return table


def _how_long_searches_take(searches: list[Load], sizes: Mapping[int, int]) -> Table:
    table = Table(f"searches, {AT_ONCE} at once", "guides", "p50 ms", "p95 ms", "p99 ms")
    for (products, posts), load in zip(sizes.items(), searches, strict=True):
        table.add(f"{products:,} products", posts, load.p50, load.p95, load.p99)
    return table
