from django.db import migrations, models


def say_that_returns_are_free(apps, schema_editor):
    """The text that came with the shop says so; where staff took the sentence out, nothing is claimed."""
    Promise = apps.get_model("promises", "Promise")
    Promise.objects.filter(slug="returns", line__contains="We pay the postage").update(pays_postage=True)


class Migration(migrations.Migration):
    dependencies = [("promises", "0002_three_promises")]

    operations = [
        migrations.AddField(
            model_name="promise",
            name="pays_postage",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Whether sending something back costs the shopper nothing. Search engines and shopping feeds "
                "are told so: keep it in step with the text.",
                verbose_name="we pay the postage",
            ),
        ),
        migrations.RunPython(say_that_returns_are_free, migrations.RunPython.noop),
    ]
