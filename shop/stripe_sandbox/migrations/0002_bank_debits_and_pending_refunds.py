from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stripe_sandbox', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='checkoutsession',
            name='stripe_sandbox_paid_means_complete',
        ),
        migrations.AddConstraint(
            model_name='checkoutsession',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'complete'), ('payment_status', 'unpaid'), _connector='OR'), name='stripe_sandbox_paid_means_complete'),
        ),
        migrations.AlterField(
            model_name='charge',
            name='card',
            field=models.JSONField(help_text='As on the payment intent; empty for a bank debit.'),
        ),
        migrations.AlterField(
            model_name='paymentintent',
            name='card',
            field=models.JSONField(default=dict, help_text='Brand, last four digits and expiry of the card last tried; empty for a bank debit.'),
        ),
        migrations.AlterField(
            model_name='charge',
            name='status',
            field=models.CharField(choices=[('pending', 'Pending'), ('succeeded', 'Succeeded'), ('failed', 'Failed')], max_length=10),
        ),
        migrations.AlterField(
            model_name='paymentintent',
            name='status',
            field=models.CharField(choices=[('requires_payment_method', 'Requires Payment Method'), ('requires_action', 'Requires Action'), ('processing', 'Processing'), ('succeeded', 'Succeeded'), ('canceled', 'Canceled')], default='requires_payment_method', max_length=30),
        ),
        migrations.AlterField(
            model_name='refund',
            name='status',
            field=models.CharField(choices=[('pending', 'Pending'), ('succeeded', 'Succeeded'), ('failed', 'Failed'), ('canceled', 'Canceled')], default='succeeded', max_length=10),
        ),
        migrations.AddField(
            model_name='charge',
            name='refund_pends',
            field=models.BooleanField(default=False),
        ),
    ]
