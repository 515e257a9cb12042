import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("order", "0021_billingaddress_code_shippingaddress_code"),
        ("parcels", "0001_parcels"),
    ]

    operations = [
        migrations.CreateModel(
            name="BackOnSale",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("bought", models.PositiveIntegerField(help_text="As the line has it.")),
                ("units", models.PositiveIntegerField(default=0)),
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="back_on_sale", to="order.line"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "back on sale",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("units__lte", models.F("bought"))),
                        name="no_more_on_sale_again_than_bought",
                    )
                ],
            },
        ),
    ]
