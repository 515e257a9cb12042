"""Searching a large shop: 50,000 products and 5,000 guides on PostgreSQL, under gunicorn with two workers.

The words are drawn as in a language, few of them often and most of them seldom, with a fixed seed. Two clients ask at
once, each for its next page when the one before has come. What is measured is the whole answer: of a search the page
with products, guides, filters and their counts; of a suggestion the list below the field. The last column is how long
it waits for the database, asked one by one: for finding, counting and fetching all that the page shows.
"""

import sys
import tempfile

from tests.bench.language import Language, beginnings, searches
from tests.bench.load import Effort, Request, Visit, addresses, ask
from tests.bench.projects import Project, fill, shop
from tests.bench.report import progress, report
from tests.bench.table import Table

PRODUCTS, POSTS = 50_000, 5_000
CLIENTS = 2
SECONDS = 3  # for each group


def main() -> None:
    language = Language()
    with (
        tempfile.TemporaryDirectory() as folder,
        shop(folder) as ours,
        report("Searches", command="make bench PART=search", record="--record" in sys.argv) as say,
    ):
        fill(ours, products=PRODUCTS, posts=POSTS)
        say(f"{PRODUCTS:,} products and {POSTS:,} guides, {CLIENTS} searches at once.")
        with ours.served() as port:
            say(_measured(ours, port, "searches", _visits("/search/", searches(language))))
            say(_measured(ours, port, "suggestions", _visits("/search/suggestions/", beginnings(language))))


def _visits(path: str, groups: dict[str, list[dict[str, str]]]) -> list[Visit]:
    """One for each group, and one for all of them."""
    requests = {name: [Request(address) for address in addresses(path, group)] for name, group in groups.items()}
    visits = [Visit(name, "signed out", each) for name, each in requests.items()]
    return [*visits, Visit("all of them", "signed out", [request for each in requests.values() for request in each])]


def _measured(project: Project, port: int, title: str, visits: list[Visit]) -> Table:
    table = Table(title, "requests/s", "p50 ms", "p95 ms", "queries", "database p95 ms")
    for visit, *inside in zip(visits, project.count_queries(visits), project.time_in_database(visits), strict=True):
        progress(f"{title}: {visit.page}")
        load = ask(port, visit, Effort(SECONDS, CLIENTS))
        table.add(visit.page, load.rate, load.p50, load.p95, *inside)
    return table


if __name__ == "__main__":
    main()
