"""Whether payments are looked after: a few numbers for people, on the admin's front page and in /readyz/."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from shop.outbox.models import Letter
from shop.stripe_checkout.models import PaymentAttempt, StripeEvent
from shop.stripe_checkout.tasks import settle_all
from shop.stripe_checkout.troubles import orphans

WORKER_IS_LATE = timedelta(minutes=15)


@dataclass(frozen=True)
class PaymentHealth:
    last_event_at: datetime | None
    oldest_unsettled_at: datetime | None
    need_a_person: int
    orphans: int
    letters_failing: int
    letters_given_up: int
    last_settled_at: datetime | None
    worker_is_late: bool


def last_settled_at() -> datetime | None:
    """When the worker's recurring task last went through."""
    settled = DBTaskResult.objects.successful().filter(task_path=settle_all.module_path)
    return settled.aggregate(at=Max("finished_at"))["at"]


def look() -> PaymentHealth:
    settled_at = last_settled_at()
    return PaymentHealth(
        last_event_at=StripeEvent.objects.aggregate(at=Max("received_at"))["at"],
        oldest_unsettled_at=PaymentAttempt.objects.live().aggregate(at=Min("created_at"))["at"],
        need_a_person=PaymentAttempt.objects.need_a_person().count(),
        orphans=orphans().aggregate(number=Count("reference", distinct=True))["number"],
        letters_failing=Letter.objects.waiting().exclude(last_error="").count(),
        letters_given_up=Letter.objects.given_up().count(),
        last_settled_at=settled_at,
        worker_is_late=settled_at is None or settled_at < timezone.now() - WORKER_IS_LATE,
    )
