"""Errors are reported to Sentry, or to what speaks its protocol, without anything about a person.

Imported only where SENTRY_DSN names a place. Of a request goes its method, its view and its id, by which the log has
the rest; no address, cookie, header, body, user or local variable. What is left of names in messages is masked.
"""

from typing import TYPE_CHECKING, Any, cast

import sentry_sdk
from sentry_sdk.integrations.django import DjangoIntegration

from shop.telemetry import context
from shop.telemetry.secrets import masked

if TYPE_CHECKING:
    from sentry_sdk.types import Event

OF_REQUESTS = ("url", "query_string", "cookies", "headers", "data", "env")


def report_to(dsn: str) -> None:
    """From now on, whatever is logged as an error is reported there, unhandled exceptions among it."""
    sentry_sdk.init(
        dsn=dsn,
        integrations=[DjangoIntegration(transaction_style="url", signals_spans=False)],
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        server_name="",
        before_send=without_persons,
        before_breadcrumb=_without_values,
    )


def without_persons(event: "Event", hint: dict[str, Any]) -> "Event":
    """What may leave the house of this event."""
    event.pop("user", None)
    event["request"] = {name: value for name, value in event.get("request", {}).items() if name not in OF_REQUESTS}
    if request_id := context.request_id.get():
        event["tags"] = {**event.get("tags", {}), "request_id": request_id}
    return cast("Event", _masked(event))


def _without_values(crumb: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any]:
    """Steps before the error: of a call to somewhere no query, which may ask for somebody."""
    data = crumb.get("data") or {}
    for name in ("http.query", "http.fragment", "db.params"):
        data.pop(name, None)
    return crumb


def _masked(part: Any) -> Any:
    if isinstance(part, str):
        return masked(part)
    if isinstance(part, dict):
        return {name: _masked(value) for name, value in part.items()}
    if isinstance(part, list | tuple):
        return [_masked(value) for value in part]
    return part
