"""Asking the addresses that guides lead to whether they still answer."""

import ipaddress
import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from http.client import responses
from urllib.parse import urljoin, urlsplit

import requests
from django.conf import settings
from django.utils import timezone

from blog.care.models import LONGEST_ADDRESS, OutgoingLink

AT_ONCE = 8
MOST_HOPS = 5
TIMEOUT = (5, 15)  # seconds to connect, and to answer
# Sites that want to know who asks turn away what looks like a program, and we look like none of theirs.
REFUSALS = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}
HEADERS = {"User-Agent": f"Mozilla/5.0 (compatible; link check; +{settings.SITE_URL})", "Accept": "*/*"}


class NotAsked(Exception):
    """The address is none that we ask; the message says why."""


def probe(addresses: Iterable[str]) -> None:
    """Ask each address once and store how it answered; forget those that no guide leads to any more."""
    wanted = {address for address in addresses if len(address) <= LONGEST_ADDRESS}
    OutgoingLink.objects.exclude(url__in=wanted).delete()
    known = {link.url: link for link in OutgoingLink.objects.all()}
    links = [known.get(address) or OutgoingLink(url=address) for address in sorted(wanted)]
    # Nothing but asking happens in the threads: the database has one connection for each thread that talks to it.
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(answer_of, (link.url for link in links)))
    for link, (answer, is_there) in zip(links, answers, strict=True):
        link.answer, link.checked_at = answer, timezone.now()
        link.failures = 0 if is_there else min(link.failures + 1, 1000)
    OutgoingLink.objects.bulk_create(
        links,
        update_conflicts=True,
        unique_fields=["url"],
        update_fields=["answer", "checked_at", "failures"],
    )


def answer_of(address: str) -> tuple[str, bool]:
    """How the address answers, in words, and whether somebody is there. It never raises."""
    try:
        status = _ask(address)
    except NotAsked as error:
        return str(error), False
    except (requests.RequestException, OSError, UnicodeError, ValueError):
        return "does not answer", False
    return f"{status} {responses.get(status, '')}".strip(), status < 400 or status in REFUSALS


def _ask(address: str) -> int:
    for _hop in range(MOST_HOPS):
        _insist_on_the_public_web(address)
        # Not HEAD, which many sites answer wrongly; and of the page nothing is read but its status.
        with requests.get(address, headers=HEADERS, timeout=TIMEOUT, allow_redirects=False, stream=True) as response:
            if not response.is_redirect:
                return response.status_code
            address = urljoin(address, response.headers["Location"])
    raise NotAsked("sends on from page to page without an end")


def _insist_on_the_public_web(address: str) -> None:
    """An editor's link must not make the shop's server knock at the doors of its own house."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NotAsked("leads to what is no page of the web")
    if settings.PROBE_PRIVATE_ADDRESSES:
        return
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(parts.hostname, port, proto=socket.IPPROTO_TCP)
    if not all(ipaddress.ip_address(place[4][0]).is_global for place in found):
        raise NotAsked("leads to a private address")
