"""Requests that no page of ours would send, drawn by Hypothesis from what the shop can be asked."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from hypothesis import strategies as st

from tests.bad_requests.site import Site, filled_in, parameters

STAFF = {"staff", "owner"}

MARK = "zq\"'<zq"
"""Typed in where somebody would try a script. On a page, it may stand only escaped."""

ELSEWHERE = "evil.example"

ODD = [
    *("", " ", "0", "-1", "1", "1e400", "NaN", "Infinity", "-Infinity", "9" * 18, "9" * 40, "9" * 5000, "0x10"),
    *("\0", "a\0b", "\r\nSet-Cookie: a=b", "\ud800", "\ufeff", "\u2028", "\u202e", "é" * 300, "x" * 5000, "٣", "²"),
    *(MARK, f"{MARK}</script>", f"<svg onload=alert(1)>{MARK}", "{{ settings.SECRET_KEY }}", "{% debug %}", "%s%n"),
    *("' OR 1=1 --", "1; DROP TABLE auth_user", "../../../../etc/passwd", "[[[[", "a[b][c][d]", "null", "true", "[]"),
    *("{}", '{"a":' * 200, "2026-02-30", "0000-00-00", "9999-12-31", "10000-01-01", "00:60", "24:00", "P1Y"),
    *(f"https://{ELSEWHERE}/", f"//{ELSEWHERE}/", f"\\\\{ELSEWHERE}", f"/\\{ELSEWHERE}/", "javascript:alert(1)"),
    *(f"a@b.example, c@{ELSEWHERE}", "a" * 250 + "@b.example", "on", "__all__", "pk", "-pk", "user__password"),
]
KNOWN_NAMES = [
    "next",
    "page",
    "sort",
    "sort_by",
    "q",
    "p",
    "o",
    "_popup",
    "_to_field",
    "format",
    "e",
    "all",
    "session_id",
]
METHODS = ["GET"] * 6 + ["POST"] * 4 + ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "BREW"]
CONTENT_TYPES = [
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-7",
    "application/x-www-form-urlencoded; charset=no-such-charset",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=" + "x" * 300,
    "application/json",
    "text/xml",
    "a/b/c",
    "",
    "\xff",
]
BODIES = [
    b"",
    b"\0",
    b"\xff\xfe\xfd",
    b"a=%ff&b=%00&c=%&d=%zz&=&&&;",
    b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n',
    b'--x\r\nContent-Disposition: form-data; name="image"; filename="..\\..\\a\0.php"\r\n\r\n\x89PNG\r\n--x--\r\n',
    b"--x\r\nContent-Disposition: form-data; name*=utf-8''%ff; filename*=no-such''%ff\r\n\r\n1\r\n--x--\r\n",
    b'--x\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: form-data; name="a"\r\n\r\n=\r\n--x--\r\n',
    b"[" * 50_000,
    b'{"type": 1, "data": {"object": null}}',
    b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
]
HEADERS = {
    "HTTP_HOST": ["testserver", ELSEWHERE, "testserver:99999", "a b", "[", "testserver, " + ELSEWHERE],
    "HTTP_REFERER": [f"https://{ELSEWHERE}/", "http://testserver/" + MARK, "http://[", "\xff"],
    "HTTP_ACCEPT_LANGUAGE": ["xx", "en-" * 200, "\0", "*;q=9"],
    "HTTP_COOKIE": [
        "sessionid=x",
        "messages=x",
        "oscar_open_basket=1:x",
        "oscar_history=[[[",
        "\xff=\xff",
        "=",
        ";" * 99,
    ],
    "HTTP_X_FORWARDED_FOR": ["x", "1.2.3.4, ::", "9" * 999],
    "HTTP_X_REQUESTED_WITH": ["XMLHttpRequest"],
    "HTTP_RANGE": ["bytes=9-1", "bytes=" + "0-," * 300],
    "HTTP_IF_MODIFIED_SINCE": ["x", "Mon, 99 Foo 99999 99:99:99 GMT"],
    "HTTP_IF_NONE_MATCH": ['"', "W/" * 99],
    "HTTP_ACCEPT": ["application/json", "\xff"],
}


@dataclass(frozen=True)
class BadRequest:
    """As Django's test client takes it. `who` sends it."""

    who: str
    method: str
    address: str
    body: bytes
    content_type: str
    headers: tuple[tuple[str, str], ...]

    @property
    def is_safe(self) -> bool:
        return self.method in ("GET", "HEAD", "OPTIONS", "TRACE")

    @property
    def path(self) -> str:
        return urlsplit(self.address).path


