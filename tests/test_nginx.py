"""nginx as deploy/nginx.conf has it, before an application that says what may be kept."""

import gzip
import json
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from tests.ports import comes_true, free_port
from tests.proxies import FORGETS_SLOWLY, installed, nginx

pytestmark = [
    pytest.mark.proxies,
    pytest.mark.skipif(not installed("nginx"), reason="needs nginx"),
]

EVERYBODYS = "public, max-age=0, s-maxage=60"
PAGE = b"<!doctype html><title>A page</title>" + b"<p>of some length</p>" * 100


@dataclass
class Replica:
    """Stands for a web container: what it was asked, and with which headers."""

    name: str
    asked: list[dict[str, str]] = field(default_factory=list)
    seconds: float = 0.0

    def serve(self) -> ThreadingHTTPServer:
        replica = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                replica.asked.append({"path": self.path, "method": self.command, **dict(self.headers)})
                time.sleep(replica.seconds)
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                body = gzip.compress(PAGE) if self.path == "/compressed/" else PAGE
                self.send_response(200)
                for name, value in ANSWERS.get(self.path, {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815  (as above)

            def log_message(self, *words: object) -> None:
                pass

        return ThreadingHTTPServer(("127.0.0.1", 0), Handler)


ANSWERS = {
    "/everybodys/": {"Cache-Control": EVERYBODYS},
    "/everybodys/?q=2": {"Cache-Control": EVERYBODYS},
    "/turned/": {"Cache-Control": "s-maxage=60, public"},
    "/compressed/": {"Cache-Control": EVERYBODYS, "Content-Encoding": "gzip", "Vary": "Accept-Encoding, Cookie"},
    "/with-a-cookie/": {"Cache-Control": EVERYBODYS, "Set-Cookie": "sessionid=x"},
    "/private/": {"Cache-Control": "private, s-maxage=60"},
    "/unmarked/": {},
    "/browsers-only/": {"Cache-Control": "public, max-age=60"},
    "/not-everybodys/": {"Cache-Control": "s-maxage=60"},
    "/at-no-time/": {"Cache-Control": "public, s-maxage=0"},
}


@dataclass
class Proxy:
    url: str
    replicas: list[Replica]
    folder: Path

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(self.url + path, headers=headers, timeout=20)

    @property
    def asked(self) -> list[dict[str, str]]:
        return [request for replica in self.replicas for request in replica.asked]

    def log(self, lines: int) -> list[dict]:
        """What it wrote, once there are so many lines: it answers first, and writes then."""
        written = self.folder / "access.log"
        assert comes_true(5, lambda: written.read_text().count("\n") >= lines)
        return [json.loads(line) for line in written.read_text().splitlines()]


@pytest.fixture
def proxy(tmp_path) -> Iterator[Proxy]:
    replicas = [Replica("one"), Replica("two")]
    servers = [replica.serve() for replica in replicas]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    (tmp_path / "media").mkdir()
    ports = [server.server_port for server in servers]
    port = free_port()
    with nginx(tmp_path, port=port, web_ports=ports, media=tmp_path / "media", wall=FORGETS_SLOWLY):
        yield Proxy(f"http://127.0.0.1:{port}", replicas, tmp_path)
    for server in servers:
        server.shutdown()
        server.server_close()
    sys.stdout.write((tmp_path / "error.log").read_text())


@pytest.mark.parametrize("path", ["/everybodys/", "/everybodys/?q=2", "/turned/", "/compressed/"])
def test_page_that_is_everybodys_is_asked_for_once(proxy, path):
    pages = {proxy.get(path).content for _ in range(3)}
    assert pages == {PAGE}
    assert len(proxy.asked) == 1
    assert [line["cache"] for line in proxy.log(3)] == ["MISS", "HIT", "HIT"]


@pytest.mark.parametrize(
    "path",
    ["/with-a-cookie/", "/private/", "/unmarked/", "/browsers-only/", "/not-everybodys/", "/at-no-time/"],
)
def test_page_that_is_not_is_asked_for_each_time(proxy, path):
    for _ in range(3):
        proxy.get(path)
    assert len(proxy.asked) == 3


@pytest.mark.parametrize("cookie", ["sessionid=abc", "oscar_open_basket=1:x", "csrftoken=t; messages=m", "wrote=1"])
def test_whoever_sends_a_cookie_neither_gets_nor_gives_a_kept_page(proxy, cookie):
    proxy.get("/everybodys/")
    proxy.get("/everybodys/", Cookie=cookie)
    assert [request.get("Cookie") for request in proxy.asked] == [None, cookie]
    proxy.get("/everybodys/?q=2", Cookie=cookie)
    proxy.get("/everybodys/?q=2")
    assert len(proxy.asked) == 4


def test_page_of_one_host_or_scheme_is_not_another_ones(proxy):
    proxy.get("/everybodys/")
    proxy.get("/everybodys/", Host="elsewhere.example")
    proxy.get("/everybodys/", **{"X-Forwarded-Proto": "https"})
    assert len(proxy.asked) == 3


def test_of_many_readers_at_once_one_asks(proxy):
    for replica in proxy.replicas:
        replica.seconds = 0.5
    readers = [threading.Thread(target=proxy.get, args=["/everybodys/"]) for _ in range(20)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert len(proxy.asked) == 1


def test_what_comes_compressed_is_not_compressed_again(proxy):
    answer = requests.get(proxy.url + "/compressed/", headers={"Accept-Encoding": "gzip"}, stream=True, timeout=20)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.raw.read(decode_content=False)) == PAGE


def test_what_comes_bare_is_compressed(proxy):
    answer = requests.get(proxy.url + "/unmarked/", headers={"Accept-Encoding": "gzip"}, stream=True, timeout=20)
    assert gzip.decompress(answer.raw.read(decode_content=False)) == PAGE


def test_connections_are_kept_for_reading_and_not_for_what_must_not_be_sent_twice(proxy):
    proxy.get("/unmarked/")
    requests.post(proxy.url + "/unmarked/", timeout=20)
    assert [(request["method"], request.get("Connection")) for request in proxy.asked] == [
        ("GET", None),
        ("POST", "close"),
    ]


def test_both_replicas_are_asked(proxy):
    for _ in range(10):
        proxy.get("/unmarked/")
    assert all(replica.asked for replica in proxy.replicas)


def test_replica_that_is_away_is_passed_over_also_for_a_payment(tmp_path):
    replica = Replica("alone")
    server = replica.serve()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = free_port()
    with nginx(tmp_path, port=port, web_ports=[free_port(), server.server_port], media=tmp_path, wall={}):
        statuses = {
            requests.request(method, f"http://127.0.0.1:{port}/unmarked/", timeout=20).status_code
            for method in ["POST", "GET"] * 5
        }
    server.shutdown()
    server.server_close()
    assert statuses == {200}
    assert len(replica.asked) == 10


def test_without_any_replica_there_is_the_maintenance_page(tmp_path):
    port = free_port()
    with nginx(tmp_path, port=port, web_ports=[free_port()], media=tmp_path, wall={}):
        answer = requests.get(f"http://127.0.0.1:{port}/", timeout=20)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "120"
    assert "We are away for a moment" in answer.text


def test_shop_that_is_closed_keeps_its_pages_to_itself(proxy):
    proxy.get("/everybodys/")
    (proxy.folder / "deploy/closed").touch()
    assert proxy.get("/everybodys/").status_code == 503
    assert proxy.get("/readyz/").status_code == 200


def test_id_of_a_request_is_passed_on_and_logged(proxy):
    proxy.get("/unmarked/", **{"X-Request-ID": "id-of-the-proxy"})
    proxy.get("/unmarked/", **{"X-Request-ID": "ill formed"})
    ids = [request["X-Request-ID"] for request in proxy.asked]
    assert ids[0] == "id-of-the-proxy"
    assert ids[1] != "ill formed"
    assert len(ids[1]) == 32
    assert [line["request_id"] for line in proxy.log(2)] == ids


def test_log_has_no_query_and_no_secret(proxy):
    proxy.get("/search/?q=alex@example.com", Referer="http://shop.example/accounts/order-status/1/a-secret/")
    proxy.get("/returns/R-1/a-secret/")
    assert [line["path"] for line in proxy.log(2)] == ["/search/", "/returns/R-1/-"]
    assert "secret" not in (proxy.folder / "access.log").read_text()


def test_numbers_of_one_container_are_not_asked_for_through_nginx(proxy):
    assert proxy.get("/metrics").status_code == 404
    assert proxy.asked == []


# The outer wall

BURST, MORE = 200, 220
HTML = "text/html,application/xhtml+xml,*/*;q=0.8"


def flood(proxy: Proxy, path: str = "/unmarked/", *, times: int = MORE, **headers: str) -> Counter[int]:
    """How often which status was answered to as many requests."""
    with requests.Session() as session:
        return Counter(session.get(proxy.url + path, headers=headers, timeout=20).status_code for _ in range(times))


def test_whoever_floods_is_asked_for_a_pause(proxy):
    assert flood(proxy) == {200: BURST + 1, 429: MORE - BURST - 1}
    answer = proxy.get("/unmarked/", Accept=HTML)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "10"
    assert "<h1>That was a lot at once.</h1>" in answer.text
    assert "Were you paying?" not in answer.text


def test_reader_who_opens_twenty_pages_is_not_stopped(proxy):
    assert flood(proxy, times=BURST) == {200: BURST}


@pytest.mark.parametrize("path", ["/static/site.css", "/stripe/webhook/", "/readyz/"])
def test_files_and_machines_of_ours_are_not_counted(proxy, path):
    assert flood(proxy, path) == {200: MORE}
    assert proxy.get("/unmarked/").status_code == 200


def test_nobody_gets_around_it_by_another_spelling(proxy):
    assert flood(proxy, "/static/%2e%2e/unmarked/")[429] > 0


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("203.0.113.7, 192.0.2.1", "203.0.113.8, 192.0.2.1", True),  # what a liar says stands before
        ("192.0.2.1, 10.0.0.1", "192.0.2.2, 10.0.0.1", False),  # two proxies of ours
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
    ],
)
def test_one_sender_is_whom_the_proxy_in_front_saw(proxy, first, second, is_one):
    flood(proxy, **{"X-Forwarded-For": first})
    statuses = flood(proxy, times=20, **{"X-Forwarded-For": second})
    assert (statuses[429] > 0) == is_one


