from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("blog", "0010_teams")]

    operations = [
        migrations.AddField(
            model_name="post",
            name="cards",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=40),
        ),
    ]
