from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stripe_checkout", "0004_money_is_known")]

    operations = [
        migrations.AddField(
            model_name="refundline",
            name="of_sent",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
