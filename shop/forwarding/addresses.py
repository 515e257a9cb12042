"""Addresses that once were: where each leads now, or that what stood there is gone for good.

They are rows of django.contrib.redirects, which staff manage in the admin; an empty `new_path` means gone. No row ever
leads to another one, so that there are no chains and no loops.
"""

from django.conf import settings
from django.contrib.redirects.models import Redirect
from django.db import transaction
from django.db.models import QuerySet


def redirects() -> QuerySet[Redirect]:
    return Redirect.objects.filter(site_id=settings.SITE_ID)


@transaction.atomic
def move(*, old: str, new: str) -> None:
    """From now on the path `old`, and all that led there, leads to the path or address `new`."""
    return_to(new)
    _lead(old, new)


@transaction.atomic
def close(path: str) -> None:
    """From now on the path, and all that led there, is gone."""
    _lead(path, "")


def return_to(path: str) -> None:
    """There is a page at the path again."""
    redirects().filter(old_path=path).delete()


def _lead(old: str, new: str) -> None:
    redirects().filter(new_path=old).update(new_path=new)
    Redirect.objects.update_or_create(site_id=settings.SITE_ID, old_path=old, defaults={"new_path": new})
