from django.db import migrations
from django.db.models import F


def fill_in(apps, schema_editor):
    """Until now, what Stripe took was what was asked for; where it was not, the reason of the attempt says it."""
    attempts = apps.get_model("stripe_checkout", "PaymentAttempt").objects
    attempts.filter(state__in=["succeeded", "mismatched"], paid_amount=None).update(
        paid_amount=F("amount"), paid_currency=F("currency")
    )


class Migration(migrations.Migration):

    dependencies = [("stripe_checkout", "0002_money_back")]

    operations = [migrations.RunPython(fill_in, migrations.RunPython.noop)]
