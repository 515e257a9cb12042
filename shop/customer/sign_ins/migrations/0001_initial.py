from django.conf import settings
from django.db import migrations, models
from django.db.models import deletion
from django.utils import timezone


class Migration(migrations.Migration):
    """The table is there since staff had such a list; only who knows of it changes."""

    dependencies = [
        ("staff", "0008_limits_lifted"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="SignIn",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("session_key", models.CharField(max_length=40, unique=True)),
                        ("browser", models.CharField(max_length=60)),
                        ("network", models.CharField(max_length=50)),
                        ("since", models.DateTimeField(default=timezone.now)),
                        ("seen_at", models.DateTimeField()),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                    ],
                    options={"db_table": "staff_signin", "default_permissions": ()},
                ),
            ]
        )
    ]
