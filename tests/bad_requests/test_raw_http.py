"""What only a server can be sent: requests that are no HTTP, or hardly. It refuses each, and goes on serving."""

import socket
from collections.abc import Iterator

import pytest

from tests.containers import command
from tests.deployed import Program, collect_static_files, manage
from tests.ports import STARTING_SECONDS, answers, comes_true, free_port

pytestmark = pytest.mark.slow

HOST = b"Host: 127.0.0.1\r\n"
SAFE = HOST + b"X-Forwarded-Proto: https\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
POST = b"POST /search/ HTTP/1.1\r\n" + SAFE + FORM


def get(path: bytes, headers: bytes = SAFE) -> bytes:
    return b"GET " + path + b" HTTP/1.1\r\n" + headers + b"Connection: close\r\n\r\n"


ODDITIES = {
    "nothing": b"\r\n\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "a path alone": b"GET /\r\n\r\n",
    "no path": b"GET  HTTP/1.1\r\n" + SAFE + b"\r\n",
    "another protocol": b"GET / HTTP/9.9\r\n" + SAFE + b"\r\n",
    "an endless path": get(b"/" + b"x" * 9000),
    "an endless query": get(b"/search/?q=" + b"x" * 7000),
    "bad percent signs": get(b"/search/?q=%zz%&%=%f"),
    "bad UTF-8 in the query": get(b"/search/?q=%ff%fe%c0%af"),
    "bad UTF-8 in the path": get(b"/catalogue/%ff%fe_1/"),
    "raw bytes in the path": get(b"/catalogue/\xff\xfe_1/"),
    "an encoded NUL": get(b"/catalogue/a%00_1/"),
    "a NUL": get(b"/catalogue/a\x00_1/"),
    "dots": get(b"/static/../../../../etc/passwd"),
    "encoded dots": get(b"/media/%2e%2e/%2e%2e/etc/passwd"),
    "another site's address": get(b"http://evil.example/"),
    "two slashes": get(b"//evil.example/%2e%2e"),
    "nested brackets": get(b"/search/?q[" + b"a][" * 500 + b"]=1"),
    "a field ten thousand times": get(b"/search/?" + b"q=1&" * 1000),
    "an over-long header": get(b"/", SAFE + b"X-A: " + b"x" * 20_000 + b"\r\n"),
    "a thousand headers": get(b"/", SAFE + b"".join(b"X-%d: a\r\n" % n for n in range(1000))),
    "a header twice": get(b"/", SAFE + HOST),
    "no host": get(b"/", b"X-Forwarded-Proto: https\r\n"),
    "another host": get(b"/", b"Host: evil.example\r\nX-Forwarded-Proto: https\r\n"),
    "a host that is none": get(b"/", b"Host: [::\r\nX-Forwarded-Proto: https\r\n"),
    "a header without a colon": get(b"/", SAFE + b"nonsense\r\n"),
    "a header with a NUL": get(b"/", SAFE + b"X-A: a\x00b\r\n"),
    "a folded header": get(b"/", SAFE + b"X-A: a\r\n b\r\n"),
    "cookies without end": get(b"/basket/", SAFE + b"Cookie: " + b"a=b; " * 1000 + b"\r\n"),
    "odd cookies": get(b"/basket/", SAFE + b"Cookie: sessionid=\xff\xfe; messages=[[[; =; oscar_open_basket=1:1\r\n"),
    "a length that is none": POST + b"Content-Length: x\r\n\r\na=b",
    "a negative length": POST + b"Content-Length: -1\r\n\r\na=b",
    "a huge length": POST + b"Content-Length: " + b"9" * 30 + b"\r\n\r\na=b",
    "two lengths": POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\na=b",
    "a length and chunks": POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks of no size": POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    "an encoding that is none": POST + b"Transfer-Encoding: nonsense\r\n\r\n",
    "a body cut off": POST + b"Content-Length: 1000\r\n\r\na=b",
    "parts cut off": b"POST /contact/ HTTP/1.1\r\n"
    + SAFE
    + b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 50\r\n\r\n"
    + b'--x\r\nContent-Disposition: form-data; name="a',
    "an event that is none": b"POST /stripe/webhook/ HTTP/1.1\r\n" + SAFE + b"Content-Length: 2\r\n\r\n\xff\xfe",
    "an odd method": b"BREW /coffee HTTP/1.1\r\n" + SAFE + b"Connection: close\r\n\r\n",
    "a method of signs": b"<script> / HTTP/1.1\r\n" + SAFE + b"\r\n",
    "a request inside": get(b"/", SAFE + b"X-A: a\r\n\r\nGET /admin/ HTTP/1.1\r\n"),
}


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[int]:
    """gunicorn as it is deployed, but for the database: an empty SQLite. The port."""
    folder, port = tmp_path_factory.mktemp("served"), free_port()
    environment = {
        "DJANGO_SETTINGS_MODULE": "shop.settings.production",
        "SECRET_KEY": "for-the-odd-requests-0123456789-abcdefghijklmnopqrstuvwxyz",
        "ALLOWED_HOSTS": "shop.example,127.0.0.1",
        "DATABASE_URL": f"sqlite:///{folder}/shop.sqlite3",
        "MEDIA_ROOT": f"{folder}/media",
        "STRIPE_SECRET_KEY": "sk_test_odd",
        "STRIPE_WEBHOOK_SECRET": "whsec_odd",
    }
    manage(environment, "migrate", "--verbosity", "0")
    collect_static_files(environment)
    words = [f"127.0.0.1:{port}" if word == "0.0.0.0:8000" else word for word in command("web")]
    with Program(words, environment, folder / "web.log"):
        assert comes_true(STARTING_SECONDS, lambda: answers(port))
        yield port


def send(port: int, request: bytes) -> bytes:
    """What comes back until the server closes, or says nothing more; the sender says nothing more either."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        said = b""
        try:
            while piece := connection.recv(65536):
                said += piece
        except (ConnectionResetError, TimeoutError):
            pass
        return said


@pytest.mark.parametrize("request_sent", ODDITIES.values(), ids=ODDITIES)
def test_odd_request_is_no_failure(served, request_sent):
    said = send(served, request_sent)
    failed = said.startswith((b"HTTP/1.1 5", b"HTTP/1.0 5"))
    assert not failed or said.startswith(b"HTTP/1.1 501"), said[:300]  # as RFC 9112 has it, 6.1, for an odd encoding
    assert b"Traceback" not in said
    assert b"gunicorn" not in said.lower().replace(b"server: gunicorn", b"")
    assert send(served, get(b"/healthz/")).startswith(b"HTTP/1.1 200")
