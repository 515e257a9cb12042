"""Background work on payments. How often it recurs stands in settings.RECURRING_TASKS."""

import logging

from django_tasks import task

from shop.stripe_checkout.reconciliation import reconcile
from shop.stripe_checkout.sweeper import sweep_all

logger = logging.getLogger(__name__)


@task()
def settle_all() -> None:
    for what, outcome in sweep_all():
        logger.info("%s: %s", what, outcome)


@task()
def reconcile_daily() -> None:
    """Compare our books with Stripe's, and write to staff about every difference."""
    reconcile()
