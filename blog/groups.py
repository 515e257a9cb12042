"""Who does what with guides, out of the box: writers write drafts, publishers decide what readers see."""

from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import connections

LABELS = ["blog", "redirects"]  # a guide that moves or ends leaves an address behind
WRITERS = "Writers"
PUBLISHERS = "Publishers"
WRITING = ["view_post", "add_post", "change_post", "view_author", "view_topic", "view_claim"]
KEEPING = [f"{verb}_{what}" for what in ("author", "topic", "claim", "redirect") for verb in ("add", "change")]
REMOVING = [f"delete_{what}" for what in ("post", "topic", "claim", "redirect")]
PUBLISHING = [*WRITING, *KEEPING, *REMOVING, "view_redirect", "publish_post"]


def make_groups(*, using: str, **kwargs: Any) -> None:
    """Make the two groups where they are missing; runs after migrations. What the shop makes of them stays."""
    if Group._meta.db_table not in connections[using].introspection.table_names():  # only some apps were migrated
        return
    for label in LABELS:
        create_permissions(apps.get_app_config(label), verbosity=0, using=using)  # Django makes them after us
    for name, codenames in {WRITERS: WRITING, PUBLISHERS: PUBLISHING}.items():
        group, is_new = Group.objects.using(using).get_or_create(name=name)
        if is_new:
            granted = Permission.objects.using(using).filter(
                content_type__app_label__in=LABELS, codename__in=codenames
            )
            group.permissions.set(granted)
