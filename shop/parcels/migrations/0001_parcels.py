import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("order", "0021_billingaddress_code_shippingaddress_code"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="NoReviewLetters",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="no_review_letters",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"verbose_name_plural": "no review letters"},
        ),
        migrations.CreateModel(
            name="CallOff",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="call_off", to="order.order"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Parcel",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "carrier",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("usps", "USPS"),
                            ("ups", "UPS"),
                            ("fedex", "FedEx"),
                            ("dhl", "DHL"),
                            ("other", "Another carrier"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "other_carrier",
                    models.CharField(blank=True, help_text="The name of another carrier.", max_length=60),
                ),
                ("number", models.CharField(blank=True, max_length=40, verbose_name="tracking number")),
                (
                    "other_link",
                    models.URLField(
                        blank=True, help_text="Where another carrier tells.", max_length=500, verbose_name="link"
                    ),
                ),
                (
                    "arrival",
                    models.ForeignKey(
                        blank=True,
                        help_text="Oscar's event of its delivery, which may be that of several parcels.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="parcels_arrived",
                        to="order.shippingevent",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parcel", to="order.shippingevent"
                    ),
                ),
            ],
        ),
    ]
