"""What shoppers read for an order's status, whose stored words are written for staff and other tools."""

from django import template
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

Status = get_model("order", "Order").Status

register = template.Library()

WORDS = {
    Status.PENDING_PAYMENT: _("Waiting for payment"),
    Status.PAID: _("Paid"),
    Status.SHIPPED: _("On its way"),
    Status.COMPLETE: _("Complete"),
    Status.CANCELLED: _("Cancelled"),
}


@register.filter
def order_status(status: str) -> str:
    """Give the shopper's words for a stored status; a word that the shop does not know stays as it is."""
    return str(WORDS.get(status, status))
