"""Count what went back on sale before there was a count of it: by refunds that went through, and by returns."""

from collections import Counter
from uuid import uuid5

from django.db import migrations, models


def count(apps, schema_editor):
    refund_lines = apps.get_model("stripe_checkout", "RefundLine").objects
    return_lines = apps.get_model("returns", "ReturnLine").objects.filter(restocked__gt=0).select_related("case")
    back: Counter = Counter()

    refund_lines.filter(restock=True).update(on_sale=models.F("quantity"))
    # One that the bank did not take in the end had gone before, and its goods with it: the ledger says so.
    went = apps.get_model("stripe_checkout", "LedgerEntry").objects.filter(what="refund", amount__lt=0)
    gone = models.Q(refund__state__in=("pending", "succeeded")) | models.Q(
        refund__stripe_id__in=went.values("reference")
    )
    for line, units in refund_lines.filter(gone, restock=True).values_list("line", "quantity"):
        back[line] += units

    for each in return_lines:
        back[each.line_id] += each.restocked
        tries = [uuid5(each.case.pk, str(number)) for number in range(each.case.refund_try + 1)]
        refund_lines.filter(refund__in=tries, line=each.line_id).update(on_sale=each.restocked)

    bought = dict(apps.get_model("order", "Line").objects.filter(pk__in=back).values_list("pk", "quantity"))
    BackOnSale = apps.get_model("parcels", "BackOnSale")
    rows = [
        BackOnSale(line_id=line, bought=bought[line], units=min(units, bought[line]))
        for line, units in sorted(back.items())
    ]
    BackOnSale.objects.bulk_create(rows, ignore_conflicts=True)  # what was counted since this was taken back is right


class Migration(migrations.Migration):
    dependencies = [
        ("returns", "0001_initial"),
        ("parcels", "0002_back_on_sale"),
        ("stripe_checkout", "0006_on_sale"),
    ]

    operations = [migrations.RunPython(count, migrations.RunPython.noop)]
