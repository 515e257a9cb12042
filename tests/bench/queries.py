"""Counts the queries of requests, inside a project: reads visits as JSON and prints a number for each."""

import json
import sys

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.bench.load import Request, Visit


def main() -> None:
    json.dump([_count(Visit.read(saved).requests) for saved in json.load(sys.stdin)], sys.stdout)


def _count(requests: list[Request]) -> int:
    """Of the third, when what is kept for later ones is there."""
    client = Client(SERVER_NAME="127.0.0.1")
    for number in range(3):
        request = requests[number % len(requests)]
        client.cookies.clear()
        with CaptureQueriesContext(connection) as queries:
            response = client.generic(
                request.method, request.path, request.event, "application/json", secure=True, headers=request.headers
            )
        if response.status_code != 200:
            raise SystemExit(f"{request.path} answers {response.status_code}.")
    return len(queries)
