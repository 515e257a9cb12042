from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("returns", "0003_due_on")]

    operations = [
        migrations.RemoveIndex(model_name="return", name="returns_in_the_queue"),
        migrations.AddIndex(
            model_name="return",
            index=models.Index(fields=["state", "due_on", "created_at"], name="returns_in_the_queue"),
        ),
        migrations.AddIndex(
            model_name="return",
            index=models.Index(
                condition=models.Q(("due_on__isnull", False)), fields=["due_on"], name="returns_by_due_date"
            ),
        ),
    ]
