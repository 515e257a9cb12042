"""The housekeeping of pages for everybody."""

from django_tasks import task

from shop.shared_pages.models import Change

MOST_NOTES = 10_000  # counted in a millisecond
KEPT_NOTES = 100


@task()
def forget_changes() -> None:
    """Throw away old notes of changes once there are many. It makes all kept pages stale, once."""
    if Change.objects.count() > MOST_NOTES:
        newest = Change.objects.order_by("-pk").values_list("pk", flat=True)
        Change.objects.filter(pk__lt=newest[KEPT_NOTES - 1]).delete()
