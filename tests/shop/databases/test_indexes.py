"""Pages reach their rows by indexes, so that a shop of a hundred thousand products opens them like one of nine."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from oscar.core.loading import get_model

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.postgresql,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="asks PostgreSQL for its plans"),
]

LONG = {"catalogue_product", "catalogue_productimage", "partner_stockrecord", "blog_productpick", "blog_post"}
"""Tables that grow with the shop."""

FIRST_ONES = "Limit"
"""Below it, an index that is read in its order is left once there are enough."""


def read_whole(node: dict) -> Iterator[str]:
    """The tables of which this part of a plan reads every row, by an index or without."""
    if node["Node Type"] == FIRST_ONES:
        return
    if node.get("Relation Name") in LONG and not {"Index Cond", "Recheck Cond"} & node.keys():
        yield node["Relation Name"]
    for part in node.get("Plans", ()):
        yield from read_whole(part)


def grow(cursor) -> None:
    """Lets the planner believe in a hundred thousand rows of each, and read a whole table when there is no other way:
    what it knows of these few rows, such as that a third of them belongs to one guide, is not so in a large shop.
    """
    cursor.execute(f"ANALYZE {', '.join(sorted(LONG))}")
    cursor.execute("UPDATE pg_class SET reltuples = 100000 WHERE relname = ANY(%s)", [sorted(LONG)])
    for way in ("seqscan", "hashjoin", "mergejoin"):
        cursor.execute(f"SET LOCAL enable_{way} = off")


def queries_of(path: str) -> list[str]:
    """Those of a page that is made anew."""
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        assert Client().get(path).status_code == 200
    return [query["sql"] for query in captured if "SELECT" in query["sql"][:8]]


@pytest.mark.parametrize(
    "path",
    [
        "/catalogue/silicone-scar-gel_{gel}/",
        "/catalogue/the-texture-routine_{routine}/",
        "/blog/understanding-pockmarks/",
    ],
    ids=["sizes", "set", "guide"],
)
def test_no_page_reads_a_whole_table(demo_shop, path):
    Product = get_model("catalogue", "Product")
    get_model("partner", "StockRecord").objects.filter(product__slug="spot-patches").update(num_in_stock=0)
    keys = {"gel": "silicone-scar-gel", "routine": "the-texture-routine"}
    asked = queries_of(path.format(**{name: Product.objects.get(slug=slug).pk for name, slug in keys.items()}))
    assert len(asked) > 3
    found = {}
    with connection.cursor() as cursor:
        grow(cursor)
        for sql in asked:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
            if tables := set(read_whole(cursor.fetchone()[0][0]["Plan"])):
                found[sql] = tables
    assert found == {}
