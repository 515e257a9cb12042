"""How long requests wait for the database, inside a project: reads visits as JSON, prints milliseconds for each.

They are the 95th percentile of its requests, one after the other. Nothing is kept from one to the next, so it is to
have a cache of its own.
"""

import json
import sys
from time import perf_counter
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.test import Client

from tests.bench.load import Request, Visit

SHARE = 0.95


def main() -> None:
    visits = [Visit.read(saved) for saved in json.load(sys.stdin)]
    _milliseconds(visits[0].requests[0])  # connects
    json.dump([_slowest(visit.requests) for visit in visits], sys.stdout)


def _slowest(requests: list[Request]) -> float:
    took = sorted(map(_milliseconds, requests))
    return took[min(int(len(took) * SHARE), len(took) - 1)]


def _milliseconds(request: Request) -> float:
    took = 0.0
    cache.clear()

    def measure(execute: Any, *call: Any) -> Any:
        nonlocal took
        began = perf_counter()
        try:
            return execute(*call)
        finally:
            took += perf_counter() - began

    with connection.execute_wrapper(measure):
        response = Client(SERVER_NAME="127.0.0.1").get(request.path, secure=True, headers=request.headers)
    if response.status_code != 200:
        raise SystemExit(f"{request.path} answers {response.status_code}.")
    return 1000 * took
