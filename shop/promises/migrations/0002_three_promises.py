"""The three promises that pages, basket and checkout name, so that a new shop has its badges before anybody edits them."""

from django.db import migrations

PROMISES = [
    {
        "slug": "money-back-guarantee",
        "title": "Money Back Guarantee",
        "line": "{days} days to decide, opened or not.",
        "days": 60,
        "icon": "badge-check",
        "text": (
            "<p>Skin takes its time to answer, so take yours. If something turns out not to be for you, you get your "
            "money back.</p>"
            "<h2>In short</h2>"
            "<ul>"
            "<li><strong>How long:</strong> {days} days from the day it arrives.</li>"
            "<li><strong>What:</strong> anything we sell, opened or not, half empty or not.</li>"
            "<li><strong>How much:</strong> what you paid for it, after any discount.</li>"
            "<li><strong>Where to:</strong> the card you paid with.</li>"
            "</ul>"
            "<h2>How it goes</h2>"
            "<ol>"
            '<li>Write to <a href="mailto:hello@themoderngentlemen.example">hello@themoderngentlemen.example</a> '
            "with your order number. It stands in your receipt.</li>"
            "<li>Send back what is left. We pay the postage: see "
            '<a href="/promises/returns/">Hassle-Free Returns</a>.</li>'
            "<li>We refund your card within five business days of the package reaching us. Your bank may need a few "
            "days more to show it.</li>"
            "</ol>"
            "<p>You do not have to say why. If you want to, we read it: it is how we learn what to change.</p>"
            "<h2>What it does not cover</h2>"
            "<p>After {days} days we cannot refund a change of mind, and we cannot take back what was bought in "
            "another shop. The delivery charge stays with the carrier, unless something arrived broken or wrong: "
            "then you get that back too.</p>"
            "<p>Your skin was unhappy with something? Stop using it and write to us, whenever that is.</p>"
        ),
        "position": 1,
    },
    {
        "slug": "returns",
        "title": "Hassle-Free Returns",
        "line": "Send it back within {days} days. We pay the postage.",
        "days": 60,
        "icon": "package",
        "text": (
            "<p>It is not for you? Then it is not. Opened is fine, and nobody asks you to explain.</p>"
            "<h2>In short</h2>"
            "<ul>"
            "<li><strong>How long:</strong> {days} days from the day it arrives.</li>"
            "<li><strong>What:</strong> anything we sell, opened or not.</li>"
            "<li><strong>Postage:</strong> ours. You print a label, or write to us if you have no printer.</li>"
            "<li><strong>Money back:</strong> to the card you paid with, within five business days of the package "
            "reaching us.</li>"
            "</ul>"
            "<h2>How it goes</h2>"
            "<ol>"
            '<li>Write to <a href="mailto:hello@themoderngentlemen.example">hello@themoderngentlemen.example</a> '
            "with your order number, and say what goes back.</li>"
            "<li>A person answers within two business days, with a prepaid label.</li>"
            "<li>Pack it in any box that holds, and drop it off.</li>"
            "<li>When it has arrived, we refund your card and write to you.</li>"
            "</ol>"
            "<h2>What we cannot do</h2>"
            "<p>We cannot take back things bought in other shops, and after {days} days we cannot refund a change of "
            "mind. Something arrived broken, or it was the wrong thing? Write to us, whenever that is.</p>"
        ),
        "position": 2,
    },
    {
        "slug": "secure-checkout",
        "title": "Secure Checkout",
        "line": "You pay at Stripe. We never see your card.",
        "days": None,
        "icon": "lock",
        "text": (
            "<p>You choose here and pay at Stripe, who do nothing but payments. Your card number is typed on their "
            "page. It never passes through our shop, so nobody can take it from us.</p>"
            "<h2>How it goes</h2>"
            "<ol>"
            "<li>You give us your email address, where the package goes, and how fast.</li>"
            "<li>Pay takes you to Stripe’s page, at an address that begins with <strong>checkout.stripe.com</strong>. "
            "Your card number, its date and its code go there and nowhere else.</li>"
            "<li>Stripe tells us that you paid, and you come back here to your order number.</li>"
            "</ol>"
            "<p>If your bank wants to check that it is you, it asks on that page too. If a card is declined, nothing "
            "is charged, and you can try another.</p>"
            "<h2>What we keep</h2>"
            "<ul>"
            "<li>Your name, email address and delivery address, and your phone number if you gave us one.</li>"
            "<li>What you ordered and what it cost.</li>"
            "<li>Stripe’s reference for the payment, which is of no use to anybody else.</li>"
            "</ul>"
            "<p>We pass your name and address to the carrier, so that the package finds you.</p>"
            "<h2>What protects it on the way</h2>"
            "<p>Every page of the shop, and every page of Stripe’s, comes over an encrypted connection: that is the "
            "padlock beside the address. Stripe is audited every year under PCI DSS, the card industry’s own "
            "standard, at its strictest level.</p>"
        ),
        "position": 3,
    },
]


def make_promises(apps, schema_editor):
    """Leaves a promise alone that is there already."""
    Promise = apps.get_model("promises", "Promise")
    for promise in PROMISES:
        Promise.objects.get_or_create(slug=promise["slug"], defaults=promise)


def withdraw_promises(apps, schema_editor):
    Promise = apps.get_model("promises", "Promise")
    Promise.objects.filter(slug__in=[promise["slug"] for promise in PROMISES]).delete()


class Migration(migrations.Migration):
    dependencies = [("promises", "0001_initial")]

    operations = [migrations.RunPython(make_promises, withdraw_promises)]
