import uuid
from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.db import migrations, models

import shop.returns.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("order", "0021_billingaddress_code_shippingaddress_code"),
        ("promises", "0004_versions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Limits",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "return_amount",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("200.00"),
                        help_text="In the shop's currency. What is worth more waits for a person; 0 means that everything does.",
                        max_digits=8,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="highest amount",
                    ),
                ),
                (
                    "return_days",
                    models.PositiveSmallIntegerField(
                        default=90, help_text="Older orders wait for a person.", verbose_name="oldest order, in days"
                    ),
                ),
                (
                    "return_earlier",
                    models.PositiveSmallIntegerField(
                        default=4,
                        help_text="Who has had more than that waits for a person.",
                        verbose_name="earlier returns within a year",
                    ),
                ),
                (
                    "claim_amount",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("60.00"),
                        help_text="In the shop's currency. Within it the money goes back by itself, and nothing comes back.",
                        max_digits=8,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="highest amount",
                    ),
                ),
                (
                    "claim_days",
                    models.PositiveSmallIntegerField(
                        default=90, help_text="Older orders wait for a person.", verbose_name="oldest order, in days"
                    ),
                ),
                (
                    "claim_earlier",
                    models.PositiveSmallIntegerField(
                        default=2,
                        help_text="Who has had more than that waits for a person.",
                        verbose_name="earlier claims within a year",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "limits",
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="limits_are_one_record")],
            },
        ),
        migrations.CreateModel(
            name="Return",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "number",
                    models.CharField(
                        default=shop.returns.models.new_number, editable=False, max_length=20, unique=True
                    ),
                ),
                ("kind", models.CharField(choices=[("return", "Return"), ("claim", "Guarantee claim")], max_length=6)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("approved", "Approved"),
                            ("received", "Received"),
                            ("refunded", "Refunded"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="requested",
                        max_length=9,
                    ),
                ),
                ("refusal", models.TextField(blank=True, help_text="Why it was refused, as the customer reads it.")),
                ("waits_because", models.TextField(blank=True, help_text="Why a person decides.")),
                (
                    "asked_by",
                    models.CharField(
                        help_text="The customer's account, or a guest by link or browser.", max_length=80
                    ),
                ),
                ("customer", models.CharField(help_text="A fingerprint of the customer's address.", max_length=64)),
                ("token", models.UUIDField(help_text="Of the form: sent twice, it is one return.", unique=True)),
                ("label_url", models.URLField(blank=True, max_length=500, verbose_name="prepaid label")),
                (
                    "refund_try",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Which refund it is: the next one is asked for when the bank did not take the last.",
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="returns", to="order.order"
                    ),
                ),
                (
                    "promise",
                    models.ForeignKey(
                        help_text="The version that binds it: the one in force when the order was placed.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="promises.promise",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at"],
                "permissions": [("decide_return", "Can decide about returns")],
            },
        ),
        migrations.CreateModel(
            name="ClaimRight",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("product", models.CharField(max_length=160)),
                ("customer", models.CharField(max_length=80)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="claim_rights", to="returns.return"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReturnLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", models.PositiveIntegerField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("unsaid", "I would rather not say"),
                            ("not-for-me", "It is not for me"),
                            ("skin", "My skin was unhappy with it"),
                            ("broken", "It arrived broken"),
                            ("wrong", "It is not what I ordered"),
                            ("other", "Something else"),
                        ],
                        default="unsaid",
                        max_length=10,
                    ),
                ),
                ("words", models.TextField(blank=True, max_length=500)),
                ("sealed", models.PositiveIntegerField(default=0, help_text="Units that came unopened and whole.")),
                ("opened", models.PositiveIntegerField(default=0, help_text="Units that came opened.")),
                ("damaged", models.PositiveIntegerField(default=0, help_text="Units that came damaged.")),
                (
                    "restocked",
                    models.PositiveIntegerField(
                        default=0, help_text="Unopened units that went back on sale; the others are written off."
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="returns.return"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="return_lines", to="order.line"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("approved", "Approved"),
                            ("received", "Received"),
                            ("refunded", "Refunded"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                            ("note", "Note"),
                        ],
                        max_length=9,
                    ),
                ),
                ("by", models.CharField(max_length=254)),
                (
                    "note",
                    models.TextField(
                        blank=True, help_text="For staff; customers read the dates and the reason of a refusal."
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="returns.return"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.AddIndex(
            model_name="return",
            index=models.Index(fields=["state", "created_at"], name="returns_in_the_queue"),
        ),
        migrations.AddIndex(
            model_name="return",
            index=models.Index(fields=["-created_at"], name="returns_by_date"),
        ),
        migrations.AddIndex(
            model_name="return",
            index=models.Index(fields=["customer"], name="returns_of_a_customer"),
        ),
        migrations.AddConstraint(
            model_name="claimright",
            constraint=models.UniqueConstraint(
                fields=("product", "customer"), name="one_claim_a_product_and_customer"
            ),
        ),
        migrations.AddConstraint(
            model_name="returnline",
            constraint=models.UniqueConstraint(fields=("case", "line"), name="a_line_once_a_return"),
        ),
        migrations.AddConstraint(
            model_name="returnline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gt", 0)), name="return_line_quantity_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="returnline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "quantity__gte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("sealed"), "+", models.F("opened")
                            ),
                            "+",
                            models.F("damaged"),
                        ),
                    )
                ),
                name="return_line_received_at_most_all",
            ),
        ),
        migrations.AddConstraint(
            model_name="returnline",
            constraint=models.CheckConstraint(
                condition=models.Q(("restocked__lte", models.F("sealed"))), name="return_line_only_sealed_restocked"
            ),
        ),
    ]
