"""How returns and the guarantee go since the shop handles them itself: at /returns/, and not by letter.

The texts repeat no number: what the record says stands beside them. Only the shop's own first words are replaced. Where
somebody has ordered, that is a new version; where nobody has, nobody is bound by the first one, and it takes its place.
"""

from importlib import import_module

from django.db import migrations
from django.db.models import Max
from django.utils import timezone

FIRST = {
    promise["slug"]: promise["text"] for promise in import_module("shop.promises.migrations.0002_three_promises").PROMISES
}
NOW = {
    "returns": (
        "<p>It is not for you? Then it is not. Nobody asks you to explain.</p>"
        "<h2>How it goes</h2>"
        "<ol>"
        '<li>Open <a href="/returns/">your returns</a>. With an account you see what can go back, and until when. '
        "Without one, the number of your order and your email address bring you a link.</li>"
        "<li>Choose what goes back. You get a return number, and a slip for the box. Most returns are approved at "
        "once; for some, a person looks first.</li>"
        "<li>Pack it in any box that holds, put the slip inside, and send it.</li>"
        "<li>When it has arrived, we look at it, refund it, and write to you.</li>"
        "</ol>"
        "<p>You can follow every step, with its date, and take a return back until it has arrived.</p>"
        "<h2>What you get back</h2>"
        "<p>What you paid for it, after any discount, to where the money came from. The delivery charge stays with the "
        "carrier, unless something arrived broken or was not what you ordered: then you get that back too.</p>"
        "<h2>What we cannot do</h2>"
        "<p>We cannot take back things bought in other shops, and when the days are over we cannot refund a change of "
        "mind. Something arrived broken, or it was the wrong thing? Write to us, whenever that is.</p>"
    ),
    "money-back-guarantee": (
        "<p>Skin takes its time to answer, so take yours. If something turns out not to be for you, you get your money "
        "back, and you keep what is left of it.</p>"
        "<h2>How it goes</h2>"
        "<ol>"
        '<li>Open <a href="/returns/">your returns</a>, with your account, or with the number of your order and your '
        "email address, and claim the guarantee.</li>"
        "<li>Most claims are approved at once, and the money goes back by itself. For some, a person looks first.</li>"
        "<li>We write to you when the money is on its way.</li>"
        "</ol>"
        "<p>You do not have to say why. If you want to, we read it: it is how we learn what to change.</p>"
        "<h2>Once for each product</h2>"
        "<p>The guarantee is there so that you can find out whether something is for you. You can claim it once for "
        'each product; after that you can still <a href="/promises/returns/">send it back</a>.</p>'
        "<h2>What you get back</h2>"
        "<p>What you paid for it, after any discount, to where the money came from. The delivery charge stays with the "
        "carrier, unless something arrived broken or was not what you ordered: then you get that back too.</p>"
        "<h2>What it does not cover</h2>"
        "<p>When the days are over we cannot refund a change of mind, and we cannot refund what was bought in another "
        "shop.</p>"
        "<p>Your skin was unhappy with something? Stop using it and write to us, whenever that is.</p>"
    ),
}


def tell_how_it_goes(apps, schema_editor):
    Promise, Order = apps.get_model("promises", "Promise"), apps.get_model("order", "Order")
    anybody_is_bound, now = Order.objects.exists(), timezone.now()
    for slug, text in NOW.items():
        held = Promise.objects.filter(slug=slug, in_force_from__lte=now).order_by("-in_force_from").first()
        if held is None or held.text != FIRST[slug]:
            continue
        if not anybody_is_bound:
            Promise.objects.filter(pk=held.pk).update(text=text)
            continue
        excluded, countries = list(held.excluded.all()), list(held.countries.all())
        held.version = 1 + Promise.objects.filter(slug=slug).aggregate(last=Max("version"))["last"]
        held.pk, held._state.adding, held.in_force_from, held.text = None, True, now, text
        held.save()
        held.excluded.set(excluded)
        held.countries.set(countries)


class Migration(migrations.Migration):
    dependencies = [
        ("order", "0021_billingaddress_code_shippingaddress_code"),
        ("promises", "0004_versions"),
    ]

    # Backwards there is nothing to do: a version that was in force stays.
    operations = [migrations.RunPython(tell_how_it_goes, migrations.RunPython.noop)]
