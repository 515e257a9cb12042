"""The history of a guide: every save is kept whole, and every kept state can be brought back."""

from dataclasses import dataclass
from typing import Any

import reversion
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from oscar.core.loading import get_model
from reversion.models import Revision, Version

from blog import cards
from blog.differences import Change, differences
from blog.models import BLOCKS, Author, Block, Post, ProductPick, Topic
from blog.snapshots import NOT_BROUGHT_BACK, Snapshot, rows_of

FARTHEST_BACK = 100  # revisions that are looked through for what somebody saw when he opened the form

for block in BLOCKS:
    reversion.register(block)
reversion.register(Post, follow=[f"{block._meta.model_name}_set" for block in BLOCKS])


def revisions(post: Post) -> QuerySet[Revision]:
    """All that was kept of this guide, the newest first."""
    versions = Version.objects.get_for_object_reference(Post, post.pk)
    return Revision.objects.filter(pk__in=versions.values("revision")).select_related("user").order_by("-pk")


def record(post: Post, *, user: User | None, comment: str) -> None:
    """Keep the guide as it is stored now."""
    with reversion.create_revision(manage_manually=True):
        reversion.add_to_revision(Post.objects.get(pk=post.pk))
        reversion.set_comment(comment)
        if user is not None:
            reversion.set_user(user)


def catch_up(post: Post) -> None:
    """Keep what was written past the admin, by a script or before there was a history, so that it is not lost."""
    newest = revisions(post).first()
    kept = Snapshot.at(newest) if newest else None
    if kept is None or kept.fingerprint != Snapshot.of(post).fingerprint:
        record(post, user=None, comment="As it was found")


def seen_as(post: Post, fingerprint: str) -> tuple[Snapshot | None, list[Revision]]:
    """The kept state with that fingerprint, and what was saved since, the newest first."""
    since: list[Revision] = []
    for revision in revisions(post)[:FARTHEST_BACK]:
        snapshot = Snapshot.at(revision)
        if snapshot and snapshot.fingerprint == fingerprint:
            return snapshot, since
        since.append(revision)
    return None, since


@dataclass(frozen=True)
class Told:
    """A revision as the history tells it: `changes` are those since the one before; None for the first."""

    revision: Revision
    changes: list[Change] | None


def told(some: list[Revision], post: Post) -> list[Told]:
    """These revisions, which follow each other, the newest first, with what each changed."""
    if not some:
        return []
    before = revisions(post).filter(pk__lt=some[-1].pk)[:1]
    snapshots = [Snapshot.at(revision) for revision in [*some, *before]] + [None]
    pairs = zip(some, snapshots, snapshots[1:], strict=False)
    return [Told(revision, differences(old, new) if old and new else None) for revision, new, old in pairs]


@transaction.atomic
def restore(post: Post, revision: Revision, *, user: User) -> None:
    """Bring back what the guide said in `revision`; the state before stays in the history.

    A product or author that is gone since leaves its place empty, or to the author of today.
    """
    post = Post.objects.select_for_update().get(pk=post.pk)
    catch_up(post)
    rows = rows_of(revision)
    for row in rows:
        if isinstance(row, Post):
            _write_post(row, over=post)
    _write_blocks([row for row in rows if isinstance(row, Block)], post)
    restored = Post.objects.get(pk=post.pk)
    restored.record_edit()
    cards.ask_for(restored)
    day = date_format(timezone.localtime(revision.date_created), "DATETIME_FORMAT")
    record(post, user=user, comment=f"Brought back as it was on {day}")


@transaction.atomic
def bring_back(revision: Revision, *, user: User) -> Post | None:
    """Make a deleted guide a draft again, as `revision` has kept it. None where there is no author to sign it."""
    rows = rows_of(revision)
    post = next(row for row in rows if isinstance(row, Post))
    author = Author.objects.filter(pk=post.author_id).first() or Author.objects.first()
    if author is None:
        return None
    post.author = author
    post.status = Post.Status.DRAFT
    post.cards = ""
    post.slug = Post.objects.free_slug(post.slug)
    _forget_gone_reviewer(post)
    post.save(force_insert=True)
    _write_topics(post)
    _write_blocks([row for row in rows if isinstance(row, Block)], post)
    record(post, user=user, comment="Brought back after it was deleted")
    cards.ask_for(post)
    return post


def deleted() -> QuerySet[Version]:
    """The last kept version of every guide that is gone, the last deleted first."""
    versions: QuerySet[Version] = Version.objects.get_deleted(Post)
    return versions.select_related("revision", "revision__user").order_by("-pk")


def _write_post(row: Post, *, over: Post) -> None:
    for name in [*NOT_BROUGHT_BACK, "checked_at", "cards"]:
        setattr(row, name, getattr(over, name))
    if not Author.objects.filter(pk=row.author_id).exists():
        row.author = over.author
    _forget_gone_reviewer(row)
    row.save()
    _write_topics(row)


def _forget_gone_reviewer(row: Post) -> None:
    if row.reviewed_by_id and not Author.objects.filter(pk=row.reviewed_by_id).exists():
        row.reviewed_by = row.reviewed_on = None


def _write_topics(row: Post) -> None:
    """Those that are still there."""
    kept = row.kept["topics"]
    row.topics.set(Topic.objects.filter(pk__in=kept))


def _write_blocks(rows: list[Any], post: Post) -> None:
    for kind in BLOCKS:
        kept = [row for row in rows if type(row) is kind]
        kind._default_manager.filter(parent=post).exclude(pk__in=[row.pk for row in kept]).delete()
        for row in kept:
            if isinstance(row, ProductPick):
                _leave_out_what_is_gone(row)
            row.save()


def _leave_out_what_is_gone(pick: ProductPick) -> None:
    products = get_model("catalogue", "Product").objects.filter(pk__in=[pick.product_id, pick.substitute_id])
    there = {*products.values_list("pk", flat=True)}
    pick.product_id = pick.product_id if pick.product_id in there else None
    pick.substitute_id = pick.substitute_id if pick.substitute_id in there else None
