import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0034_recommended_first"),
        ("order", "0021_billingaddress_code_shippingaddress_code"),
        ("parcels", "0002_back_on_sale"),
        ("reviews", "0005_productreview_code"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="GuestReview",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="guest_reviews", to="order.order"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalogue.product"
                    ),
                ),
                (
                    "review",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="of_guest",
                        to="reviews.productreview",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("order", "product"), name="one_guest_review_a_product_of_an_order"
                    )
                ],
            },
        ),
        migrations.AlterField(
            model_name="noreviewletters",
            name="user",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="no_review_letters",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="noreviewletters",
            name="guest",
            field=models.CharField(blank=True, help_text="A fingerprint.", max_length=64, null=True, unique=True),
        ),
        migrations.AddConstraint(
            model_name="noreviewletters",
            constraint=models.CheckConstraint(
                condition=models.Q(("user", None), ("guest", None), _connector="XOR"),
                name="no_review_letters_to_one_of_both",
            ),
        ),
    ]
