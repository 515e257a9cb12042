"""Every letter as it would be sent, about an order and an account that do not exist."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from oscar.core.loading import get_model
from oscar.templatetags.currency_filters import currency

from shop.catalogue.reviews.links import LIFETIME
from shop.communication.utils import Dispatcher
from shop.parcels.carriers import CARRIERS

Country = get_model("address", "Country")
Product = get_model("catalogue", "Product")
ProductAlert = get_model("customer", "ProductAlert")
ShippingAddress = get_model("order", "ShippingAddress")
User = get_user_model()


@dataclass(frozen=True)
class Preview:
    """One letter: Oscar's code of its templates, when it is sent, and what they are given."""

    code: str
    when: str
    context: dict[str, Any]

    def messages(self) -> dict[str, str]:
        """Its `subject`, its text as `body`, and its `html`, by the templates that a real one would have."""
        return Dispatcher().get_messages(self.code, dict(self.context))


def previews() -> dict[str, Preview]:
    """All letters by their codes, those to shoppers first. Nothing is read from the database, and nothing written."""
    letters = [*_to_shoppers(), *_to_staff()]
    return {letter.code: letter for letter in letters}


def _to_shoppers() -> list[Preview]:
    order, user, alert = _order(), User(email="alex@example.com"), _alert()
    about_user = {"user": user, "reset_url": reverse("password-reset-confirm", args=["MQ", "c2x4q7-8f3a"])}
    return [
        Preview("ORDER_PLACED", "The payment for an order arrived.", {"order": order, "lines": order.lines}),
        Preview(
            "REFUND_MADE", "Money of an order went back.", {"order": order, "amount": _money("18.00"), "part": "part"}
        ),
        Preview(
            "SOLD_OUT_REFUND",
            "A late payment found its goods sold out.",
            {"order": order, "amount": _money(order.total_incl_tax)},
        ),
        Preview(
            "ORDER_SHIPPED",
            "A parcel left the house.",
            {
                "order": order,
                "items": [{"title": "Silicone Scar Gel, 20 g", "quantity": 2}],
                "carrier": "UPS",
                "number": CARRIERS["ups"].example,
                "tracking_link": CARRIERS["ups"].tracking_link(CARRIERS["ups"].example),
                "between": [date_format(timezone.localdate() + timedelta(days=days)) for days in (3, 5)],
                "rest": [{"title": "Daily Shield SPF 50", "quantity": 1}],
            },
        ),
        Preview(
            "ORDER_DELIVERED",
            "A parcel arrived.",
            {"order": order, "items": [{"title": "Silicone Scar Gel, 20 g", "quantity": 2}]},
        ),
        Preview(
            "ORDER_CALLED_OFF",
            "Whoever placed an order cancelled it before it left.",
            {"order": order, "amount": _money(order.total_incl_tax)},
        ),
        Preview(
            "REVIEW_REQUEST",
            "Some days after all of an order arrived.",
            {
                "order": order,
                "is_guest": True,
                "days": LIFETIME.days,
                "products": [
                    {
                        "title": "Daily Shield SPF 50",
                        "path": reverse("guest-review", args=[order.number, 1, "1:sample"]),
                    }
                ],
                "stop_path": reverse("no-review-letters", args=["1:sample"]),
            },
        ),
        Preview("ORDER_LINK", "Somebody asked where an order is.", {"order": order}),
        *_about_returns(order),
        Preview(
            "REGISTRATION_LINK",
            "Somebody asked for an account.",
            {"path": reverse("customer:register-finish", args=["WyJuZXciLCIvIl0:1sample"])},
        ),
        Preview("REGISTRATION_KNOWN", "Somebody asked for an account with an address that has one.", {}),
        Preview("REGISTRATION", "An account was made.", {"user": user}),
        Preview("PASSWORD_RESET", "Somebody forgot a password.", about_user),
        Preview("PASSWORD_CHANGED", "A password was changed.", about_user),
        Preview(
            "EMAIL_CHANGED",
            "An account has another email address; this goes to the old one.",
            about_user | {"new_email": "alex@elsewhere.example"},
        ),
        Preview(
            "EMAIL_CONFIRMATION",
            "An account is to have another email address; this goes to the new one.",
            {"path": reverse("customer:email-change", args=["WzEsIm5ldyJd:1sample"])},
        ),
        Preview("EMAIL_TAKEN", "Another account was to have an address that has one already.", {}),
        Preview("ACCOUNT_DELETED", "An account was deleted; its orders stay in the books.", {"orders": 3}),
        Preview(
            "PRODUCT_ALERT_CONFIRMATION", "Somebody without an account asked for a stock alert.", {"alert": alert}
        ),
        Preview("PRODUCT_ALERT", "What somebody waited for is back.", {"alert": alert}),
    ]


