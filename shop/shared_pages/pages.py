"""A page as it is kept, and the answers that are made of it."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

import brotli
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

# Stands where a page shows how many things are in the basket. A page of ours cannot hold a null character otherwise.
MARK = "\0basket\0"
LARGEST = 1024 * 1024  # bytes

# A CDN or nginx may keep it for a second, which is how late a change may show; a browser asks each time. Whoever sends
# a cookie is not everybody.
FOR_EVERYBODY = {"Cache-Control": "public, max-age=0, s-maxage=1", "Vary": "Accept-Encoding, Cookie"}
FOR_ONE = {"Cache-Control": "private, max-age=0", "Vary": "Accept-Encoding, Cookie"}
# What is said anew with each answer, or by those who pass it on.
NOT_KEPT = {"content-length", "content-encoding", "cache-control", "vary", "etag"}
# Brotli looks back 64 KB. With its usual 4 MB it works in 16 MB, to which each thread of a process holds on, and no
# page gets any smaller.
BROTLI_WINDOW = 16
FAST = 3  # of gzip's nine levels: 35 KB in half a millisecond


@dataclass(frozen=True)
class Page:
    """What everybody gets, plain and compressed, and the two parts of it around the basket's number.

    `view` is the name of the view that made it, for those who count.
    """

    view: str
    headers: Mapping[str, str]
    etag: str
    plain: bytes
    gzipped: bytes
    brotlied: bytes
    around: tuple[bytes, bytes] | None

    @classmethod
    def made_of(cls, response: HttpResponse, *, view: str) -> Self | None:
        """The page of an answer that was made for a stranger; nothing if not everybody may have it."""
        private = {"private", "no-store"} & {*response.get("Cache-Control", "").replace(" ", "").split(",")}
        if response.status_code != 200 or response.streaming or response.cookies or private:
            return None
        if len(response.content) > LARGEST:
            return None
        first, *rest = response.content.split(MARK.encode())
        plain = b"".join([first, *rest])
        headers = {name: value for name, value in response.items() if name.lower() not in NOT_KEPT}
        return cls(
            view=view,
            headers=headers,
            # Of both: a browser that hears that nothing changed goes on with the headers that it had.
            etag=f'W/"{sha256(repr(sorted(headers.items())).encode() + plain).hexdigest()[:32]}"',
            plain=plain,
            gzipped=gzip.compress(plain, 9, mtime=0),
            brotlied=brotli.compress(plain, quality=8, lgwin=BROTLI_WINDOW),
            around=(first, rest[1]) if len(rest) == 2 else None,
        )

    def __len__(self) -> int:
        """How many bytes of memory it takes, about."""
        return 2 * len(self.plain) + len(self.gzipped) + len(self.brotlied)

    def for_everybody(self, request: HttpRequest) -> HttpResponse:
        accepted = request.headers.get("Accept-Encoding", "")
        if "br" in accepted:
            response = self._answer(self.brotlied, FOR_EVERYBODY, encoding="br")
        elif "gzip" in accepted:
            response = self._answer(self.gzipped, FOR_EVERYBODY, encoding="gzip")
        else:
            response = self._answer(self.plain, FOR_EVERYBODY)
        response.headers["ETag"] = self.etag
        if "If-None-Match" in request.headers:
            return get_conditional_response(request, etag=self.etag, response=response) or response
        return response

    def for_shopper(self, request: HttpRequest, basket: str) -> HttpResponse:
        """The same page with `basket`, HTML, in its place."""
        content = basket.encode().join(self.around) if self.around else self.plain
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            return self._answer(gzip.compress(content, FAST, mtime=0), FOR_ONE, encoding="gzip")
        return self._answer(content, FOR_ONE)

    def _answer(self, content: bytes, rules: Mapping[str, str], *, encoding: str = "") -> HttpResponse:
        response = HttpResponse(content, headers={**self.headers, **rules, "Content-Length": str(len(content))})
        if encoding:
            response.headers["Content-Encoding"] = encoding
        return response
