"""gunicorn as gunicorn.conf.py has it: whom its processes let in, also when it is told to stop."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread

import pytest

from shop.serving import sharing
from tests.ports import STARTING_SECONDS, answers, comes_true, free_port
from tests.shop.test_settings import GOOD

ROOT = Path(__file__).resolve().parents[2]
SLOW = "tests.shop.slow_application"
CALLERS = 6

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone can shut the door before closing")


@contextmanager
def gunicorn(application: str, **variables: str) -> Iterator[tuple[subprocess.Popen, int]]:
    port = free_port()
    words = [application, "--bind", f"127.0.0.1:{port}", "--workers", "2", "--no-control-socket"]
    environment = {"PATH": os.environ["PATH"]} | variables
    process = subprocess.Popen([Path(sys.executable).with_name("gunicorn"), *words], cwd=ROOT, env=environment)
    try:
        assert comes_true(STARTING_SECONDS, lambda: answers(port))
        yield process, port
    finally:
        process.kill()
        process.wait()


def ask(port: int, path: str = "/", method: str = "GET") -> str:
    """One request on a connection of its own: answered, refused (so that one may ask elsewhere), or lost."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.connect()
    except OSError:
        return "refused"
    try:
        connection.request(method, path, headers={"Connection": "close"})
        return "answered" if connection.getresponse().read() == b"ok" else "wrong"
    except OSError as error:
        return f"lost: {error!r}"
    finally:
        connection.close()


def ask_until_refused(port: int, outcomes: Counter) -> None:
    while not outcomes["refused"]:
        outcomes[ask(port, method="POST")] += 1


def test_no_request_is_lost_while_it_stops():
    outcomes: Counter = Counter()
    under_way: list[str] = []
    with gunicorn(SLOW) as (process, port):
        long = [Thread(target=lambda: under_way.append(ask(port, "/5"))) for _ in range(2)]
        callers = [Thread(target=ask_until_refused, args=[port, outcomes]) for _ in range(CALLERS)]
        for thread in [*long, *callers]:
            thread.start()
        assert comes_true(10, lambda: outcomes["answered"] > 100)
        process.send_signal(signal.SIGTERM)
        told = time.monotonic()
        for thread in callers:
            thread.join()
        refused_after = time.monotonic() - told
        for thread in long:
            thread.join()
        assert process.wait(20) == 0
    assert {outcome for outcome in outcomes if outcome not in ("answered", "refused")} == set()
    assert under_way == ["answered", "answered"]
    assert refused_after < 4  # while the long ones are under way: who calls need not wait for them


def test_what_was_loaded_is_looked_through_no_more():
    """By the garbage collector, which holds up whoever asks meanwhile."""
    words = "import gc; from runpy import run_path; run_path('gunicorn.conf.py')['post_worker_init'](None)"
    left_out = subprocess.check_output([sys.executable, "-c", f"{words}; print(gc.get_freeze_count())"], cwd=ROOT)
    assert int(left_out) > 1000


def test_readiness_ends_before_the_answers_do():
    shop = GOOD | {"DJANGO_SETTINGS_MODULE": "shop.settings.production", "STOPPING_SECONDS": "3"}
    with gunicorn("shop.wsgi", **shop) as (process, port):
        assert b"stopping" not in readiness(port)[1]
        process.send_signal(signal.SIGTERM)
        assert comes_true(2, lambda: readiness(port) == (503, b'{"stopping": true}'))
        assert alive(port) == 200
        assert process.wait(20) == 0


def readiness(port: int) -> tuple[int, bytes]:
    return _get(port, "/readyz/")


def alive(port: int) -> int:
    return _get(port, "/healthz/")[0]


def _get(port: int, path: str) -> tuple[int, bytes]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()


def test_worker_that_is_replaced_shuts_nobody_out():
    """SIGHUP: new processes take the place of the old ones at the same socket."""
    outcomes: Counter = Counter()
    with gunicorn(SLOW) as (process, port):
        callers = [Thread(target=ask_until_refused, args=[port, outcomes]) for _ in range(CALLERS)]
        for thread in callers:
            thread.start()
        assert comes_true(10, lambda: outcomes["answered"] > 100)
        process.send_signal(signal.SIGHUP)
        time.sleep(2)
        before = outcomes["answered"]
        assert comes_true(10, lambda: outcomes["answered"] > before + 100)
        assert [outcome for outcome in outcomes if outcomes[outcome] and outcome != "answered"] == []
        outcomes["refused"] += 1  # so that they end
        for thread in callers:
            thread.join()


def connection(port: int) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", port, timeout=20)


def process_at(caller: HTTPConnection) -> str | None:
    """Which process answers there; the connection stays open."""
    caller.request("GET", "/")
    answer = caller.getresponse()
    answer.read()
    return answer.headers["X-Process"]


def who_holds(connections: int, port: int) -> Counter:
    """How many of them each process has; they end with this."""
    with ExitStack() as open_ones:
        return Counter(process_at(open_ones.enter_context(closing(connection(port)))) for _ in range(connections))


def test_processes_share_out_the_connections_that_stay_open():
    with gunicorn(SLOW) as (_process, port):
        assert comes_true(STARTING_SECONDS, lambda: len(who_holds(4, port)) == 2)  # both are there
        assert min(who_holds(20, port).values()) >= 7


def test_whoever_holds_most_lets_the_others_go_first():
    try:
        sharing.say_that_we_hold(3, process=1)
        assert sharing.more_than_another(3) == 0
        sharing.say_that_we_hold(1, process=2)
        assert (sharing.more_than_another(3), sharing.more_than_another(1)) == (2, 0)
        sharing.say_that_we_hold(9999, process=1)
        assert sharing.more_than_another(9999) == sharing.MOST - 1
        sharing.say_that_it_left(2)
        assert sharing.more_than_another(9999) == 0
    finally:
        for process in (1, 2):
            sharing.say_that_it_left(process)
