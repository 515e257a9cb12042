"""What browsers report of our Content Security Policy: a page of ours wanted something that it must not have.

Either somebody got something into a page, or a change of ours forgot the policy; both are for a person to read. What
comes in is written by strangers, so that little of it is kept: no address that could hold a secret or a person.
"""

import json
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shop.throttle import Throttle

logger = logging.getLogger(__name__)

MOST_BYTES = 16 * 1024
MOST_AT_ONCE = 10
THROTTLE = Throttle("policy-reports", most=60)


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Log one line for each report of either form, the old `csp-report` and that of the Reporting API.

    Answers 204; 413 for more than `MOST_BYTES`, 429 for too many of one sender in an hour, 400 for what is no report.
    """
    if len(request.body) > MOST_BYTES:
        return HttpResponse(status=413)
    if THROTTLE.too_many_from(request):
        return HttpResponse(status=429, headers={"Retry-After": "3600"})
    try:
        reports = list(_reports(json.loads(request.body)))
    except (ValueError, RecursionError):
        return HttpResponse(status=400)
    for page, directive, blocked in reports[:MOST_AT_ONCE]:
        logger.warning("%s wanted %s from %s, against our policy", _view_of(page), directive[:40], _origin(blocked))
    return HttpResponse(status=204)


def _reports(sent: Any) -> Iterator[tuple[str, str, str]]:
    """The page, what it wanted to load, and from where. Raises ValueError for what is no report."""
    for each in sent if isinstance(sent, list) else [sent]:
        if not isinstance(each, dict):
            raise ValueError("A report is an object.")
        if each.get("type", "csp-violation") != "csp-violation":
            continue
        body = each.get("csp-report", each.get("body"))
        if not isinstance(body, dict):
            raise ValueError("A report has a body.")
        page = body.get("document-uri", body.get("documentURL", ""))
        directive = body.get("effective-directive", body.get("effectiveDirective", ""))
        blocked = body.get("blocked-uri", body.get("blockedURL", ""))
        yield str(page), str(directive), str(blocked)


def _view_of(page: str) -> str:
    try:
        return resolve(urlsplit(page).path).view_name
    except (Resolver404, ValueError):
        return "A page that we do not have"


def _origin(address: str) -> str:
    """Its scheme and host, or the keyword that stands in its place, such as `inline`."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "nowhere"
    return (f"{parts.scheme}://{parts.netloc}" if parts.netloc else parts.path)[:80]
