"""By when the shop has to act on a return; for those that are open, counted from when they came where they are."""

from django.db import migrations, models

from shop.promises.business_days import business_days_after


def set_due_dates(apps, schema_editor):
    Return = apps.get_model("returns", "Return")
    waiting = Return.objects.filter(state__in=("requested", "approved", "received")).select_related("promise")
    for case in waiting.prefetch_related("steps"):
        promise, is_claim = case.promise, case.kind == "claim"
        to_label = not is_claim and promise.pays_postage and not case.label_url
        if case.state == "approved" and not (is_claim or to_label):
            continue  # it is on its way to us
        to_refund = case.state == "received" or (case.state == "approved" and is_claim)
        since = max((step.at for step in case.steps.all() if step.what == case.state), default=case.created_at)
        days = promise.refund_days if to_refund else promise.answer_days
        Return.objects.filter(pk=case.pk).update(due_on=business_days_after(since, days))


class Migration(migrations.Migration):
    dependencies = [
        ("returns", "0002_back_on_sale"),
        ("promises", "0007_business_days"),
    ]

    operations = [
        migrations.AddField(
            model_name="return",
            name="due_on",
            field=models.DateField(
                blank=True,
                help_text="By the end of which day we have to act; none while the customer has to.",
                null=True,
            ),
        ),
        migrations.RunPython(set_due_dates, migrations.RunPython.noop),
    ]
