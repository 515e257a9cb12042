import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0005_past_passwords"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="entry",
            name="what",
            field=models.CharField(
                choices=[
                    ("signed in", "Signed In"),
                    ("sign-in failed", "Sign In Failed"),
                    ("second factor set up", "Second Factor Set Up"),
                    ("second factor reset", "Second Factor Reset"),
                    ("security key added", "Key Added"),
                    ("security key removed", "Key Removed"),
                    ("copied security key refused", "Key Refused"),
                    ("password asked again", "Confirmed"),
                    ("added", "Added"),
                    ("changed", "Changed"),
                    ("deleted", "Deleted"),
                    ("exported", "Exported"),
                ],
                max_length=30,
            ),
        ),
        migrations.CreateModel(
            name="SecurityKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="The human-readable name of this device.", max_length=64)),
                ("confirmed", models.BooleanField(default=True, help_text="Is this device ready for use?")),
                (
                    "credential",
                    models.CharField(help_text="its own name, of 1023 bytes at most", max_length=1364, unique=True),
                ),
                ("public_key", models.BinaryField()),
                (
                    "sign_count",
                    models.PositiveBigIntegerField(help_text="how many answers it had given; 0: it does not count"),
                ),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("used_at", models.DateTimeField(editable=False, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        help_text="The user that this device belongs to.",
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
    ]
