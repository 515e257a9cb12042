"""Which parameters each endpoint takes, as data, and the rules that span several of them.

From Stripe's reference, version 2026-10-28.endive: https://docs.stripe.com/api/checkout/sessions/create
What Stripe takes and the stand-in does not do is refused in a sentence that says so.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .currencies import CURRENCIES, LARGEST_AMOUNT, display
from .errors import InvalidParameter
from .parameter_kinds import (
    LARGEST_MOMENT,
    Amount,
    Array,
    Choice,
    CurrencyCode,
    DecimalAmount,
    Email,
    Flag,
    Hash,
    Integer,
    Kind,
    Metadata,
    Moment,
    NotSimulated,
    Text,
    Url,
    required,
)

SHORTEST_SESSION = timedelta(minutes=30)
LONGEST_SESSION = timedelta(hours=24)

# What `expand` may replace by the object itself, and that object's own type.
EXPANDABLE = {
    "checkout.session": {"line_items": "item", "payment_intent": "payment_intent"},
    "payment_intent": {"latest_charge": "charge", "review": "review"},
    "charge": {"payment_intent": "payment_intent", "review": "review"},
    "refund": {"charge": "charge", "payment_intent": "payment_intent"},
    "dispute": {"charge": "charge", "payment_intent": "payment_intent"},
    "review": {"charge": "charge", "payment_intent": "payment_intent"},
    "event": {},
    "item": {},
}


@dataclass(frozen=True, kw_only=True)
class Expand(Kind):
    """Paths like `payment_intent.latest_charge`, from an object of the type `of`; in a list they begin with `data.`"""

    of: str
    listed: bool = False

    def read(self, raw: Any, *, name: str) -> list[str]:
        paths = Array(of=Text(), at_most=20).read(raw, name=name)
        for index, path in enumerate(paths):
            kind: str | None = self.of
            steps = path.split(".")
            if self.listed:
                kind = kind if steps[0] == "data" else None
                steps = steps[1:]
            for step in steps:
                kind = EXPANDABLE[kind].get(step) if kind else None
            if not kind or not steps:
                raise InvalidParameter(f"This property cannot be expanded ({path}).", param=f"{name}[{index}]")
        return paths


def _page_of(kind: str) -> dict[str, Kind]:
    return {
        "created": Moment(),
        "ending_before": Text(),
        "expand": Expand(of=kind, listed=True),
        "limit": Integer(at_least=1, at_most=100),
        "starting_after": Text(),
    }


NOTHING = Hash(fields={})

LINE_ITEM = Hash(
    fields={
        "metadata": Metadata(),
        "price": Text(),
        "price_data": Hash(
            fields={
                "currency": CurrencyCode(required=True),
                "product_data": Hash(
                    fields={
                        "name": Text(required=True),
                        "description": Text(),
                        "images": Array(of=Url(), at_most=8),
                        "metadata": Metadata(),
                        "tax_code": Text(),
                        "unit_label": Text(at_most=12),
                        "tax_details": NotSimulated(),
                    }
                ),
                "tax_behavior": Choice(options=("exclusive", "inclusive", "unspecified")),
                "unit_amount": Amount(),
                "unit_amount_decimal": DecimalAmount(),
                "product": NotSimulated(),
                "recurring": NotSimulated(),
            }
        ),
        "quantity": Integer(required=True, at_least=1, at_most=999_999),
        "adjustable_quantity": NotSimulated(),
        "tax_rates": NotSimulated(),
    }
)

PAYMENT_INTENT_DATA = Hash(
    fields={
        "capture_method": Choice(options=("automatic", "automatic_async")),
        "description": Text(at_most=1000),
        "metadata": Metadata(),
        "receipt_email": Email(),
        "shipping": Hash(
            fields={
                "address": Hash(
                    required=True,
                    fields={
                        "city": Text(),
                        "country": Text(),
                        "line1": Text(required=True),
                        "line2": Text(),
                        "postal_code": Text(),
                        "state": Text(),
                    },
                ),
                "carrier": Text(),
                "name": Text(required=True),
                "phone": Text(),
                "tracking_number": Text(),
            }
        ),
        "statement_descriptor_suffix": Text(at_most=22),
        "application_fee_amount": NotSimulated(),
        "on_behalf_of": NotSimulated(),
        "setup_future_usage": NotSimulated(),
        "statement_descriptor": NotSimulated(),
        "transfer_data": NotSimulated(),
        "transfer_group": NotSimulated(),
    }
)

CREATE_SESSION = Hash(
    fields={
        "adaptive_pricing": Hash(fields={"enabled": Flag()}),
        "allowed_payment_method_types": Array(of=Choice(options=("card", "us_bank_account")), at_most=2),
        "billing_address_collection": Choice(options=("auto",)),
        "cancel_url": Url(),
        "client_reference_id": Text(at_most=200),
        "currency": CurrencyCode(),
        "customer_creation": Choice(options=("if_required",)),
        "customer_email": Email(),
        "expand": Expand(of="checkout.session"),
        "expires_at": Integer(at_most=LARGEST_MOMENT),
        "integration_identifier": Text(at_most=200),
        "line_items": Array(required=True, of=LINE_ITEM, at_most=100),
        "locale": Choice(options=("auto", "en")),
        "metadata": Metadata(),
        "mode": Choice(required=True, options=("payment", "setup", "subscription")),
        "payment_intent_data": PAYMENT_INTENT_DATA,
        "submit_type": Choice(options=("auto", "book", "donate", "pay", "subscribe")),
        "success_url": Url(required=True),
        "ui_mode": Choice(options=("elements", "embedded_page", "form", "hosted_page")),
        **dict.fromkeys(
            (
                "after_expiration",
                "allow_promotion_codes",
                "automatic_tax",
                "branding_settings",
                "consent_collection",
                "custom_fields",
                "custom_text",
                "customer",
                "customer_account",
                "customer_update",
                "discounts",
                "excluded_payment_method_types",
                "invoice_creation",
                "managed_payments",
                "name_collection",
                "optional_items",
                "origin_context",
                "payment_method_collection",
                "payment_method_configuration",
                "payment_method_data",
                "payment_method_options",
                "permissions",
                "phone_number_collection",
                "redirect_on_completion",
                "return_url",
                "saved_payment_method_options",
                "setup_intent_data",
                "shipping_address_collection",
                "shipping_options",
                "subscription_data",
                "tax_id_collection",
                "wallet_options",
            ),
            NotSimulated(),
        ),
    }
)

LIST_SESSIONS = Hash(
    fields={
        **_page_of("checkout.session"),
        "payment_intent": Text(),
        "status": Choice(options=("complete", "expired", "open")),
        **dict.fromkeys(
            ("customer", "customer_account", "customer_details", "payment_link", "subscription"), NotSimulated()
        ),
    }
)
LIST_LINE_ITEMS = Hash(fields={key: kind for key, kind in _page_of("item").items() if key != "created"})
LIST_PAYMENT_INTENTS = Hash(
    fields={**_page_of("payment_intent"), "customer": NotSimulated(), "customer_account": NotSimulated()}
)
LIST_REFUNDS = Hash(fields={**_page_of("refund"), "charge": Text(), "payment_intent": Text()})
LIST_DISPUTES = Hash(fields={**_page_of("dispute"), "charge": Text(), "payment_intent": Text()})
LIST_REVIEWS = Hash(fields=_page_of("review"))
LIST_EVENTS = Hash(
    fields={
        **_page_of("event"),
        "delivery_success": Flag(),
        "type": Text(),
        "types": Array(of=Text(), at_most=20),
    }
)

CREATE_REFUND = Hash(
    fields={
        "amount": Integer(at_least=1, at_most=LARGEST_AMOUNT),
        "charge": Text(),
        "expand": Expand(of="refund"),
        "metadata": Metadata(),
        "payment_intent": Text(),
        "reason": Choice(options=("duplicate", "fraudulent", "requested_by_customer")),
        **dict.fromkeys(
            (
                "currency",
                "customer",
                "instructions_email",
                "origin",
                "refund_application_fee",
                "reverse_transfer",
            ),
            NotSimulated(),
        ),
    }
)


def only_expand(kind: str) -> Hash:
    """The parameters of an endpoint about one object of the type `kind`, which takes none but `expand`."""
    return Hash(fields={"expand": Expand(of=kind)})


def check_session(session: dict[str, Any], *, now: datetime) -> None:
    """The rules of a new Checkout Session that concern more than one of its parameters.

    Args:
        session: what `CREATE_SESSION` read.
        now: the moment of creation.

    Raises:
        InvalidParameter: a rule is broken.
    """
    if session["mode"] != "payment":
        raise InvalidParameter(
            f"The Stripe stand-in does not simulate `{session['mode']}` mode: use `payment`.", param="mode"
        )
    if session.get("ui_mode", "hosted_page") != "hosted_page":
        raise InvalidParameter("The Stripe stand-in simulates the `hosted_page` mode only.", param="ui_mode")
    if not session["line_items"]:
        raise required("line_items")
    for index, item in enumerate(session["line_items"]):
        _check_line_item(item, name=f"line_items[{index}]")
    _check_one_currency(session)
    _check_total(session)
    _check_expiry(session, now=now)


def line_amount(item: dict[str, Any]) -> int:
    """What a line item comes to, in minor units: `unit_amount_decimal` is rounded once the quantity is in."""
    price = item["price_data"]
    unit = Decimal(price.get("unit_amount_decimal", price.get("unit_amount")))
    return int((unit * item["quantity"]).quantize(Decimal(1), ROUND_HALF_UP))


def check_refund(refund: dict[str, Any]) -> None:
    """One charge to refund, named directly or by its payment intent.

    Raises:
        InvalidParameter: neither is named, or both are.
    """
    if "charge" in refund and "payment_intent" in refund:
        raise exclusive("charge", "payment_intent")
    if "charge" not in refund and "payment_intent" not in refund:
        raise InvalidParameter(
            "One of the following params should be provided for this request: payment_intent or charge.",
            code="parameter_missing",
        )


def exclusive(*keys: str, name: str = "") -> InvalidParameter:
    """The refusal for parameters that rule each other out; `name` is the object that they stand in, if any."""
    return InvalidParameter(
        f"You may only specify one of these parameters: {', '.join(keys)}.",
        param=f"{name}[{keys[0]}]" if name else keys[0],
        code="parameters_exclusive",
    )


def _check_line_item(item: dict[str, Any], *, name: str) -> None:
    if "price" in item:
        raise InvalidParameter(f"No such price: '{item['price']}'", param=f"{name}[price]", code="resource_missing")
    if "price_data" not in item:
        raise required(f"{name}[price_data]")
    price = item["price_data"]
    if "product_data" not in price:
        raise required(f"{name}[price_data][product_data]")
    if "unit_amount" in price and "unit_amount_decimal" in price:
        raise exclusive("unit_amount", "unit_amount_decimal", name=f"{name}[price_data]")
    if "unit_amount" not in price and "unit_amount_decimal" not in price:
        raise required(f"{name}[price_data][unit_amount]")
    if CURRENCIES[price["currency"]].digits == 3 and line_amount(item) % 10:
        raise InvalidParameter(
            f"Invalid amount: in {price['currency']} the last of the three decimals must be 0.",
            param=f"{name}[price_data][unit_amount]",
        )


def _check_one_currency(session: dict[str, Any]) -> None:
    currencies = [item["price_data"]["currency"] for item in session["line_items"]]
    expected = session.get("currency", currencies[0])
    for index, currency in enumerate(currencies):
        if currency != expected:
            raise InvalidParameter(
                "All line items of a Checkout Session must use the same currency: expected "
                f"`{expected}`, but line_items[{index}] uses `{currency}`.",
                param=f"line_items[{index}][price_data][currency]",
            )


def _check_total(session: dict[str, Any]) -> None:
    currency = session["line_items"][0]["price_data"]["currency"]
    total = sum(line_amount(item) for item in session["line_items"])
    minimum = CURRENCIES[currency].minimum
    # Stripe itself lets a total of zero through without a payment; the stand-in has no page for that.
    if total < minimum:
        raise InvalidParameter(
            f"The Checkout Session's total amount due must add up to at least {display(minimum, currency)} {currency}",
            code="amount_too_small",
        )
    if total > LARGEST_AMOUNT:
        raise InvalidParameter(
            "The Checkout Session's total amount due must be no more than "
            f"{display(LARGEST_AMOUNT, currency)} {currency}",
            code="amount_too_large",
        )


def _check_expiry(session: dict[str, Any], *, now: datetime) -> None:
    if "expires_at" not in session:
        return
    created = int(now.timestamp())
    if session["expires_at"] < created + SHORTEST_SESSION.total_seconds():
        raise InvalidParameter(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.",
            param="expires_at",
        )
    if session["expires_at"] > created + LONGEST_SESSION.total_seconds():
        raise InvalidParameter(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
            param="expires_at",
        )
