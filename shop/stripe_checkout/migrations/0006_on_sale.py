from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stripe_checkout", "0005_of_sent")]

    operations = [
        migrations.AddField(
            model_name="refundline",
            name="on_sale",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name="refundline",
            constraint=models.CheckConstraint(
                condition=models.Q(("on_sale__lte", models.F("quantity"))), name="refund_line_on_sale_at_most_all"
            ),
        ),
    ]
