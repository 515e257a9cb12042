"""What Sentry is told, over HTTP, by a process as production starts it; and what it is not told."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import brotli
import pytest

from tests.deployed import collect_static_files
from tests.shop.test_settings import GOOD, ROOT

SECRETS = [
    "alex@example.com",
    "12 Sample Street",
    "cookie-of-alex",
    "token-of-alex",
    "local-of-alex",
    "203.0.113.9",
    "agent-of-alex",
]

PROGRAM = """
import logging, sys
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

application = get_wsgi_application()
from shop import urls

@csrf_exempt
def broken(request, token):
    whose = "local-of-alex"
    raise LookupError(f"Nobody is called alex@example.com")

@csrf_exempt
def logs(request):
    logging.getLogger("shop.tests").error("%s was not sent", "X to alex@example.com")
    return HttpResponse()

urls.urlpatterns[:0] = [path("broken/<str:token>/", broken, name="broken"), path("logs/", logs, name="logs")]
browser = RequestFactory(SERVER_NAME="127.0.0.1", REMOTE_ADDR="203.0.113.9")
browser.cookies["remembered"] = "cookie-of-alex"
headers = {"User-Agent": "agent-of-alex", "X-Request-ID": "id-of-the-proxy", "X-Forwarded-Proto": "https"}
request = browser.post(sys.argv[1], {"line1": "12 Sample Street"}, headers=headers)
for piece in application(request.environ, lambda status, headers: None):
    pass
print("sentry_sdk" in sys.modules, "prometheus_client" in sys.modules)
if "sentry_sdk" in sys.modules:
    sys.modules["sentry_sdk"].flush(timeout=20)
"""


UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}


class Sentry:
    """Takes what a client of Sentry sends, and keeps it."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        bodies = self.bodies

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                bodies.append(UNPACK[self.headers["Content-Encoding"]](body).decode())
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *words: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.dsn = f"http://public@127.0.0.1:{self.server.server_port}/1"

    @property
    def events(self) -> list[dict]:
        parts = [json.loads(line) for body in self.bodies for line in body.splitlines() if line.startswith("{")]
        return [part for part in parts if "platform" in part]


@pytest.fixture
def sentry() -> Iterator[Sentry]:
    sentry = Sentry()
    serving = Thread(target=sentry.server.serve_forever)
    serving.start()
    yield sentry
    sentry.server.shutdown()
    serving.join()
    sentry.server.server_close()


def production(tmp_path) -> dict[str, str]:
    return GOOD | {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "shop.settings.production",
        "DATABASE_URL": f"sqlite:///{tmp_path}/shop.sqlite3",
        "PYTHONPATH": str(ROOT),
    }


def meet(path: str, tmp_path, **variables: str) -> str:
    """Ask a fresh process for that address; what it printed."""
    words = [sys.executable, "-c", PROGRAM, path]
    done = subprocess.run(words, cwd=ROOT, env=production(tmp_path) | variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_unhandled_exception_is_reported_without_whose_it_was(sentry, tmp_path):
    collect_static_files(production(tmp_path))  # the page for an error names some of them
    meet("/broken/token-of-alex/?email=alex@example.com", tmp_path, SENTRY_DSN=sentry.dsn)
    [event] = sentry.events
    [raised] = event["exception"]["values"]
    assert (raised["type"], raised["value"]) == ("LookupError", "Nobody is called [address]")
    assert event["tags"]["request_id"] == "id-of-the-proxy"
    assert event["request"] == {"method": "POST"}
    assert [secret for secret in SECRETS if secret in "".join(sentry.bodies)] == []


def test_logged_error_is_reported_without_whose_it_was(sentry, tmp_path):
    meet("/logs/", tmp_path, SENTRY_DSN=sentry.dsn)
    [event] = sentry.events
    assert event["logentry"]["message"] == "%s was not sent"
    assert event["logger"] == "shop.tests"
    assert [secret for secret in SECRETS if secret in "".join(sentry.bodies)] == []


def test_nothing_is_imported_where_nothing_is_asked_for(tmp_path):
    assert meet("/logs/", tmp_path) == "False False"
