"""What the benches run on: PostgreSQL, Redis where it answers, and gunicorn with production settings, on 127.0.0.1."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from runpy import run_path
from tempfile import TemporaryFile
from typing import Protocol

import redis

from tests.deployed import free_port

STARTING_SECONDS = 60
LOOKS_EVERY = 0.01  # seconds; how exactly the start of a worker is measured
WEBHOOK_SECRET = "whsec_bench"
REDIS = "redis://127.0.0.1:6379/9"


def environment(database: str, folder: str, *, cache: str = "locmem://") -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "shop.settings.production",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "127.0.0.1,testserver",  # the latter is what Django's test client asks for
        "SITE_URL": "https://127.0.0.1",
        "DATABASE_URL": database,
        "CACHE_URL": cache,
        "EMAIL_URL": "dummymail://",
        "MEDIA_ROOT": f"{folder}/media",
        "STRIPE_SECRET_KEY": "sk_test_bench",
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
    }


def shared_cache() -> str:
    """The CACHE_URL of a part of Redis that nobody else uses; each process's own memory where none answers.

    It is the Redis of the caller's CACHE_URL, or the one on this machine.
    """
    named = os.environ.get("CACHE_URL", "")
    url = named if named.startswith("redis") else REDIS
    try:
        with closing(redis.Redis.from_url(url, socket_connect_timeout=2)) as server:
            server.ping()
    except redis.RedisError:
        return "locmem://"
    return f"{url}?key_prefix=bench-{secrets.token_hex(4)}"  # what lies there is forgotten by itself, within the hour


def manage(*words: str, **variables: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", *words], check=True, stdout=subprocess.DEVNULL, env=os.environ | variables
    )


def compile_sources() -> None:
    """As in the image (Dockerfile), also where Python is told not to write what it compiled."""
    subprocess.run([sys.executable, "-m", "compileall", "-q", "shop", "blog", "tests/bench"], check=True)


class Server(Protocol):
    def __call__(
        self, *, workers: int, application: str, answers: str, **variables: str
    ) -> AbstractContextManager[int]: ...


@contextmanager
def gunicorn(
    *, workers: int, application: str = "shop.wsgi", answers: str = "/readyz/", **variables: str
) -> Iterator[int]:
    """Serve the application on a free port, which is given once `answers` does; stopped at the end."""
    port = free_port()
    words = ["gunicorn", application, "--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--no-control-socket"]
    with _running(words, port, answers, variables):
        yield port


@contextmanager
def granian(*, workers: int, application: str, answers: str, **variables: str) -> Iterator[int]:
    """The same by another server, with as many threads."""
    port = free_port()
    threads = run_path("gunicorn.conf.py")["threads"]
    words = ["granian", "--interface", "wsgi", f"{application}:application", "--port", str(port)]
    options = ["--workers", str(workers), "--blocking-threads", str(threads)]
    with _running([*words, *options], port, answers, variables):
        yield port


@contextmanager
def _running(words: list[str], port: int, answers: str, variables: dict[str, str]) -> Iterator[None]:
    program = Path(sys.executable).with_name(words[0])
    with TemporaryFile() as log:
        server = subprocess.Popen([program, *words[1:]], env=os.environ | variables, stdout=log, stderr=log)
        try:
            if not _becomes_ready(server, port, answers):
                log.seek(0)
                raise SystemExit(f"{words[0]} does not become ready.\n{log.read().decode()}")
            yield
        finally:
            server.terminate()
            server.wait()


def seconds_to_start(server: Server, application: str, answers: str, **variables: str) -> float:
    """From the start of a server with one worker to its first answer."""
    began = time.monotonic()
    with server(workers=1, application=application, answers=answers, **variables):
        return time.monotonic() - began


def _becomes_ready(server: subprocess.Popen, port: int, path: str) -> bool:
    end = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                connection.request("GET", path, headers={"X-Forwarded-Proto": "https"})
                if connection.getresponse().status == 200:
                    return True
        except OSError:
            pass
        time.sleep(LOOKS_EVERY)
    return False