def bad_requests(site: Site, who: list[str]) -> st.SearchStrategy[BadRequest]:
    """A route with odd values in its place, a form with odd fields, or a body that is no form at all."""
    odd = st.sampled_from(ODD) | st.text(max_size=30)
    names = st.sampled_from(sorted({*KNOWN_NAMES, *site.queries}))
    headers = st.lists(st.sampled_from(sorted(HEADERS)).flatmap(_header), max_size=2).map(tuple)

    shoppers, staff = (
        sorted((form for form in site.forms if form.is_for_staff is are), key=lambda form: (form.address, form.fields))
        for are in (False, True)
    )
    senders = st.sampled_from(who)
    mostly = st.sampled_from([True] * 4 + [False])

    def of_the_staff(draw: st.DrawFn, sender: str) -> bool:
        """Whether it goes to a page for staff: most of what staff send does, and little of the others."""
        return draw(mostly) is (sender in STAFF)

    @st.composite
    def to_a_route(draw: st.DrawFn, sender: str) -> str:
        routes = site.staff_routes if of_the_staff(draw, sender) else site.routes
        route = draw(st.sampled_from(routes))
        values = {
            name: draw(st.sampled_from(sorted(site.values[name]) or ["1"]) | odd.map(_in_path))
            for name in parameters(route)
        }
        return filled_in(route, values)

    @st.composite
    def of_a_form(draw: st.DrawFn) -> BadRequest:
        sender = draw(senders)
        form = draw(st.sampled_from(staff if of_the_staff(draw, sender) else shoppers))
        fields = [(name, value) for name, value in form.fields if draw(st.integers(0, 19))]
        for _change in range(draw(st.integers(1, 4))):
            if not fields:
                break
            place = draw(st.integers(0, len(fields) - 1))
            how = draw(st.sampled_from(["odd", "odd", "odd", "twice", "nested", "name"]))
            name, value = fields[place]
            changed = {
                "odd": (name, draw(odd)),
                "twice": (name, value),
                "nested": (f"{name}[{draw(odd)}][]", value),
                "name": (draw(odd), value),
            }[how]
            if how == "twice":
                fields += [(name, draw(odd)), changed]
            else:
                fields[place] = changed
        encoded = _urlencoded(fields)
        if form.method == "GET":
            return BadRequest(sender, "GET", f"{urlsplit(form.address).path}?{encoded}", b"", "", ())
        body, kind = encoded.encode(), CONTENT_TYPES[0]
        if form.files or draw(st.integers(0, 4)) == 0:
            body, kind = (
                _multipart(fields, form.files, draw(st.sampled_from(BODIES))),
                "multipart/form-data; boundary=qz",
            )
        if draw(st.integers(0, 9)) == 0:
            body = body[: draw(st.integers(0, len(body)))]
        return BadRequest(sender, "POST", form.address, body, kind, draw(headers))

    @st.composite
    def of_a_route(draw: st.DrawFn) -> BadRequest:
        sender = draw(senders)
        query = _urlencoded(draw(st.lists(st.tuples(names | odd, odd), max_size=4)))
        method = draw(
            st.sampled_from(
                ["GET"] * 6 + ["POST"] * 4 + ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "BREW"]
            )
        )
        body, kind = draw(st.sampled_from(BODIES)), draw(st.sampled_from(CONTENT_TYPES))
        if method in ("GET", "HEAD", "OPTIONS"):
            body, kind = b"", ""
        return BadRequest(sender, method, f"{draw(to_a_route(sender))}?{query}", body, kind, draw(headers))

    return st.one_of(of_a_form(), of_a_route())


def _header(name: str) -> st.SearchStrategy[tuple[str, str]]:
    return st.tuples(st.just(name), st.sampled_from(HEADERS[name]))


def _in_path(value: str) -> str:
    return quote(value.encode("utf-8", "surrogatepass"), safe="")


def _urlencoded(fields: list[tuple[str, str]]) -> str:
    return "&".join(f"{_in_path(name)}={_in_path(value)}" for name, value in fields)


def _multipart(fields: list[tuple[str, str]], files: tuple[str, ...], content: bytes) -> bytes:
    parts = [(f'name="{_quoted(name)}"', value.encode("utf-8", "surrogatepass")) for name, value in fields]
    parts += [(f'name="{_quoted(name)}"; filename="{_quoted(MARK)}.png"', content) for name in files]
    written = [
        b"--qz\r\nContent-Disposition: form-data; " + head.encode("utf-8", "surrogatepass") + b"\r\n\r\n" + value
        for head, value in parts
    ]
    return b"\r\n".join([*written, b"--qz--\r\n"])


def _quoted(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "").replace("\n", "")
