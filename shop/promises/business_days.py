"""Business days: Monday to Friday, in the shop's own zone. Holidays are days like others, so that nothing is due later
than whoever reads "within two business days" counts.
"""

from datetime import date, datetime, timedelta

from django.utils import timezone

SATURDAY = 5


def business_days_after(moment: datetime, days: int) -> date:
    """The day by whose end something is due that is to happen within so many business days of a moment."""
    return later(timezone.localdate(moment), days)


def later(day: date, business_days: int) -> date:
    """The day that is so many business days later."""
    while business_days:
        day += timedelta(days=1)
        business_days -= day.weekday() < SATURDAY
    return day
