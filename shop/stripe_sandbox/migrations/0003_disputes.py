from datetime import timedelta

import django.db.models.deletion
from django.db import migrations, models


def move_to_disputes(apps, schema_editor):
    Charge = apps.get_model("stripe_sandbox", "Charge")
    Dispute = apps.get_model("stripe_sandbox", "Dispute")
    for charge in Charge.objects.exclude(dispute_id=""):
        Dispute.objects.create(
            id=charge.dispute_id,
            charge=charge,
            created_at=charge.created_at,
            due_by=charge.created_at + timedelta(days=9),
            status="needs_response",
            amount=charge.amount,
            reason="fraudulent",
        )


def move_to_charges(apps, schema_editor):
    Charge = apps.get_model("stripe_sandbox", "Charge")
    for dispute in apps.get_model("stripe_sandbox", "Dispute").objects.all():
        Charge.objects.filter(pk=dispute.charge_id).update(dispute_id=dispute.pk)


class Migration(migrations.Migration):

    dependencies = [
        ('stripe_sandbox', '0002_bank_debits_and_pending_refunds'),
    ]

    operations = [
        migrations.CreateModel(
            name='Dispute',
            fields=[
                ('id', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_index=True)),
                ('due_by', models.DateTimeField()),
                ('status', models.CharField(choices=[('warning_needs_response', 'Warning Needs Response'), ('warning_under_review', 'Warning Under Review'), ('warning_closed', 'Warning Closed'), ('needs_response', 'Needs Response'), ('under_review', 'Under Review'), ('won', 'Won'), ('lost', 'Lost')], max_length=30)),
                ('amount', models.PositiveBigIntegerField()),
                ('reason', models.CharField(max_length=40)),
                ('submission_count', models.PositiveSmallIntegerField(default=0)),
                ('charge', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='dispute', to='stripe_sandbox.charge')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
            },
        ),
        migrations.RunPython(move_to_disputes, move_to_charges),
        migrations.RemoveField(
            model_name='charge',
            name='dispute_id',
        ),
    ]
