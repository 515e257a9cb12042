"""Phrases that made drugs of cosmetics in warning letters of the FDA, and claims that nobody can back up."""

from django.db import migrations

CLAIMS = [
    ("cure*", "says that the product cures.", "Say what it does for the look of the skin: “helps skin look calmer”."),
    ("heal*", "says that the product heals.", "“Keeps the skin around a closed wound soft.”"),
    (
        "treat* acne",
        "says that the product treats a disease.",
        "“For skin that breaks out”, or “keeps pores looking clear”.",
    ),
    ("treat* scar*", "says that the product treats scars.", "“Improves the look of scars.”"),
    ("treat* eczema", "names a disease that the product would treat.", "“For dry, easily upset skin.”"),
    ("treat* psoriasis", "names a disease that the product would treat.", "“For dry, flaky-looking skin.”"),
    ("treat* rosacea", "names a disease that the product would treat.", "“For skin that looks red.”"),
    ("prevent* acne", "says that the product prevents a disease.", "“Lifts oil and keeps pores looking clear.”"),
    (
        "prevent* scar*",
        "says that the product changes how skin heals.",
        "“Keeps skin comfortable while you leave it alone.”",
    ),
    ("remove* scar*", "promises what no cosmetic does.", "“Softens the look of shallow scars.”"),
    ("remove* wrinkle*", "promises what no cosmetic does.", "“Softens the look of fine lines.”"),
    ("erase* scar*", "promises what no cosmetic does.", "“Softens the look of shallow scars.”"),
    ("erase* wrinkle*", "promises what no cosmetic does.", "“Softens the look of fine lines.”"),
    ("get* rid of scar*", "promises what no cosmetic does.", "“Softens the look of shallow scars.”"),
    (
        "kill* bacteria",
        "says that the product acts as an antiseptic, which is a drug.",
        "“Leaves skin feeling clean.”",
    ),
    ("anti-inflammatory", "names what a drug does in the body.", "“Calms the look of redness.”"),
    ("reduce* inflammation", "names what a drug does in the body.", "“Calms the look of redness.”"),
    ("boost* collagen", "says that the product changes how skin works.", "“Helps skin look firmer and smoother.”"),
    ("stimulat* collagen", "says that the product changes how skin works.", "“Helps skin look firmer and smoother.”"),
    ("increase* collagen", "says that the product changes how skin works.", "“Helps skin look firmer and smoother.”"),
    ("rebuild* skin", "says that the product changes how skin works.", "“Helps skin look smoother.”"),
    ("regenerat* skin", "says that the product changes how skin works.", "“Helps skin look fresher.”"),
    ("repair* skin", "says that the product changes how skin works.", "“Helps skin feel comfortable again.”"),
    ("repair* scar*", "says that the product changes how skin works.", "“Improves the look of scars.”"),
    ("cell renewal", "says that the product changes how skin works.", "“Helps skin look fresher.”"),
    (
        "medical grade",
        "means nothing in law and sounds like a drug.",
        "Name the ingredient and how much of it is in it.",
    ),
    (
        "clinically proven",
        "needs a study of this very product that we can show.",
        "Say what the product does, without the stamp.",
    ),
    ("dermatologist approved", "needs a dermatologist who says so, by name.", "Leave it out."),
    ("fda approved", "is untrue: the FDA does not approve cosmetics.", "Leave it out."),
    ("miracle", "promises more than anybody can keep.", "Say what changes, and after how many weeks of use."),
    ("guaranteed results", "promises what skin decides.", "Point to our money-back guarantee: that one we can keep."),
    ("permanent*", "promises what no cosmetic does.", "Say how long the look lasts."),
    ("works overnight", "promises more than anybody can keep.", "Say how many weeks of use it takes."),
    ("botox", "compares a cosmetic to a drug.", "“Helps skin look smoother.”"),
]


def write(apps, schema_editor):
    Claim = apps.get_model("blog", "Claim")
    Claim.objects.bulk_create(
        [Claim(phrase=phrase, reason=reason, suggestion=suggestion) for phrase, reason, suggestion in CLAIMS]
    )


class Migration(migrations.Migration):
    dependencies = [("blog", "0008_care")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
