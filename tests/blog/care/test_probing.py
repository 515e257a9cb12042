"""Against a real site of this machine: links of guides as they answer."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from blog.care.models import OutgoingLink
from blog.care.probing import answer_of, probe


class Site(BaseHTTPRequestHandler):
    """Answers with the status that the path names; /to/3 sends on three times; /loop without an end."""

    def do_GET(self):
        *_start, what, number = ["", *self.path.strip("/").split("/")][-2:]
        if self.path == "/loop":
            self._send(302, "/loop")
        elif what == "to" and number != "0":
            self._send(301, f"/to/{int(number) - 1}")
        else:
            self._send(int(number) if number.isdecimal() and int(number) >= 200 else 200)

    def _send(self, status: int, location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/", ("200 OK", True)),
        ("/404", ("404 Not Found", False)),
        ("/410", ("410 Gone", False)),
        ("/500", ("500 Internal Server Error", False)),
        ("/599", ("599", False)),
        ("/403", ("403 Forbidden", True)),
        ("/429", ("429 Too Many Requests", True)),
        ("/to/3", ("200 OK", True)),
        ("/loop", ("sends on from page to page without an end", False)),
    ],
)
def test_how_an_address_answers(site, path, answer):
    assert answer_of(site + path) == answer


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/",
        "http://does-not-exist.invalid/",
        "http://[::1",
        "http://" + "a" * 300 + ".example/",
        "http://exa mple/",
        "http://127.0.0.1:99999/",
    ],
)
def test_nobody_there_is_an_answer_too(address):
    assert answer_of(address) == ("does not answer", False)


@pytest.mark.parametrize("address", ["ftp://127.0.0.1/", "file:///etc/passwd", "javascript:1"])
def test_only_the_web_is_asked(address):
    assert answer_of(address) == ("leads to what is no page of the web", False)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "[::1]", "[::]"])
def test_nobody_is_sent_into_private_networks(settings, host):
    settings.PROBE_PRIVATE_ADDRESSES = False
    assert answer_of(f"http://{host}/") == ("leads to a private address", False)


@pytest.mark.django_db
def test_failures_are_counted_and_forgotten(site):
    alive, dead = f"{site}/", f"{site}/404"
    OutgoingLink.objects.create(url=alive, answer="404 Not Found", failures=2)
    OutgoingLink.objects.create(url=f"{site}/old", failures=9)
    for _night in range(2):
        probe({alive, dead, "https://" + "x" * 3000})
    links = OutgoingLink.objects.order_by("url").values_list("url", "answer", "failures")
    assert list(links) == [(alive, "200 OK", 0), (dead, "404 Not Found", 2)]
    assert OutgoingLink.objects.filter(checked_at=None).count() == 0
