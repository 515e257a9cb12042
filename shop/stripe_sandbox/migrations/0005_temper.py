from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stripe_sandbox', '0004_reviews'),
    ]

    operations = [
        migrations.CreateModel(
            name='Fault',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('error', '500, nothing done'), ('error_after_work', '500, yet done'), ('timeout', 'no answer, nothing done'), ('timeout_after_work', 'answer held back, yet done'), ('slow', 'begun late'), ('rate_limit', '429, nothing done'), ('disconnect', 'connection broken, nothing done'), ('disconnect_after_work', 'connection broken, yet done'), ('paid_before_answer', 'new session paid before the answer'), ('dropped', 'dropped'), ('delayed', 'delayed'), ('doubled', 'sent twice'), ('another_id', 'sent again under another id'), ('reordered', 'last first')], max_length=30)),
                ('session', models.CharField(blank=True, max_length=200)),
                ('about', models.CharField(blank=True, help_text='The endpoint or the type of event.', max_length=60)),
                ('seconds', models.FloatField(default=0)),
                ('times_left', models.PositiveIntegerField(null=True)),
                ('probability', models.FloatField(default=1)),
                ('seed', models.BigIntegerField(default=0)),
                ('draws', models.PositiveIntegerField(default=0)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='fault',
            constraint=models.CheckConstraint(condition=models.Q(('probability__gte', 0), ('probability__lte', 1), ('seconds__gte', 0)), name='stripe_sandbox_fault_is_possible'),
        ),
        migrations.AddField(
            model_name='event',
            name='copies',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='event',
            name='due_at',
            field=models.DateTimeField(db_index=True, null=True),
        ),
    ]
