"""What may stay of an event that Stripe told us of, once the person whom it names has left."""

from typing import Any

OF_THE_EVENT = ("id", "object", "type", "created", "livemode", "api_version")
OF_ITS_OBJECT = (
    "id",
    "object",
    "status",
    "payment_status",
    "amount",
    "amount_total",
    "amount_refunded",
    "currency",
    "client_reference_id",
    "payment_intent",
    "created",
)
"""References, states and amounts. Named one by one, so that what Stripe adds to its objects does not stay too."""

MARK = "erased"
"""Stands in what was erased."""


def without_the_person(payload: dict[str, Any]) -> dict[str, Any]:
    """The event (docs.stripe.com/api/events/object) without names, addresses, cards and all else that is not named."""
    told = payload.get("data", {}).get("object", {})
    return _only(OF_THE_EVENT, payload) | {"data": {"object": _only(OF_ITS_OBJECT, told)}, MARK: True}


def _only(names: tuple[str, ...], of: dict[str, Any]) -> dict[str, Any]:
    return {name: of[name] for name in names if name in of}
