"""Row 37 of PAYMENTS.md: the database is really down. On PostgreSQL, which can be told to let nobody in."""

from contextlib import contextmanager

import psycopg2
import pytest
from django.db import connection
from django.test import Client

from shop.stripe_checkout.models import StripeEvent
from tests.shop.books import PAID, PAID_AT_STRIPE, books
from tests.shop.races import on_postgresql

pytestmark = on_postgresql


@pytest.fixture
def database_is_down():
    """A context in which every connection is cut and nobody gets a new one, not even a superuser."""
    name = connection.settings_dict["NAME"]
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    parameters.pop("cursor_factory", None)

    def tell(*statements: str) -> None:
        server = psycopg2.connect(**parameters)
        server.autocommit = True
        with server.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement, [name] if "%s" in statement else None)
        server.close()

    @contextmanager
    def down():
        connection.close()
        tell(
            f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false',
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user",
        )
        try:
            yield
        finally:
            tell(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
            connection.close()

    return down


def test_row_37_stripe_is_to_try_again_and_then_it_is_right(stripe, paid_session, database_is_down):
    events = stripe.events("payment_intent.succeeded") + stripe.events("checkout.session.completed")
    client = Client(raise_request_exception=False)  # as a web server: an exception is an answer of 500
    with database_is_down():
        assert [stripe.deliver(client, event).status_code for event in events] == [500, 500]
    assert books() == PAID_AT_STRIPE
    assert not StripeEvent.objects.exists()
    assert [stripe.deliver(client, event).status_code for event in events] == [200, 200]
    assert books() == PAID
