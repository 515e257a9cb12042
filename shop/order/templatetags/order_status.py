"""What shoppers read for an order's status, whose stored words are written for staff and other tools."""

from django import template

register = template.Library()

WORDS = {
    "Pending payment": "Waiting for payment",
    "Paid": "Paid",
    "Shipped": "On its way",
    "Complete": "Complete",
    "Cancelled": "Cancelled",
}


@register.filter
def order_status(status: str) -> str:
    """Give the shopper's words for a stored status; a status that only staff know stays as it is."""
    return WORDS.get(status, status)
