"""Forgetting, once a day. How often it recurs stands in settings.RECURRING_TASKS."""

import logging

from django_tasks import task

from shop.customer.personal_data import retention
from shop.customer.sign_ins import places
from shop.staff import audit

logger = logging.getLogger(__name__)


@task()
def forget() -> None:
    if count := retention.forget_old_orders():
        logger.info("%d orders are old enough to name nobody any more", count)
    retention.forget_those_who_left()
    retention.forget_letters()
    for what, count in retention.forget_what_is_due().items():
        if count:
            logger.info("Forgot %d %s", count, what)
    retention.forget_sessions()
    places.forget_old()
    audit.forget_old()
