from datetime import UTC, datetime

import django.core.validators
import django.utils.timezone
from django.db import migrations, models


def hold_from_the_beginning(apps, schema_editor):
    """What the shop promised so far binds every order so far."""
    apps.get_model("promises", "Promise").objects.update(in_force_from=datetime(2000, 1, 1, tzinfo=UTC))


class Migration(migrations.Migration):

    dependencies = [
        ('address', '0007_useraddress_code'),
        ('catalogue', '0034_recommended_first'),
        ('promises', '0003_postage'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='promise',
            options={'ordering': ['position', 'slug', '-in_force_from']},
        ),
        migrations.AddField(
            model_name='promise',
            name='condition',
            field=models.CharField(choices=[('any', 'opened or not'), ('unopened', 'unopened only')], db_default='any', default='any', max_length=20, verbose_name='what may go back'),
        ),
        migrations.AddField(
            model_name='promise',
            name='counted_from',
            field=models.CharField(choices=[('delivery', 'the day a package arrives'), ('purchase', 'the day of the order')], db_default='delivery', default='delivery', max_length=20, verbose_name='the days are counted from'),
        ),
        migrations.AddField(
            model_name='promise',
            name='countries',
            field=models.ManyToManyField(blank=True, help_text='Where it holds. None chosen means: wherever we deliver.', related_name='+', to='address.country'),
        ),
        migrations.AddField(
            model_name='promise',
            name='excluded',
            field=models.ManyToManyField(blank=True, help_text='What this promise does not cover, such as gift cards. Usually nothing.', related_name='+', to='catalogue.product', verbose_name='all but these products'),
        ),
        migrations.AddField(
            model_name='promise',
            name='in_force_from',
            field=models.DateTimeField(default=django.utils.timezone.now, help_text='Orders placed from then on are bound by it, earlier ones by what held before.'),
        ),
        migrations.AddField(
            model_name='promise',
            name='version',
            field=models.PositiveSmallIntegerField(db_default=1, default=1, editable=False),
        ),
        migrations.AlterField(
            model_name='promise',
            name='days',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Every page that shows the number follows. Leave it empty if this promise has no time limit.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)]),
        ),
        migrations.AlterField(
            model_name='promise',
            name='slug',
            field=models.SlugField(help_text="The last part of the page's address. It stays as it is."),
        ),
        migrations.RunPython(hold_from_the_beginning, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.UniqueConstraint(fields=('slug', 'version'), name='promise_version_once'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.UniqueConstraint(fields=('slug', 'in_force_from'), name='promise_one_version_at_a_time', violation_error_message='Another version of this promise takes effect at that moment.'),
        ),
    ]
