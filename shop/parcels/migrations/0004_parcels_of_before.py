"""What left before there were parcels is a parcel too, of which nobody wrote down how it travels.

When it arrived is known where all that the order sent is written down as delivered; of the others nobody knows.
"""

from collections import Counter

from django.db import migrations


def units_of(order, code):
    """How many of each line were sent, or delivered."""
    units = Counter()
    for event in order.shipping_events.all():
        if event.event_type.code == code:
            units.update({moved.line_id: moved.quantity for moved in event.line_quantities.all()})
    return units


def write_parcels(apps, schema_editor):
    Parcel, ShippingEvent = apps.get_model("parcels", "Parcel"), apps.get_model("order", "ShippingEvent")
    without = ShippingEvent.objects.filter(event_type__code="shipped", parcel=None)
    orders = apps.get_model("order", "Order").objects.filter(pk__in=without.values("order"))
    reads = ("shipping_events__event_type", "shipping_events__line_quantities")
    for order in orders.prefetch_related(*reads).iterator(chunk_size=500):
        deliveries = [event for event in order.shipping_events.all() if event.event_type.code == "delivered"]
        is_all_there = units_of(order, "shipped") == units_of(order, "delivered")
        last = max(deliveries, key=lambda event: (event.date_created, event.pk)) if is_all_there else None
        for event in without.filter(order=order):
            Parcel.objects.create(event=event, arrival=last)


class Migration(migrations.Migration):
    dependencies = [("parcels", "0003_guest_reviews")]

    # Backwards they stay: what was added since cannot be told from them.
    operations = [migrations.RunPython(write_parcels, migrations.RunPython.noop)]
