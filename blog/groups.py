"""Who does what with guides, out of the box: writers write drafts, publishers decide what readers see."""

from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import connections

WRITERS = "Writers"
PUBLISHERS = "Publishers"
WRITING = ["view_post", "add_post", "change_post", "view_author", "view_topic", "view_claim"]
KEEPING = [f"{verb}_{what}" for what in ("author", "topic", "claim") for verb in ("add", "change")]
PUBLISHING = [*WRITING, *KEEPING, "publish_post", "delete_post", "delete_topic", "delete_claim"]


def make_groups(*, using: str, **kwargs: Any) -> None:
    """Make the two groups where they are missing; runs after migrations. What the shop makes of them stays."""
    if Group._meta.db_table not in connections[using].introspection.table_names():  # only some apps were migrated
        return
    create_permissions(apps.get_app_config("blog"), verbosity=0, using=using)  # Django makes them after us
    for name, codenames in {WRITERS: WRITING, PUBLISHERS: PUBLISHING}.items():
        group, is_new = Group.objects.using(using).get_or_create(name=name)
        if is_new:
            granted = Permission.objects.using(using).filter(content_type__app_label="blog", codename__in=codenames)
            group.permissions.set(granted)
