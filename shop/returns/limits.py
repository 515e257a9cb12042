"""Up to what a request goes through without a person."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone
from oscar.templatetags.currency_filters import currency

from shop.returns.models import Limits, Return

A_YEAR = timedelta(days=365)


def why_a_person(case: Return, worth: Decimal) -> str:
    """Why a person decides about this request, in a sentence for staff; empty where it is within the limits.

    `worth` is what would go back, in the order's currency. The caller's transaction keeps the limits to itself: of two
    requests of one customer at once, the second one counts the first.
    """
    Limits.objects.get_or_create(pk=1)
    limits = Limits.objects.select_for_update().get(pk=1)
    most, days, earlier = (
        (limits.claim_amount, limits.claim_days, limits.claim_earlier)
        if case.is_claim
        else (limits.return_amount, limits.return_days, limits.return_earlier)
    )
    if worth > most:
        return f"It is worth {currency(worth, case.order.currency)}, more than {currency(most, case.order.currency)}."
    age = timezone.now() - case.order.date_placed
    if age > timedelta(days=days):
        return f"The order is {age.days} days old, more than {days}."
    had = _had(case)
    if had > earlier:
        return f"The customer has had {had} within a year, more than {earlier}."
    return ""


def _had(case: Return) -> int:
    """How many of this kind the customer had within a year, before this one; those withdrawn do not count."""
    others = Return.objects.of_customer(case.order).exclude(pk=case.pk).exclude(state=Return.State.WITHDRAWN)
    return others.filter(kind=case.kind, created_at__gt=timezone.now() - A_YEAR).count()
