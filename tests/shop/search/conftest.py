"""A search as a shopper makes it, in a shop whose index has read all that is there."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from shop.search import index

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="asks PostgreSQL's grammar or trigrams")


@pytest.fixture
def search(client, db) -> Callable[..., Any]:
    """Reads everything into the index, then asks for the page of results."""

    def ask(query: str, **fields: str):
        index.rebuild()
        return client.get("/search/", {"q": query, **fields})

    return ask


def titles(page) -> list[str]:
    return [product.title for product in page.context["products"]]


def guides(page) -> list[str]:
    return [shown.thing.title for kind in page.context["search"].kinds for shown in kind.shown]
