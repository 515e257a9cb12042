from django.db import migrations, models

from shop.databases.operations import AddIndexMeanwhile


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("blog", "0012_in_routine")]

    operations = [
        AddIndexMeanwhile(
            model_name="post",
            index=models.Index(fields=["-publish_at", "-id"], name="post_newest_first"),
        ),
        AddIndexMeanwhile(
            model_name="post",
            index=models.Index(fields=["-is_featured", "-publish_at", "-id"], name="post_featured_first"),
        ),
    ]
