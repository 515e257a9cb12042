from django.db import migrations, models


def name_the_editors_a_team(apps, schema_editor):
    """The demo's editors, who sign its guides together."""
    Author = apps.get_model("blog", "Author")
    Author.objects.filter(slug="editors", name="The Modern Gentlemen editors").update(is_team=True)


class Migration(migrations.Migration):
    dependencies = [("blog", "0009_claims_we_do_not_make")]

    operations = [
        migrations.AddField(
            model_name="author",
            name="is_team",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Several people who sign as one, such as “The editors”. Search engines want to know which it "
                "is.",
                verbose_name="a team",
            ),
        ),
        migrations.RunPython(name_the_editors_a_team, migrations.RunPython.noop),
    ]
