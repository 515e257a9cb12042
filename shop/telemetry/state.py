"""What the database knows of the shop's state: what waits, for how long, and what needs a person."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from math import inf

from django.db import DatabaseError
from django.db.models import Case, Count, Min, When
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from shop.outbox.models import Letter
from shop.returns.models import Return
from shop.stripe_checkout.health import last_settled_at
from shop.stripe_checkout.models import PaymentAttempt

logger = logging.getLogger(__name__)
LATELY = timedelta(hours=1)


class State(Collector):
    """Asked for anew each time. Without the database it says so, and nothing else."""

    def collect(self) -> Iterator[Metric]:
        try:
            gauges = [*_payments(), *_tasks(), *_letters(), *_returns()]
        except DatabaseError:
            logger.exception("The state of the shop cannot be read")
            yield _gauge("shop_database_up", "Whether the database answers.", 0)
            return
        yield _gauge("shop_database_up", "Whether the database answers.", 1)
        yield from gauges


def _payments() -> Iterator[Metric]:
    live = PaymentAttempt.objects.live().aggregate(number=Count("pk"), oldest=Min("created_at"))
    person = PaymentAttempt.objects.need_a_person().count()
    yield _gauge("shop_payments_unsettled", "Payments of which nobody knows yet how they end.", live["number"])
    yield _gauge("shop_payments_oldest_unsettled_seconds", "Age of the oldest of them.", _age(live["oldest"]))
    yield _gauge("shop_payments_needing_a_person", "Payments that staff must look at.", person)
    swept = last_settled_at()
    since = _age(swept) if swept else inf
    yield _gauge("shop_payments_swept_seconds", "Since the worker last looked after payments.", since)


def _tasks() -> Iterator[Metric]:
    now = timezone.now()
    # What may run at once has a date at the end of time (django_tasks_db.models.get_date_max).
    since = Case(When(run_after__lte=now, then="run_after"), default="enqueued_at")
    waiting = DBTaskResult.objects.ready().aggregate(number=Count("pk"), longest=Min(since))
    failed = DBTaskResult.objects.failed().filter(finished_at__gte=now - LATELY).count()
    yield _gauge("shop_tasks_waiting", "Tasks that could run now, were a worker free.", waiting["number"])
    yield _gauge(
        "shop_tasks_oldest_waiting_seconds", "How long the oldest of them has waited.", _age(waiting["longest"])
    )
    yield _gauge("shop_tasks_running", "Tasks that workers are busy with.", DBTaskResult.objects.running().count())
    yield _gauge("shop_tasks_failed", "Tasks that failed within the last hour.", failed)


def _letters() -> Iterator[Metric]:
    waiting = Letter.objects.waiting().aggregate(number=Count("pk"), oldest=Min("created_at"))
    given_up = Letter.objects.given_up().count()
    yield _gauge("shop_letters_waiting", "Mails that the mail server has not taken yet.", waiting["number"])
    yield _gauge("shop_letters_oldest_waiting_seconds", "Age of the oldest of them.", _age(waiting["oldest"]))
    yield _gauge("shop_letters_given_up", "Mails that were not sent and are not tried any more.", given_up)


def _returns() -> Iterator[Metric]:
    asked = Return.objects.filter(state=Return.State.REQUESTED)
    waiting = asked.aggregate(number=Count("pk"), oldest=Min("created_at"))
    yield _gauge("shop_returns_waiting", "Returns and claims that wait for a decision.", waiting["number"])
    yield _gauge("shop_returns_oldest_waiting_seconds", "Age of the oldest of them.", _age(waiting["oldest"]))


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=value)


def _age(then: datetime | None) -> float:
    """In seconds; 0 where there is nothing to be old."""
    return (timezone.now() - then).total_seconds() if then else 0.0
