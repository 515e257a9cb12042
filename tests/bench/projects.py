"""What is measured beside each other: the shop, the least that Django can do, and Oscar as it comes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from statistics import median

from tests.bench.copying import copy_catalogue
from tests.bench.inside import run_inside
from tests.bench.load import Request, Visit
from tests.bench.report import progress
from tests.bench.server import (
    Server,
    compile_sources,
    environment,
    granian,
    gunicorn,
    manage,
    seconds_to_start,
    shared_cache,
)
from tests.deployed import collect_static_files, fresh_database, load_demo

WORKERS = 2
STARTS = 3


@dataclass(frozen=True)
class Project:
    """An application, what it reads from its environment, and the page that says that it is up."""

    name: str
    application: str
    up: str
    variables: dict[str, str] = field(default_factory=dict, repr=False)
    server: Server = gunicorn

    @contextmanager
    def served(self) -> Iterator[int]:
        with self.server(workers=WORKERS, application=self.application, answers=self.up, **self.variables) as port:
            yield port

    def seconds_to_start(self) -> float:
        """The median of some cold starts of one worker."""
        start = partial(seconds_to_start, self.server, self.application, self.up, **self.variables)
        return median(start() for _ in range(STARTS))

    def visits(self) -> list[Visit]:
        """What there is to ask it for."""
        return [Visit.read(saved) for saved in json.loads(run_inside(self.variables, "visits"))]

    def count_queries(self, visits: list[Visit]) -> list[int]:
        """How many queries each of the visits makes once what is kept is there."""
        few = [Visit(visit.page, visit.visitor, visit.requests[:3]) for visit in visits]
        return json.loads(run_inside(self.variables, "queries", sent=json.dumps([visit.saved() for visit in few])))

    def time_in_database(self, visits: list[Visit]) -> list[float]:
        """How many milliseconds the slowest twentieth of each visit's requests waits for the database, at least."""
        sent = json.dumps([visit.saved() for visit in visits])
        alone = self.variables | {"CACHE_URL": "locmem://"}
        return json.loads(run_inside(alone, "database_time", sent=sent))

    def changed(self, assignment: str) -> "Project":
        """The same with one variable of its environment set otherwise."""
        variable, _, value = assignment.partition("=")
        return replace(self, name=f"with {assignment}", variables=self.variables | {variable: value})

    def by_granian(self) -> "Project":
        return replace(self, name="by granian", server=granian)


BARE = Project("bare Django", "tests.bench.bare", "/")
BARE_PAGE = Visit("30 KB of bare Django", "signed out", [Request("/")])


@contextmanager
def shop(folder: str) -> Iterator[Project]:
    """Ours, with its demo loaded, on a database of its own."""
    with fresh_database("shop_bench") as database:
        variables = environment(database, folder, cache=shared_cache())
        progress("Loading the demo")
        manage("migrate", "--verbosity", "0", **variables)
        load_demo(variables)
        collect_static_files(variables)
        compile_sources()
        yield Project("the shop", "shop.wsgi", "/healthz/", variables)


def fill(project: Project, *, products: int, posts: int) -> None:
    progress(f"Filling it up to {products:,} products and {posts:,} guides")
    run_inside(project.variables, "large_shop", str(products), str(posts))


@contextmanager
def stock_oscar(shop: Project) -> Iterator[Project]:
    """Oscar as it comes, with the catalogue that the shop has now."""
    with fresh_database("stock_bench") as database:
        # Sixteen threads hinder each other where nothing makes them wait (shop/serving/turnstile.py).
        settings = {"DJANGO_SETTINGS_MODULE": "tests.bench.stock_oscar.settings", "GUNICORN_CMD_ARGS": "--threads 4"}
        variables = shop.variables | {"DATABASE_URL": database, "CACHE_URL": shared_cache()} | settings
        progress("Copying its catalogue into a stock Oscar")
        manage("migrate", "--verbosity", "0", **variables)
        copy_catalogue(shop.variables["DATABASE_URL"], database)
        manage("rebuild_index", "--noinput", **variables)
        yield Project("stock Oscar", "tests.bench.stock_oscar.wsgi", "/basket/", variables)
