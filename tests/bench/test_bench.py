"""The bench itself, in miniature."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import connection

from tests.bench import projects
from tests.bench.growth import measure_growth
from tests.bench.load import Effort, Request, Visit, ask, ask_once
from tests.bench.pages import measure
from tests.bench.report import write_section
from tests.bench.table import Table

needs_wrk = pytest.mark.bench
needs_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL in DATABASE_URL")
BRIEFLY = Effort(seconds=0.2, connections=2, rounds=1)

PAGES = ("home", "guide", "category", "product")
VISITS = {
    *((page, visitor) for page in PAGES for visitor in ("signed out", "with a basket", "signed in")),
    *(("search", visitor) for visitor in ("signed out", "with a basket")),
    ("basket", "5 lines"),
    ("basket", "first seen"),
    ("checkout", "5 lines"),
    ("webhook", "for no order"),
}
BASKETS = {("basket", "5 lines"), ("basket", "first seen")}
OF_STOCK_OSCAR = {(page, visitor) for page in PAGES[2:] for visitor in ("signed out", "with a basket")}


class Said(list[Table]):
    """Keeps the tables that a bench says."""

    def __call__(self, part: object) -> None:
        if isinstance(part, Table):
            self.append(part)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    with projects.shop(str(tmp_path_factory.mktemp("bench"))) as shop:
        projects.fill(shop, products=20, posts=5)
        yield shop


@needs_wrk
@needs_postgresql
@pytest.mark.slow
def test_each_page_is_measured_beside_a_stock_oscar(shop):
    say = Said()
    with projects.stock_oscar(shop) as stock:
        measure(shop, [stock], effort=BRIEFLY, say=say)
    rows = {(row["page"], row["visitor"]): row for row in say[0].rows()}
    assert rows.keys() >= VISITS
    assert all(float(rows[visit]["requests/s"]) > 0 for visit in VISITS)
    assert {visit for visit in VISITS if rows[visit]["times"]} == OF_STOCK_OSCAR | BASKETS
    in_stock_oscar = rows["category", "signed out"]["queries"]  # the last column of that name
    assert int(in_stock_oscar) > int(rows["product", "signed out"]["queries"])  # it shows products, one by one


@needs_wrk
@needs_postgresql
@pytest.mark.slow
def test_growth_is_measured_on_a_shop_that_grows(shop):
    say = Said()
    measure_growth(shop, sizes={20: 5, 30: 6}, effort=BRIEFLY, say=say)
    pages, searches = say
    assert {(row["of bare"], row["visitor"]) for row in pages.rows()} >= VISITS
    assert all(row["lost"].endswith("%") for row in pages.rows())
    assert [row["guides"] for row in searches.rows()] == ["5", "6"]


@contextmanager
def server(*statuses: int):
    """Answers with these statuses, one after the other, and then with the last of them. Gives its port."""
    waiting = list(statuses)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self.send_response(waiting.pop(0) if len(waiting) > 1 else waiting[0])
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *arguments):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as answering:
        threading.Thread(target=answering.serve_forever).start()
        yield answering.server_port
        answering.shutdown()


PAGE = Visit("a page", "signed out", [Request("/")])


@needs_wrk
def test_load_counts_answers():
    with server(200) as port:
        load = ask(port, PAGE, BRIEFLY)
    assert load.answered > 0
    assert 0 < load.p50 <= load.p95 <= load.p99


@needs_wrk
@pytest.mark.parametrize("status", [302, 404, 500])
def test_page_that_does_not_come_ends_the_bench(status):
    with server(status) as port, pytest.raises(SystemExit, match=f"/ answers {status}"):
        ask(port, PAGE, BRIEFLY)


@needs_wrk
def test_errors_under_load_end_the_bench():
    with server(200, 500) as port, pytest.raises(SystemExit, match="were errors"):
        ask(port, PAGE, BRIEFLY)


@needs_wrk
def test_requests_may_be_sent_once_each():
    with server(200) as port:
        load = ask_once(
            port, Visit("a page", "signed out", [Request(f"/{number}") for number in range(200)]), connections=2
        )
    assert 190 < load.answered <= 200  # the last of them are under way when it ends


def test_section_of_the_record_is_written_over(tmp_path):
    record = tmp_path / "benchmarks.md"
    record.write_text("# Benchmarks\n\nWords.\n")
    for title, figure in (("Pages", 1), ("Growth", 2), ("Pages", 3)):
        write_section(record, title, f"## {title}\n\n{figure}\n")
    assert record.read_text() == "# Benchmarks\n\nWords.\n\n## Pages\n\n3\n\n## Growth\n\n2\n"


def test_table_aligns_words_left_and_figures_right():
    table = Table("page", "requests/s", "p50 ms")
    table.add("home", 1234.5, 0.5)
    table.add("a longer name", 12.34)
    assert str(table).splitlines() == [
        "page           requests/s  p50 ms",
        "home                 1234   0.500",
        "a longer name        12.3",
    ]
