"""What we ask of Stripe for an order: the page to pay on, to the cent."""

from typing import Any

from shop.stripe_checkout.minor_units import to_minor_units
from shop.stripe_checkout.models import PaymentAttempt

MOST_LINES = 100
LONGEST_NAME = 250


def session_request(attempt: PaymentAttempt, *, email: str, origin: str) -> dict[str, Any]:
    """The parameters of docs.stripe.com/api/checkout/sessions/create.

    `origin` (scheme and host) is where Stripe sends the shopper back to: where he came from, since the cookie that
    shows him his order is valid only there.
    """
    references = {"attempt": str(attempt.pk), "order": attempt.order.number}
    return {
        "mode": "payment",
        "line_items": line_items(attempt),
        "customer_email": email,
        "client_reference_id": str(attempt.pk),
        "metadata": references,
        "payment_intent_data": {"description": f"Order {attempt.order.number}", "metadata": references},
        # The braces are Stripe's: it puts the session's id there.
        "success_url": f"{origin}/checkout/return/?session_id={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{origin}/checkout/unpaid/{attempt.pk}/",
        "expires_at": int(attempt.expires_at.timestamp()),
    }


def line_items(attempt: PaymentAttempt) -> list[dict[str, Any]]:
    """The order's lines as the shopper knows them, if they add up to its total to the cent; else one summed line."""
    order, currency = attempt.order, attempt.currency
    try:
        items = [
            _line_item(line.title, line.quantity, to_minor_units(line.line_price_incl_tax, currency), currency)
            for line in order.lines.all()
        ]
        if order.shipping_incl_tax:
            delivery = to_minor_units(order.shipping_incl_tax, currency)
            items.append(_line_item(f"Delivery: {order.shipping_method}", 1, delivery, currency))
    except ValueError:  # a line of fractions of a cent
        items = []
    total = to_minor_units(attempt.amount, currency)
    whole = sum(item["quantity"] * item["price_data"]["unit_amount"] for item in items) == total
    if not whole or len(items) > MOST_LINES:
        return [_line_item(f"Order {order.number}", 1, total, currency)]
    return items


def _line_item(name: str, quantity: int, total: int, currency: str) -> dict[str, Any]:
    """`total` in minor units for the whole line. Where it cannot be split evenly, the quantity moves into the name."""
    if total % quantity:
        name, quantity, unit = f"{quantity} × {name}", 1, total
    else:
        unit = total // quantity
    return {
        "quantity": quantity,
        "price_data": {
            "currency": currency.lower(),
            "unit_amount": unit,
            "product_data": {"name": name[:LONGEST_NAME]},
        },
    }
