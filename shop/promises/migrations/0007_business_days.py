import django.core.validators
from django.db import migrations, models


def business_days(name, days, help_text):
    return models.PositiveSmallIntegerField(
        name,
        blank=True,
        db_default=days,
        default=days,
        help_text=help_text,
        validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(30)],
    )


class Migration(migrations.Migration):
    dependencies = [("promises", "0006_secure_checkout")]

    # The numbers that the letters named until now, whatever the version.
    operations = [
        migrations.AddField(
            model_name="promise",
            name="answer_days",
            field=business_days(
                "business days to answer",
                2,
                "Within so many a person decides where one has to, and sends the prepaid label.",
            ),
        ),
        migrations.AddField(
            model_name="promise",
            name="refund_days",
            field=business_days(
                "business days to refund",
                5,
                "Within so many of its arrival something is refunded. What is late is named to staff each morning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer_days__range", (1, 30)), ("refund_days__range", (1, 30))),
                name="promise_business_days_within_a_month",
                violation_error_message="Give between 1 and 30 business days.",
            ),
        ),
    ]