def test_shop_is_told_of_each_proxy_what_it_saw(proxy):
    proxy.get("/unmarked/", **{"X-Forwarded-For": "203.0.113.7, 192.0.2.1"})
    proxy.get("/unmarked/")
    assert [request["X-Forwarded-For"] for request in proxy.asked] == [
        "203.0.113.7, 192.0.2.1, 127.0.0.1",
        "127.0.0.1",
    ]


def test_nobody_holds_all_connections(proxy):
    for replica in proxy.replicas:
        replica.seconds = 2
    with ThreadPoolExecutor(80) as readers:
        statuses = Counter(answer.status_code for answer in readers.map(proxy.get, ["/unmarked/"] * 80))
    assert statuses == {200: 60, 429: 20}


# What nginx itself answers


def refused(proxy: Proxy, request: str) -> tuple[str, str]:
    """The status line and all that follows, for what no client sends."""
    with socket.create_connection(("127.0.0.1", int(proxy.url.rsplit(":", 1)[1])), timeout=20) as connection:
        connection.sendall(request.encode())
        answer = b""
        with suppress(ConnectionResetError):  # it reads no more of what is refused
            while came := connection.recv(65536):
                answer += came
    return answer.decode().split("\r\n", 1)[0], answer.decode()


NO_REQUESTS = {
    "400": "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
    "413": f"POST / HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nConnection: close\r\n"
    f"Content-Length: {11 * 2**20}\r\n\r\n",
    "414": f"GET /{'x' * 70_000} HTTP/1.1\r\n",
    "431": f"GET / HTTP/1.1\r\nHost: a\r\nX-Long: {'x' * 70_000}\r\n",
}


@pytest.mark.parametrize("status", NO_REQUESTS)
def test_what_never_gets_to_the_shop_is_answered_in_its_face(proxy, status):
    line, answer = refused(proxy, NO_REQUESTS[status])
    assert line.split()[1] == status
    assert 'aria-label="The Modern Gentlemen"' in answer
    assert "We are away" not in answer
    assert "<!--#" not in answer
    assert "[an error" not in answer
    assert "nginx/" not in answer
    assert not proxy.asked


@pytest.mark.parametrize(
    ("accept", "kind"), [(HTML, "text/html"), ("*/*", "text/html"), ("application/json", "text/plain")]
)
def test_machines_read_one_line(proxy, accept, kind):
    (proxy.folder / "deploy/closed").touch()
    answer = proxy.get("/", Accept=accept)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "120"
    assert answer.headers["Content-Type"].split(";")[0] == kind
    assert (answer.text == "We are away for a moment.\n") == (kind == "text/plain")
    assert ("Were you paying?" in answer.text) == (kind == "text/html")
