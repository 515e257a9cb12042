"""What protects a payment is stated beside its checks now (shop.promises.secure_checkout), and no longer in the text that
staff edit. Where that text is still the one that came with the shop, a second version goes without it.
"""

from importlib import import_module

from django.db import migrations
from django.utils import timezone

SLUG = "secure-checkout"

TEXT = (
    "<p>You choose here and pay at Stripe, who do nothing but payments. Your card number is typed on their page. It never "
    "passes through our shop, so nobody can take it from us.</p>"
    "<h2>How it goes</h2>"
    "<ol>"
    "<li>You give us your email address, where the package goes, and how fast.</li>"
    "<li>Pay takes you to Stripe’s page. Your card number, its date and its code go there and nowhere else.</li>"
    "<li>Stripe tells us that you paid, and you come back here to your order number.</li>"
    "</ol>"
    "<p>If your bank wants to check that it is you, it asks on that page too. If a card is declined, nothing is charged, "
    "and you can try another.</p>"
    "<h2>What we keep</h2>"
    "<ul>"
    "<li>Your name, email address and delivery address, and your phone number if you gave us one.</li>"
    "<li>What you ordered and what it cost.</li>"
    "<li>Stripe’s reference for the payment, which is of no use to anybody else.</li>"
    "</ul>"
    "<p>We pass your name and address to the carrier, so that the package finds you. What Stripe does for the safety of "
    'your card stands on <a href="https://docs.stripe.com/security">a page of theirs</a>.</p>'
)


def original_text():
    promises = import_module("shop.promises.migrations.0002_three_promises").PROMISES
    return next(promise["text"] for promise in promises if promise["slug"] == SLUG)


def leave_statements_to_their_checks(apps, schema_editor):
    """An edited text stays, and so does one that has been planned to change."""
    Promise = apps.get_model("promises", "Promise")
    last = Promise.objects.filter(slug=SLUG).order_by("-version").first()
    if last is None or last.text != original_text():
        return
    products, countries = list(last.excluded.all()), list(last.countries.all())
    last.pk, last._state.adding = None, True
    last.version, last.text, last.in_force_from = last.version + 1, TEXT, timezone.now()
    last.save()
    last.excluded.set(products)
    last.countries.set(countries)


def put_statements_back(apps, schema_editor):
    Promise = apps.get_model("promises", "Promise")
    Promise.objects.filter(slug=SLUG, version__gt=1, text=TEXT).delete()


class Migration(migrations.Migration):
    dependencies = [("promises", "0005_returns_by_themselves")]

    operations = [migrations.RunPython(leave_statements_to_their_checks, put_statements_back)]