def _about_returns(order: SimpleNamespace) -> list[Preview]:
    case = {"order": order, "number": "R-34679-CDFGH", "is_claim": False, "units": ["1 × Silicone Scar Gel, 20 g"]}
    case |= {"answer_time": "2 business days", "refund_time": "5 business days"}
    claim = case | {"is_claim": True}
    refusal = "The box was empty when it came. The carrier weighed it, and found the same."
    return [
        Preview("RETURN_LINK", "A guest wants to send something back.", {"order": order}),
        Preview("RETURN_REQUESTED", "A return waits for a person.", case),
        Preview("RETURN_APPROVED", "A return was approved.", case | {"amount": _money("18.00"), "pays_postage": True}),
        Preview("RETURN_LABEL", "The prepaid label of a return is there.", case),
        Preview("RETURN_RECEIVED", "A return came.", case),
        Preview("RETURN_REFUSED", "A return was refused.", case | {"refusal": refusal}),
        Preview("RETURN_WITHDRAWN", "A customer took a claim back.", claim),
    ]


def _to_staff() -> list[Preview]:
    order = _order()
    page = {"order": order, "url": reverse("admin:stripe_checkout_paymentattempt_changelist")}
    amount = {"amount": _money(order.total_incl_tax)}
    due_by = date_format(timezone.localdate() + timedelta(days=14))
    case = amount | {"number": "R-34679-CDFGH", "units": ["1 × Silicone Scar Gel, 20 g"], "order": order}
    case |= {"url": reverse("returns-desk:queue"), "is_claim": False}
    differences = [
        f"Order {order.number}: Stripe took 56.30 USD (pi_3QK2sample), which we have not booked.",
        f"Order {order.number}: we booked refund re_3QK2sample, which Stripe does not list.",
    ]
    return [
        Preview("STAFF_SOLD_OUT_REFUND", "A late payment found its goods sold out.", page | amount),
        Preview(
            "STAFF_PAYMENT_HELD",
            "Money came that does not fit its order.",
            page | {"reason": "Stripe took 50.00 USD, and the order comes to 56.30 USD."},
        ),
        Preview(
            "STAFF_REFUND_FAILED",
            "A bank did not take a refund.",
            page | amount | {"reason": "lost_or_stolen_card"},
        ),
        Preview(
            "STAFF_DISPUTE_OPENED",
            "A bank disputes a payment.",
            page | amount | {"reason": "fraudulent", "due_by": due_by},
        ),
        Preview("STAFF_DISPUTE_CLOSED", "A dispute was won or lost.", page | amount | {"outcome": "won"}),
        Preview("STAFF_REVIEW_OPENED", "Stripe wants a payment reviewed.", page | {"reason": "rule"}),
        Preview("STAFF_REVIEW_CLOSED", "A review has ended.", page | {"outcome": "approved"}),
        Preview("STAFF_RETURN_WAITS", "A return waits for a person.", case | {"reason": "The order is 120 days old."}),
        Preview(
            "STAFF_RETURN_UNPAID",
            "The money of an approved claim could not be asked for.",
            case | {"is_claim": True, "reason": "At most $0.00 can still be given back."},
        ),
        Preview(
            "STAFF_CONTACT",
            "Somebody used the contact form.",
            {
                "name": "Alex Example",
                "email": "alex@example.com",
                "order_number": order.number,
                "order_exists": True,
                "message": "Does the small scar gel fit into a shirt pocket?",
            },
        ),
        Preview(
            "STAFF_DIGEST",
            "Every morning on which there is something to do.",
            {
                "day": date_format(timezone.localdate()),
                "sections": [
                    {
                        "title": "Orders to pack",
                        "items": [f"Order {order.number} of November 3, 2026, Standard"],
                        "more": 4,
                        "path": f"{reverse('dashboard:order-list')}?status=Paid",
                    },
                    {
                        "title": "Reviews to read",
                        "items": ["Daily Shield SPF 50: Light, and no white cast"],
                        "more": 0,
                        "path": reverse("dashboard:reviews-list"),
                    },
                ],
            },
        ),
        Preview(
            "STAFF_RECONCILIATION", "The daily look at both books found differences.", {"differences": differences}
        ),
    ]


def _order() -> SimpleNamespace:
    """What letters read of an order: a record, since a model's sums are queries."""
    return SimpleNamespace(
        pk=1,
        number="34679-CDFGH",
        user_id=None,
        guest_email="alex@example.com",
        currency="USD",
        lines=[
            _line("Silicone Scar Gel, 20 g", 2, "36.00"),
            _line("Daily Shield SPF 50", 1, "21.00"),
        ],
        basket_total_before_discounts_incl_tax=Decimal("57.00"),
        total_discount_incl_tax=Decimal("5.70"),
        shipping_method="Standard",
        shipping_incl_tax=Decimal("5.00"),
        total_tax=Decimal("0.00"),
        total_incl_tax=Decimal("56.30"),
        shipping_address=ShippingAddress(
            first_name="Alex",
            last_name="Example",
            line1="12 Sample Street",
            line4="Austin",
            state="TX",
            postcode="78701",
            country=Country(iso_3166_1_a2="US", printable_name="United States"),
        ),
    )


def _line(title: str, quantity: int, price: str) -> SimpleNamespace:
    return SimpleNamespace(title=title, quantity=quantity, line_price_before_discounts_incl_tax=Decimal(price))


def _alert() -> Any:
    product = Product(pk=1, structure=Product.STANDALONE, title="Barrier Moisturizer", slug="barrier-moisturizer")
    return ProductAlert(email="alex@example.com", key="c2x4q78f3a", product=product)


def _money(amount: Decimal | str) -> str:
    return currency(Decimal(amount), "USD")
