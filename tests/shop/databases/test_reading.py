"""What is read from a replica, for whom, and what becomes of those who read when it falls."""

import pytest
from django.apps import apps
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from oscar.core.loading import get_model

from shop.customer.personal_data.table import TABLE
from shop.databases import reading
from shop.databases.middleware import WROTE
from shop.databases.reading import may_lag, must_be_current
from shop.databases.router import ALWAYS_CURRENT, Router
from shop.one_query import fetch_together
from shop.shared_pages.keeping import shelf
from tests.factories import make_product

WRITTEN_BY_POSTS_ALONE = {"offer", "reviews"}
"""Apps of which everybody reads the same, and whoever has written there is known for it by his cookie."""

Category = get_model("catalogue", "Category")
StockRecord = get_model("partner", "StockRecord")

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL in DATABASE_URL"),
    pytest.mark.django_db(transaction=True, databases=["default", "replica1"]),
]


@pytest.fixture
def replica(db, settings, promises):
    """A second connection to the tests' database, as if it led to a copy of it."""
    settings.DATABASE_ROUTERS = ["shop.databases.router.Router"]
    inside = settings.MIDDLEWARE.index("shop.shared_pages.middleware.SharedPagesMiddleware") + 1
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE[:inside],
        "shop.databases.middleware.ReplicaMiddleware",
        *settings.MIDDLEWARE[inside:],
    ]
    reading._looked.clear()
    yield connections["replica1"]
    connections["replica1"].close()
    reading._looked.clear()


def asked(database, act) -> list[str]:
    """The queries about rows that reach this database while that is done."""
    with CaptureQueriesContext(database) as queries:
        act()
    return [query["sql"] for query in queries if " FROM " in query["sql"] and "pg_is_in_recovery" not in query["sql"]]


def test_whoever_looks_reads_the_catalogue_from_the_replica(replica, client):
    product = make_product(price="12.00")
    page = asked(replica, lambda: client.get(product.get_absolute_url()))
    assert any("catalogue_product" in sql for sql in page)


def test_stock_and_prices_come_from_the_primary(replica, client):
    product = make_product(price="12.00")
    assert not any('FROM "partner_' in sql for sql in asked(replica, lambda: client.get(product.get_absolute_url())))
    with may_lag():
        assert any("partner_stockrecord" in sql for sql in asked(connection, lambda: list(StockRecord.objects.all())))


def test_whoever_has_just_written_reads_from_the_primary(replica, client):
    product = make_product(price="12.00")
    added = client.post(reverse("basket:add", args=[product.pk]), {"quantity": 1})
    assert added.cookies[WROTE]["max-age"] == reading.OWN_WRITES
    assert added.cookies[WROTE]["httponly"]
    assert asked(replica, lambda: client.get(product.get_absolute_url())) == []
    del client.cookies[WROTE]  # as browsers do when its time is over
    assert asked(replica, lambda: client.get(product.get_absolute_url()))


def test_cookie_outlives_the_lag_that_a_replica_may_have():
    assert reading.OWN_WRITES > reading.MOST_LAG + reading.LOOK_EVERY


def test_whoever_only_looks_gets_no_cookie(replica, client):
    assert WROTE not in client.get(reverse("home")).cookies


@pytest.mark.parametrize("path", ["/basket/", "/checkout/", "/accounts/", "/returns/", "/admin/", "/dashboard/"])
def test_pages_that_decide_or_are_somebodys_own_read_from_the_primary(replica, admin_client, path):
    assert asked(replica, lambda: admin_client.get(path, follow=True)) == []


def test_what_was_written_is_read_where_it_was_written(replica):
    with may_lag():
        assert asked(replica, lambda: list(Category.objects.all()))
        Category.add_root(name="New")
        assert asked(replica, lambda: list(Category.objects.all())) == []


def test_transaction_reads_from_the_primary(replica):
    with may_lag(), transaction.atomic():
        assert asked(replica, lambda: list(Category.objects.all())) == []


def test_what_is_kept_reads_from_the_primary_whoever_asks(replica):
    with may_lag():
        with must_be_current():
            assert asked(replica, lambda: list(Category.objects.all())) == []
        assert asked(replica, lambda: list(Category.objects.all()))


def test_worker_and_commands_read_from_the_primary(replica):
    assert asked(replica, lambda: list(Category.objects.all())) == []


def test_replica_that_is_away_is_passed_over_and_not_asked_again_at_once(replica, client, caplog, monkeypatch):
    replica.close()
    monkeypatch.setitem(replica.settings_dict, "PORT", 1)  # where nobody listens
    assert [client.get(reverse("home")).status_code for _ in range(3)] == [200] * 3
    assert [record.message for record in caplog.records if "replica1 is not read" in record.message][1:] == []
    assert "replica1 is not read" in caplog.text


def test_replica_that_is_back_is_read_again(replica, client):
    reading._looked["replica1"] = (reading.monotonic() - reading.LOOK_EVERY - 1, False)
    assert asked(replica, lambda: client.get(reverse("home")))


def test_replica_that_falls_while_it_is_read_costs_nobody_a_page(replica, client):
    product = make_product(price="12.00")

    def fall(execute, sql, params, many, where):
        if "catalogue_product" in sql:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", [replica.connection.info.backend_pid])
        return execute(sql, params, many, where)

    with replica.execute_wrapper(fall):
        assert client.get(product.get_absolute_url()).status_code == 200
    assert not reading._looked["replica1"][1]


def test_page_that_is_kept_for_everybody_is_made_from_the_primary(replica, client, settings):
    settings.SHARED_PAGES = {**settings.SHARED_PAGES, "ARE_KEPT": True}
    shelf.clear()
    product = make_product(price="12.00")
    assert asked(replica, lambda: client.get(product.get_absolute_url())) == []
    shelf.clear()


def test_what_is_fetched_together_with_stock_comes_from_the_primary(replica):
    make_product(price="12.00")
    with may_lag():
        assert len(asked(replica, lambda: fetch_together(Category.objects.all(), Category.objects.all()))) == 1
        assert asked(replica, lambda: fetch_together(Category.objects.all(), StockRecord.objects.all())) == []


def test_server_that_is_no_replica_is_not_behind(replica):
    assert reading._look("replica1")


def test_rows_from_both_belong_together():
    assert Router().allow_relation(Category(), StockRecord())


def test_migrations_are_for_the_primary():
    assert Router().allow_migrate("default", "catalogue")
    assert not Router().allow_migrate("replica1", "catalogue")


def test_whatever_is_about_persons_is_always_current():
    about_persons = {data.model.split(".")[0] for data in TABLE} - WRITTEN_BY_POSTS_ALONE
    assert about_persons - ALWAYS_CURRENT == set()


def test_apps_that_are_always_current_exist():
    assert {config.label for config in apps.get_app_configs()} >= ALWAYS_CURRENT
