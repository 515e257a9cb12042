"""What templates get to know of pages for everybody."""

from typing import Any

from django.http import HttpRequest

from shop.shared_pages.visitors import RequestOfEverybody


def for_everybody(request: HttpRequest) -> dict[str, Any]:
    """No token against forged forms: it would be the same for everybody. See shop/forgery.py."""
    return {"csrf_token": ""} if isinstance(request, RequestOfEverybody) else {}
