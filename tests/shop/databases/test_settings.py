"""What the settings make of databases behind PgBouncer, and of replicas."""

from tests.shop.test_settings import GOOD, setting

PRIMARY = "postgres://shop:word@db.example/goods"
REPLICAS = "postgres://reader:a%40b@one.example/goods, postgres://reader:word@two.example:5433/goods"


def database(alias: str = "default", **environment: str) -> dict:
    return setting("DATABASES", **GOOD, DATABASE_URL=PRIMARY, **environment)[alias]


def test_connection_is_kept_and_looked_at_before_use():
    ours = database()
    assert (ours["CONN_MAX_AGE"], ours["CONN_HEALTH_CHECKS"]) == (60, True)
    assert ours["OPTIONS"]["options"] == "-c jit=off -c random_page_cost=1.1"
    assert ours["DISABLE_SERVER_SIDE_CURSORS"] is False


def test_pgbouncer_is_asked_for_nothing_that_it_refuses():
    ours = database(DATABASE_POOLED="on")
    assert ours["OPTIONS"] == {"connect_timeout": 5}
    assert ours["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert (ours["CONN_MAX_AGE"], ours["CONN_HEALTH_CHECKS"]) == (60, True)


def test_without_replicas_nothing_decides_where_a_query_goes():
    assert list(setting("DATABASES", **GOOD, DATABASE_URL=PRIMARY)) == ["default"]
    assert setting("DATABASE_ROUTERS", **GOOD, DATABASE_URL=PRIMARY) == []
    assert "shop.databases.middleware.ReplicaMiddleware" not in setting("MIDDLEWARE", **GOOD)


def test_each_replica_is_a_database_with_the_same_habits():
    one, two = (database(alias, DATABASE_REPLICA_URL=REPLICAS) for alias in ("replica1", "replica2"))
    assert [(each["HOST"], each["PORT"], each["PASSWORD"]) for each in (one, two)] == [
        ("one.example", "", "a@b"),
        ("two.example", 5433, "word"),
    ]
    assert [each["OPTIONS"] for each in (one, two)] == [database()["OPTIONS"]] * 2
    assert (one["CONN_MAX_AGE"], one["CONN_HEALTH_CHECKS"]) == (60, True)


def test_with_replicas_the_router_decides_and_the_middleware_says_for_whom():
    settings = {"DATABASE_URL": PRIMARY, "DATABASE_REPLICA_URL": REPLICAS}
    assert setting("DATABASE_ROUTERS", **GOOD, **settings) == ["shop.databases.router.Router"]
    middleware = setting("MIDDLEWARE", **GOOD, **settings)
    ours = middleware.index("shop.databases.middleware.ReplicaMiddleware")
    assert ours < middleware.index("django.contrib.sessions.middleware.SessionMiddleware")
    assert ours < middleware.index("shop.shared_pages.own_pages.OwnPagesMiddleware")
