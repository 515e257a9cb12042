"""The shop as behind a proxy that ends TLS: Lighthouse fetches robots.txt without extra headers."""

from collections.abc import Callable, Iterable
from typing import Any

from shop.wsgi import application as shop


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    return shop(environ | {"HTTP_X_FORWARDED_PROTO": "https"}, start_response)
