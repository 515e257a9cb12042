"""Writing the digest. How often the worker looks stands in settings.RECURRING_TASKS."""

from dataclasses import asdict

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.module_loading import import_string
from django_tasks import task

from shop.outbox.letters import post_to_staff
from shop.outbox.models import Letter
from shop.outbox.tasks import AFTER_MONEY

MORNING = range(7, 12)
"""Hours of the shop's own day in which it is written, as soon as a worker is there and there is something to tell."""


@task(priority=AFTER_MONEY)
def every_morning() -> None:
    """Write to everybody who works here, once a day, what there is to do; and nothing where there is nothing."""
    now = timezone.localtime()
    key = f"STAFF_DIGEST:{now:%Y-%m-%d}"
    if now.hour not in MORNING or Letter.objects.filter(key__startswith=f"{key}:").exists():
        return
    sections = [found for path in settings.STAFF_DIGEST if (found := import_string(path)())]
    if sections:
        context = {"day": date_format(now.date()), "sections": [asdict(each) for each in sections]}
        post_to_staff(code="STAFF_DIGEST", key=key, context=context)
