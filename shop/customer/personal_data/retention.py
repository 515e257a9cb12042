"""What the shop forgets by itself: names in books that are old enough, what letters and events of those who left still
said, and what nobody comes back for. Source of the rule: GDPR, article 5 (1) (e), kept no longer than it is needed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from shop.customer.personal_data import stripe_events
from shop.customer.personal_data.erasure import blank
from shop.outbox.models import Letter
from shop.stripe_checkout.models import PaymentAttempt, StripeEvent

Basket = get_model("basket", "Basket")
Order = get_model("order", "Order")
ProductAlert = get_model("customer", "ProductAlert")
UserProductView = get_model("analytics", "UserProductView")
UserSearch = get_model("analytics", "UserSearch")

LETTERS_KEPT = timedelta(days=30)
"""How long a letter that is about no order is kept: long enough to help somebody who did not get it."""

AT_A_TIME = 500
"""Orders in one transaction: each takes some milliseconds, and nobody shall wait for a lock for seconds."""


def books_closed_before() -> datetime:
    """Orders placed before then need no names any more."""
    now = timezone.now()
    year = now.year - settings.ORDER_RETENTION_YEARS
    return now.replace(year=year, day=28 if (now.month, now.day) == (2, 29) else now.day)


def old_orders() -> QuerySet[Any]:
    """Orders whose years of accounting are over and that still name somebody. Those of an account stay as its owner
    sees them, until he deletes it.
    """
    names = Q(shipping_address__last_name__gt="") | Q(billing_address__last_name__gt="") | Q(guest_email__gt="")
    live = PaymentAttempt.objects.live().values("order")
    return Order.objects.filter(names, user=None, date_placed__lt=books_closed_before()).exclude(pk__in=live)


def forget_old_orders() -> int:
    """Take names, addresses and what else is about a person out of old orders; returns how many there were.

    Lines, amounts, dates and the country stay: they name nobody, and add up to the years behind.
    """
    keys = list(old_orders().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), AT_A_TIME):
        with transaction.atomic():
            some = keys[start : start + AT_A_TIME]
            blank(some, later=False)
            blank(some, later=True)
    return len(keys)


def forget_those_who_left() -> None:
    """What was on its way when somebody left, or came later: letters that are sent by now, and Stripe's events."""
    letters = Letter.objects.filter(order__user=None, order__guest_email="", next_try_at=None).exclude(to="")
    letters = letters.exclude(code__startswith="STAFF_")
    events = StripeEvent.objects.filter(attempt__order__user=None, attempt__order__guest_email="")
    events = events.exclude(payload__has_key=stripe_events.MARK)
    orders = {*letters.values_list("order", flat=True), *events.values_list("attempt__order", flat=True)}
    with transaction.atomic():
        blank(list(orders), later=False)


def forget_letters() -> None:
    """Letters about no order, once nobody asks about them any more. Those to staff are theirs."""
    old = Q(created_at__lt=timezone.now() - LETTERS_KEPT) | Q(code="ACCOUNT_DELETED")
    Letter.objects.filter(old, order=None, next_try_at=None).exclude(code__startswith="STAFF_").delete()


@dataclass(frozen=True)
class Rule:
    """Rows that are deleted once they are that old. `what` says which, to readers and to whoever runs the command."""

    what: str | Lazy
    kept: timedelta
    rows: Callable[[datetime], QuerySet[Any]]

    def due(self) -> QuerySet[Any]:
        return self.rows(timezone.now() - self.kept)


def _baskets(before: datetime) -> QuerySet[Any]:
    """Of guests, whose cookie has expired long since. What became an order is the order's."""
    return Basket.objects.filter(owner=None, order=None, date_created__lt=before).exclude(
        lines__date_created__gte=before
    )


RULES = [
    Rule(_("baskets of guests, untouched"), timedelta(days=90), _baskets),
    Rule(
        _("stock alerts of guests, never confirmed"),
        timedelta(days=30),
        lambda before: ProductAlert.objects.filter(
            user=None, status=ProductAlert.UNCONFIRMED, date_created__lt=before
        ),
    ),
    Rule(
        _("messages from the contact form, as they were sent to staff"),
        timedelta(days=180),
        lambda before: Letter.objects.filter(code="STAFF_CONTACT", next_try_at=None, created_at__lt=before),
    ),
    Rule(
        _("what members looked for"),
        timedelta(days=365),
        lambda before: UserSearch.objects.filter(date_created__lt=before),
    ),
    Rule(
        _("what members looked at"),
        timedelta(days=365),
        lambda before: UserProductView.objects.filter(date_created__lt=before),
    ),
    Rule(  # longer than a card may be charged back (540 days), and than Stripe sends an event again (3 days)
        _("Stripe’s events"),
        timedelta(days=730),
        lambda before: StripeEvent.objects.filter(received_at__lt=before),
    ),
]
"""Orders, letters about them and sessions have rules of their own above and below; finished tasks and the words of
readers that no search found are the worker's (shop.background.tasks, shop.search).
"""


def forget_what_is_due() -> dict[str, int]:
    """Delete what each rule names; how many rows that were, by what they are."""
    return {str(rule.what): _delete(rule.due()) for rule in RULES}


def _delete(rows: QuerySet[Any]) -> int:
    """In pieces, so that nobody waits for a lock for seconds."""
    keys = list(rows.values_list("pk", flat=True).distinct())
    for start in range(0, len(keys), AT_A_TIME):
        rows.model._base_manager.filter(pk__in=keys[start : start + AT_A_TIME]).delete()
    return len(keys)


def forget_sessions() -> None:
    """Sessions that have expired: Django deletes them when it is told to."""
    call_command("clearsessions", verbosity=0)
