from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("stripe_checkout", "0003_paid_amounts")]

    operations = [
        migrations.AddConstraint(
            model_name='paymentattempt',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'succeeded')), fields=('order',), name='one_succeeded_attempt_an_order'),
        ),
        migrations.AddConstraint(
            model_name='paymentattempt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['succeeded', 'mismatched']), _negated=True), ('paid_amount__isnull', False), _connector='OR'), name='attempt_paid_amount_known'),
        ),
    ]
