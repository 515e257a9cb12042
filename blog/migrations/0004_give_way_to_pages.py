"""Guides whose addresses pages of the guide now need move aside: “archive” becomes “archive-guide”."""

from django.db import migrations

NEWLY_TAKEN = ["archive", "authors", "preview", "topics"]


def move_aside(apps, schema_editor):
    Post = apps.get_model("blog", "Post")
    for post in Post.objects.filter(slug__in=NEWLY_TAKEN):
        candidates = (f"{post.slug}-guide{ending}" for ending in ("", *(f"-{n}" for n in range(2, 1000))))
        post.slug = next(slug for slug in candidates if not Post.objects.filter(slug=slug).exists())
        post.save(update_fields=["slug"])


class Migration(migrations.Migration):

    dependencies = [("blog", "0003_trust")]

    operations = [migrations.RunPython(move_aside, migrations.RunPython.noop)]
