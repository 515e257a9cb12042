"""Prints what a bench found, and writes it into docs/benchmarks.md when asked to."""

import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psycopg2
import redis

from tests.bench.server import REDIS

RECORD = Path(__file__).parents[2] / "docs" / "benchmarks.md"
PACKAGES = ("Django", "django-oscar", "gunicorn")


@contextmanager
def report(title: str, *, command: str, record: bool, file: Path = RECORD) -> Iterator[Callable[[object], None]]:
    """Give what prints a table or a sentence. At the end, `record` writes all of it over the section of that title."""
    said: list[str] = []
    busy = f"load before the run {os.getloadavg()[0]:.1f}"

    def say_and_keep(part: object) -> None:
        said.append(f"```text\n{part}\n```" if "\n" in str(part) else str(part))
        say(f"{part}\n")

    yield say_and_keep
    if record:
        today = datetime.now(UTC).date().isoformat()
        section = [f"## {title}", f"    {command}", f"{today}, {machine()}; {busy}.", *said]
        write_section(file, title, "\n\n".join(section) + "\n")


def write_section(file: Path, title: str, section: str) -> None:
    """Put it in place of the one with the same title, or at the end."""
    text = file.read_text()
    old = re.search(rf"^## {re.escape(title)}$.*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if old:
        following = text[old.end() :]
        text = text[: old.start()] + section + ("\n" if following else "") + following
    else:
        text = f"{text.rstrip()}\n\n{section}"
    file.write_text(text)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def progress(line: str) -> None:
    """What is under way, for whoever waits; it is no part of what is found."""
    sys.stderr.write(f"{line} …\n")


def machine() -> str:
    """What it ran on, in a line."""
    model = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    parts = [
        model[1] if model else platform.machine(),
        f"{os.cpu_count()} cores",
        f"Python {platform.python_version()}",
        *(f"{package} {version(package)}" for package in PACKAGES),
        f"PostgreSQL {_postgresql()}",
        f"Redis {_redis()}",
        f"wrk {_wrk()}",
    ]
    return ", ".join(parts)


def _postgresql() -> str:
    connection = psycopg2.connect(os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/postgres")
    try:
        return ".".join(map(str, divmod(connection.server_version, 10_000)))
    finally:
        connection.close()


def _redis() -> str:
    try:
        return redis.Redis.from_url(REDIS).info("server")["redis_version"]
    except redis.RedisError:
        return "none"


def _wrk() -> str:
    said = subprocess.run(["wrk", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"[\d.]+", said)
    return found[0] if found else ""
