from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("blog", "0011_cards")]

    operations = [
        migrations.AddField(
            model_name="productpick",
            name="in_routine",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="“Add the routine” puts it into the basket. Untick it for a set whose parts you pick too, so "
                "that nobody buys them twice.",
                verbose_name="part of the routine",
            ),
        ),
    ]
