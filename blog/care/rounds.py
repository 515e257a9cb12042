"""The nightly round over all guides that readers see, and what it leaves for "Posts that need care"."""

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from blog.care.checks import check_stored
from blog.care.links import addresses_elsewhere
from blog.care.models import CareNote
from blog.care.probing import probe
from blog.models import Post


@task()
def every_night() -> None:
    """Ask the links whether they still answer, then check every published guide."""
    posts = Post.objects.published()
    probe({address for post in posts.iterator() for address in addresses_elsewhere(post.all_blocks())})
    look_over_all()


def look_over_all() -> None:
    """Check every published guide now. What is no longer published needs no care."""
    CareNote.objects.exclude(post__in=Post.objects.published()).delete()
    for post in Post.objects.published().iterator():
        look_over(post)


@transaction.atomic
def look_over(post: Post) -> None:
    """Check one guide and store what was found. What was found before keeps its date."""
    found = {(finding.message, finding.advice): finding.stops for finding in check_stored(post)}
    for note in CareNote.objects.select_for_update().filter(post=post):
        if found.get((note.message, note.advice)) == note.stops:
            del found[note.message, note.advice]
        else:
            note.delete()
    CareNote.objects.bulk_create(
        CareNote(post=post, message=message, advice=advice, stops=stops) for (message, advice), stops in found.items()
    )
    Post.objects.filter(pk=post.pk).update(checked_at=timezone.now())
