import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def closed_port():
    """A port of this machine on which nothing listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]  # bound, and never listening: each connection is refused


def test_alive_looks_at_no_database(client):
    response = client.get("/healthz/")  # pytest-django fails a test that touches the database unasked
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.django_db
def test_ready_when_all_is_well(client):
    response = client.get("/readyz/")
    assert (response.status_code, response.json()) == (200, {"database": True, "cache": True, "migrations": True})


@pytest.mark.django_db
def test_not_ready_while_the_cache_is_down(client, settings, closed_port):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"redis://127.0.0.1:{closed_port}",
        }
    }
    response = client.get("/readyz/")
    assert (response.status_code, response.json()) == (503, {"database": True, "cache": False, "migrations": True})


@pytest.mark.django_db
def test_not_ready_while_a_migration_waits(client):
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied(*max(recorder.applied_migrations()))
    response = client.get("/readyz/")
    assert (response.status_code, response.json()) == (503, {"database": True, "cache": True, "migrations": False})


def test_not_ready_while_the_database_is_down(closed_port):
    program = (
        "import django; django.setup(); from django.test import Client;"
        "response = Client(SERVER_NAME='127.0.0.1').get('/readyz/');"
        "print(response.status_code, response.content.decode())"
    )
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "shop.settings.test",
        "DATABASE_URL": f"postgres://shop@127.0.0.1:{closed_port}/shop",
    }
    answered = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    status, body = answered.stdout.split(maxsplit=1)
    assert (status, json.loads(body)) == ("503", {"database": False, "cache": True, "migrations": False})


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz/", "/readyz/"])
def test_answers_are_never_cached(client, path):
    assert "no-store" in client.get(path)["Cache-Control"]
