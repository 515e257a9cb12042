"""Asks a server as many do at once, with wrk, and says how fast it answers."""

import hashlib
import hmac
import json
import math
import select
import signal
import subprocess
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, astuple, dataclass, field
from http.client import HTTPConnection
from ipaddress import IPv4Address
from pathlib import Path
from random import sample
from statistics import median
from tempfile import NamedTemporaryFile
from typing import Any, Self
from urllib.parse import urlencode

from tests.bench.server import WEBHOOK_SECRET

SCRIPT = Path(__file__).with_name("requests.lua")
PATIENCE = 20  # seconds after which an answer counts as lost
FEW = 100  # answers, of which no percentile can be told
# As a proxy passes on what a browser asks.
USUAL = {"Host": "127.0.0.1", "X-Forwarded-Proto": "https", "Accept-Encoding": "gzip, deflate, br"}


@dataclass(frozen=True)
class Request:
    path: str
    cookies: str = ""
    event: str = ""  # what Stripe posts, as JSON; without it the page is read

    @property
    def method(self) -> str:
        return "POST" if self.event else "GET"

    @property
    def headers(self) -> dict[str, str]:
        """A signature of Stripe's holds for five minutes: an event is signed when it is about to be sent."""
        headers = {"Cookie": self.cookies} if self.cookies else {}
        if self.event:
            headers |= {"Content-Type": "application/json", "Stripe-Signature": _signature(self.event)}
        return headers

    def on_the_wire(self, *, sender: int) -> bytes:
        """Each sender has an address of its own: what one may ask for within an hour is limited."""
        body = self.event.encode()
        address = {"X-Forwarded-For": str(IPv4Address("10.0.0.0") + sender)}
        headers = USUAL | address | self.headers | ({"Content-Length": str(len(body))} if body else {})
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True)
class Visit:
    """What is measured as one: a page, who asks for it, and with which requests, one after the other."""

    page: str
    visitor: str
    requests: list[Request] = field(repr=False)

    @classmethod
    def read(cls, saved: dict[str, Any]) -> Self:
        return cls(saved["page"], saved["visitor"], [Request(**request) for request in saved["requests"]])

    def saved(self) -> dict[str, Any]:
        return asdict(self)


class NoAnswerError(SystemExit):
    """The server is so slow that nothing can be said of it."""


@dataclass(frozen=True)
class Effort:
    """How long a visit is asked for, by how many at once, and how often it has its turn."""

    seconds: float = 1.5
    connections: int = 16
    rounds: int = 5


@dataclass(frozen=True)
class Load:
    """How a server bore it: requests a second, and percentiles in milliseconds."""

    answered: int
    rate: float
    p50: float
    p95: float
    p99: float


def middle(loads: Iterable[Load]) -> Load:
    """Of each figure the median."""
    return Load(*map(median, zip(*map(astuple, loads), strict=True)))


def addresses(path: str, group: Iterable[dict[str, str]]) -> list[str]:
    """The path with each of these queries."""
    return [f"{path}?{urlencode(fields)}" for fields in group]


def ask(port: int, visit: Visit, effort: Effort) -> Load:
    """Send the requests again and again for so long; four times as long where that gives few answers.

    Templates and connections are warm by then: it was asked for a fifth of that time before. Each time it begins with
    others of the requests, so that an event is seldom sent twice. Raises SystemExit when anything but 200 comes back,
    and NoAnswerError when it takes too long.
    """
    with NamedTemporaryFile() as file:
        _prepare(file, sample(visit.requests, len(visit.requests)))
        _see(port, visit)
        _run(port, visit, file.name, seconds=effort.seconds / 5, connections=effort.connections)
        for seconds in (effort.seconds, 4 * effort.seconds, PATIENCE):
            load = _run(port, visit, file.name, seconds=seconds, connections=effort.connections)
            if load.answered >= FEW or (load.answered and seconds > effort.seconds):
                break
        _see(port, visit)
    if not load.answered:
        raise NoAnswerError(f"{visit.page}, {visit.visitor}: no answer in {PATIENCE} seconds.")
    return load


def ask_once(port: int, visit: Visit, *, connections: int) -> Load:
    """Send each of the requests once, and measure until the last is under way."""
    with NamedTemporaryFile() as file:
        _prepare(file, visit.requests)
        return _run(port, visit, file.name, "once", seconds=600, connections=connections)


def _prepare(file: Any, requests: Sequence[Request]) -> None:
    for sender, request in enumerate(requests):
        sent = request.on_the_wire(sender=sender)
        file.write(b"%d\n%b" % (len(sent), sent))
    file.flush()


def _see(port: int, visit: Visit) -> None:
    """wrk takes a redirect for an answer."""
    request = visit.requests[0]
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request(request.method, request.path, request.event or None, USUAL | request.headers)
        status = connection.getresponse().status
    if status != 200:
        raise SystemExit(f"{visit.page}, {visit.visitor}: {request.path} answers {status}.")


def _run(port: int, visit: Visit, *arguments: str, seconds: float, connections: int) -> Load:
    """wrk counts whole seconds; it is told when to stop, or stops when its script says that all is sent."""
    options = [f"-c{connections}", f"-d{math.ceil(seconds) + PATIENCE}s", f"--timeout={PATIENCE}s", f"-s{SCRIPT}"]
    command = ["wrk", "-t1", *options, "--latency", f"http://127.0.0.1:{port}", "--", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0) as wrk:
        began = wrk.stderr.readline()
        select.select([wrk.stderr], [], [], seconds)
        said, complaint = _stop(wrk)
    if wrk.returncode:
        raise SystemExit(f"wrk fails: {(began + complaint).decode()}")
    told = json.loads(said.splitlines()[-1])
    if told["faults"] or told["bad_statuses"]:
        raise SystemExit(
            f"{visit.page}, {visit.visitor}: of {told['answered']} answers {told['bad_statuses']} were errors, and "
            f"{told['faults']} connections failed."
        )
    if told["too_late"]:
        raise NoAnswerError(f"{visit.page}, {visit.visitor}: {told['too_late']} answers took over {PATIENCE} seconds.")
    percentiles = (told[name] / 1000 for name in ("p50", "p95", "p99"))
    return Load(told["answered"], 1e6 * told["answered"] / told["microseconds"], *percentiles)


def _stop(wrk: subprocess.Popen) -> tuple[bytes, bytes]:
    """Give what it said. It does not listen before it has begun, so it may have to be told more than once."""
    while True:
        wrk.send_signal(signal.SIGINT)
        try:
            return wrk.communicate(timeout=1)
        except subprocess.TimeoutExpired:
            continue


def _signature(event: str) -> str:
    """See docs.stripe.com/webhooks, "Verify webhook signatures manually"."""
    stamp = int(time.time())
    digest = hmac.new(WEBHOOK_SECRET.encode(), f"{stamp}.{event}".encode(), hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"
