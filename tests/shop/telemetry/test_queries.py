"""The log of slow queries."""

import logging

import pytest
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat
from oscar.core.loading import get_model

Order = get_model("order", "Order")

pytestmark = pytest.mark.django_db


def ask_for_somebody() -> None:
    list(Order.objects.filter(guest_email=Concat(Value("alex@"), Value("example.com"))))


def slow(caplog) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == "shop.telemetry.queries"]


def test_slow_query_stands_in_the_log_without_its_values(settings, caplog):
    settings.SLOW_QUERY_MS = 0.0001
    ask_for_somebody()
    [record] = slow(caplog)
    assert "order_order" in record.getMessage()
    assert "%s" in record.getMessage()
    assert "example.com" not in record.getMessage()
    assert record.levelname == "WARNING"
    assert record.database == "default"


@pytest.mark.parametrize("limit", [0, 60_000], ids=["off", "not reached"])
def test_other_queries_do_not(settings, caplog, limit):
    settings.SLOW_QUERY_MS = limit
    ask_for_somebody()
    assert slow(caplog) == []


def test_endless_statement_is_cut(settings, caplog):
    settings.SLOW_QUERY_MS = 0.0001
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 -- " + "x" * 10_000)
    [record] = slow(caplog)
    assert len(record.getMessage()) < 2100
