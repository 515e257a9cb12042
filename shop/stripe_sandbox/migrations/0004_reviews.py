import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stripe_sandbox', '0003_disputes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_index=True)),
                ('closed_reason', models.CharField(blank=True, choices=[('approved', 'Approved'), ('disputed', 'Disputed'), ('refunded', 'Refunded'), ('refunded_as_fraud', 'Refunded As Fraud')], max_length=30)),
                ('charge', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='review', to='stripe_sandbox.charge')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
            },
        ),
    ]
