"""Stripe's objects as JSON, in the shapes of API version 2026-10-28.endive: https://docs.stripe.com/api"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model

from .models import Charge, CheckoutSession, Dispute, Event, PaymentIntent, Refund, Review, new_id
from .parameters import line_amount

API_VERSION = "2026-10-28.endive"

DISPUTE_FEE = 1500  # https://stripe.com/pricing, in the minor unit of whatever currency

# Stripe's test account: https://docs.stripe.com/payments/ach-direct-debit/accept-a-payment#test-account-numbers
BANK_ACCOUNT = {
    "account_holder_type": "individual",
    "account_type": "checking",
    "bank_name": "STRIPE TEST BANK",
    "expected_debit_date": None,
    "fingerprint": None,
    "last4": "6789",
    "mandate": None,
    "payment_reference": None,
    "routing_number": "110000000",
}

NO_ADDRESS = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))


def checkout_session(session: CheckoutSession) -> dict[str, Any]:
    """https://docs.stripe.com/api/checkout/sessions/object"""
    asked = session.parameters
    is_open = session.status == CheckoutSession.Status.OPEN
    intent = PaymentIntent.objects.filter(session=session).first()
    email = session.payer_email or asked.get("customer_email")
    return {
        "id": session.id,
        "object": "checkout.session",
        "adaptive_pricing": asked.get("adaptive_pricing", {"enabled": False}),
        "after_expiration": None,
        "allow_promotion_codes": None,
        "allowed_payment_method_types": asked.get("allowed_payment_method_types"),
        "amount_subtotal": session.amount_total,
        "amount_total": session.amount_total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": asked.get("billing_address_collection"),
        "cancel_url": asked.get("cancel_url"),
        "client_reference_id": asked.get("client_reference_id"),
        "client_secret": None,
        "collected_information": None,
        "consent": None,
        "consent_collection": None,
        "created": seconds(session.created_at),
        "currency": session.currency,
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")),
        "customer": None,
        "customer_account": None,
        "customer_creation": asked.get("customer_creation", "if_required"),
        "customer_details": {
            "address": NO_ADDRESS if session.payer_name else None,
            "business_name": None,
            "email": email,
            "individual_name": None,
            "name": session.payer_name or None,
            "phone": None,
            "tax_exempt": "none",
            "tax_ids": [] if session.payer_name else None,
        }
        if email
        else None,
        "customer_email": asked.get("customer_email"),
        "discounts": [],
        "excluded_payment_method_types": None,
        "expires_at": seconds(session.expires_at),
        "integration_identifier": asked.get("integration_identifier"),
        "invoice": None,
        "invoice_creation": {"enabled": False},
        "livemode": False,
        "locale": asked.get("locale"),
        "metadata": asked.get("metadata", {}),
        "mode": asked["mode"],
        "origin_context": None,
        "payment_intent": intent.id if intent else None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": _payment_method_types(session),
        "payment_status": session.payment_status,
        "permissions": None,
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "saved_payment_method_options": None,
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": session.status,
        "submit_type": asked.get("submit_type"),
        "subscription": None,
        "success_url": asked["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": session.page_url if is_open else None,
        "wallet_options": None,
    }


def new_line_item(asked: dict[str, Any], *, created_at: datetime) -> dict[str, Any]:
    """The line item made of what parameters.LINE_ITEM read: https://docs.stripe.com/api/checkout/sessions/line_items"""
    price = asked["price_data"]
    amount = line_amount(asked)
    return {
        "id": new_id("li_"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price["currency"],
        "description": price["product_data"]["name"],
        "metadata": asked.get("metadata", {}),
        "price": {
            "id": new_id("price_"),
            "object": "price",
            "active": False,
            "billing_scheme": "per_unit",
            "created": seconds(created_at),
            "currency": price["currency"],
            "custom_unit_amount": None,
            "livemode": False,
            "lookup_key": None,
            "metadata": {},
            "nickname": None,
            "product": new_id("prod_"),
            "recurring": None,
            "tax_behavior": price.get("tax_behavior", "unspecified"),
            "tiers_mode": None,
            "transform_quantity": None,
            "type": "one_time",
            "unit_amount": price.get("unit_amount"),
            "unit_amount_decimal": price.get("unit_amount_decimal", str(price.get("unit_amount"))),
        },
        "quantity": asked["quantity"],
    }


def payment_intent(intent: PaymentIntent) -> dict[str, Any]:
    """https://docs.stripe.com/api/payment_intents/object"""
    session = intent.session
    asked = session.parameters.get("payment_intent_data", {})
    succeeded = intent.status == PaymentIntent.Status.SUCCEEDED
    latest_charge = intent.charges.first()
    return {
        "id": intent.id,
        "object": "payment_intent",
        "allowed_payment_method_types": None,
        "amount": session.amount_total,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": session.amount_total if succeeded else 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": seconds(intent.canceled_at) if intent.canceled_at else None,
        "cancellation_reason": "expired" if intent.canceled_at else None,
        "capture_method": asked.get("capture_method", "automatic_async"),
        "client_secret": f"{intent.id}_secret_stand_in",
        "confirmation_method": "automatic",
        "created": seconds(intent.created_at),
        "currency": session.currency,
        "customer": None,
        "customer_account": None,
        "description": asked.get("description"),
        "last_payment_error": intent.last_payment_error,
        "latest_charge": latest_charge.id if latest_charge else None,
        "livemode": False,
        "metadata": asked.get("metadata", {}),
        "next_action": {
            "type": "redirect_to_url",
            "redirect_to_url": {"return_url": session.page_url, "url": f"{session.page_url}authenticate/"},
        }
        if intent.status == PaymentIntent.Status.REQUIRES_ACTION
        else None,
        "on_behalf_of": None,
        "payment_method": intent.payment_method or None,
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": _payment_method_types(session),
        "processing": None,
        "receipt_email": asked.get("receipt_email"),
        "review": _review_id(charge__intent=intent),
        "setup_future_usage": None,
        "shipping": asked.get("shipping"),
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": asked.get("statement_descriptor_suffix"),
        "status": intent.status,
        "transfer_data": None,
        "transfer_group": None,
    }


def charge(charge: Charge) -> dict[str, Any]:
    """https://docs.stripe.com/api/charges/object"""
    session = charge.intent.session
    asked = session.parameters.get("payment_intent_data", {})
    succeeded = charge.status == Charge.Status.SUCCEEDED
    failed = charge.status == Charge.Status.FAILED
    return {
        "id": charge.id,
        "object": "charge",
        "amount": charge.amount,
        "amount_captured": 0 if failed else charge.amount,
        "amount_refunded": charge.amount_refunded,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": _billing_details(session),
        "calculated_statement_descriptor": "TEST SHOP",
        "captured": not failed,
        "created": seconds(charge.created_at),
        "currency": session.currency,
        "customer": None,
        "description": asked.get("description"),
        "disputed": Dispute.objects.filter(charge=charge).exists(),
        "failure_balance_transaction": None,
        "failure_code": charge.failure_code or None,
        "failure_message": charge.failure_message or None,
        "fraud_details": {},
        "livemode": False,
        "metadata": asked.get("metadata", {}),
        "on_behalf_of": None,
        "outcome": {
            "advice_code": None,
            "network_advice_code": None,
            "network_decline_code": None,
            "network_status": "declined_by_network" if failed else "approved_by_network",
            "reason": charge.decline_code or charge.failure_code if failed else None,
            "risk_level": "normal",
            "risk_score": 20,
            "seller_message": "The bank did not accept the payment." if failed else "Payment complete.",
            "type": "issuer_declined" if failed else "authorized",
        },
        "paid": succeeded,
        "payment_intent": charge.intent_id,
        "payment_method": charge.payment_method,
        "payment_method_details": _payment_method(charge),
        "radar_options": {},
        "receipt_email": asked.get("receipt_email"),
        "receipt_number": None,
        "receipt_url": None,
        "refunded": succeeded and charge.amount_refunded == charge.amount,
        "review": _review_id(charge=charge),
        "shipping": asked.get("shipping"),
        "source": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": asked.get("statement_descriptor_suffix"),
        "status": charge.status,
        "transfer_data": None,
        "transfer_group": None,
    }


def payment_error(charge: Charge) -> dict[str, Any]:
    """The `last_payment_error` that a failed charge leaves on its payment intent."""
    error = {
        "charge": charge.id,
        "code": charge.failure_code,
        "doc_url": f"https://stripe.com/docs/error-codes/{charge.failure_code.replace('_', '-')}",
        "message": charge.failure_message,
        "payment_method": {
            "id": charge.payment_method,
            "object": "payment_method",
            "billing_details": _billing_details(charge.intent.session),
            "created": seconds(charge.created_at),
            "customer": None,
            "livemode": False,
            "metadata": {},
            **_payment_method(charge),
        },
        "type": "card_error" if charge.card else "invalid_request_error",
    }
    if charge.decline_code:
        error["decline_code"] = charge.decline_code
    return error


def refund(refund: Refund) -> dict[str, Any]:
    """https://docs.stripe.com/api/refunds/object"""
    body = {
        "id": refund.id,
        "object": "refund",
        "amount": refund.amount,
        "balance_transaction": None,
        "charge": refund.charge_id,
        "created": seconds(refund.created_at),
        "currency": refund.charge.intent.session.currency,
        "destination_details": {
            "card": {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"},
            "type": "card",
        }
        if refund.charge.card
        else {"us_bank_transfer": {"reference": None, "reference_status": None}, "type": "us_bank_transfer"},
        "metadata": refund.metadata,
        "payment_intent": refund.charge.intent_id,
        "reason": refund.reason or None,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": refund.status,
        "transfer_reversal": None,
    }
    if refund.is_pending:
        body["pending_reason"] = "processing"
    if refund.failure_reason:
        body["failure_reason"] = refund.failure_reason
        body["failure_balance_transaction"] = None
    return body


def dispute(dispute: Dispute) -> dict[str, Any]:
    """https://docs.stripe.com/api/disputes/object"""
    charge = dispute.charge
    return {
        "id": dispute.id,
        "object": "dispute",
        "amount": dispute.amount,
        "balance_transactions": _balance_transactions(dispute),
        "charge": charge.id,
        "created": seconds(dispute.created_at),
        "currency": charge.intent.session.currency,
        "enhanced_eligibility_types": [],
        "evidence": {},
        "evidence_details": {
            "due_by": seconds(dispute.due_by),
            "enhanced_eligibility": {},
            "has_evidence": dispute.submission_count > 0,
            "past_due": False,
            "submission_count": dispute.submission_count,
        },
        "is_charge_refundable": dispute.status not in Dispute.KEEPS_CHARGE,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge.intent_id,
        "payment_method_details": {
            "card": {
                "brand": charge.card["brand"],
                "case_type": "inquiry" if dispute.is_inquiry else "chargeback",
                "network_reason_code": "83",
            },
            "type": "card",
        }
        if charge.card
        else None,
        "reason": dispute.reason,
        "status": dispute.status,
    }


def review(review: Review) -> dict[str, Any]:
    """https://docs.stripe.com/api/radar/reviews/object"""
    return {
        "id": review.id,
        "object": "review",
        "billing_zip": None,
        "charge": review.charge_id,
        "closed_reason": review.closed_reason or None,
        "created": seconds(review.created_at),
        "ip_address": None,
        "ip_address_location": None,
        "livemode": False,
        "open": not review.closed_reason,
        "opened_reason": "manual",
        "payment_intent": review.charge.intent_id,
        "reason": review.closed_reason or "manual",
        "session": None,
    }


def event(event: Event) -> dict[str, Any]:
    """https://docs.stripe.com/api/events/object; the count of webhooks to come is the one thing that changes."""
    return {**event.payload, "pending_webhooks": 0 if event.delivered_at else 1}


def page(items: Iterable[dict[str, Any]], *, url: str, has_more: bool) -> dict[str, Any]:
    """A page of objects: https://docs.stripe.com/api/pagination. `url` is the path that lists them."""
    return {"object": "list", "data": list(items), "has_more": has_more, "url": url}


def expand(body: dict[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """`body` with the ids at `paths` replaced by the objects: https://docs.stripe.com/api/expanding_objects"""
    for path in paths:
        _expand(body, path.split("."))
    return body


def seconds(moment: datetime) -> int:
    """A moment as Stripe writes it, in whole seconds since 1970."""
    return int(moment.timestamp())


def _expand(body: dict[str, Any], steps: list[str]) -> None:
    step, *rest = steps
    if step == "data":
        for item in body["data"]:
            _expand(item, rest)
        return
    if step == "line_items":
        session = CheckoutSession.objects.get(pk=body["id"])
        url = f"/v1/checkout/sessions/{session.id}/line_items"
        body[step] = page(session.line_items[:10], url=url, has_more=len(session.line_items) > 10)
    elif isinstance(body[step], str):
        body[step] = _by_id(body[step])
    if rest and isinstance(body[step], dict):
        _expand(body[step], rest)


def _by_id(identifier: str) -> dict[str, Any]:
    models: dict[str, tuple[type[Model], Any]] = {
        "pi": (PaymentIntent, payment_intent),
        "ch": (Charge, charge),
        "prv": (Review, review),
    }
    model, render = models[identifier.split("_")[0]]
    return render(model._default_manager.get(pk=identifier))


def _review_id(**of: Model) -> str | None:
    return Review.objects.filter(**of).values_list("pk", flat=True).first()


def _payment_method_types(session: CheckoutSession) -> list[str]:
    return ["card", "us_bank_account"] if session.takes_bank_debits else ["card"]


def _billing_details(session: CheckoutSession) -> dict[str, Any]:
    return {
        "address": NO_ADDRESS,
        "email": session.payer_email or None,
        "name": session.payer_name or None,
        "phone": None,
        "tax_id": None,
    }


def _payment_method(charge: Charge) -> dict[str, Any]:
    """What a charge was paid with, under the name of its type."""
    if not charge.card:
        return {"us_bank_account": BANK_ACCOUNT, "type": "us_bank_account"}
    card = {
        **charge.card,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": "US",
        "funding": "credit",
        "network": charge.card["brand"],
        "three_d_secure": None,
        "wallet": None,
    }
    return {"card": card, "type": "card"}


def _balance_transactions(dispute: Dispute) -> list[dict[str, Any]]:
    """What a dispute has taken from the shop's balance, and given back: https://docs.stripe.com/api/balance_transactions"""
    moves = []
    if not dispute.is_inquiry:
        moves.append(("dispute", -dispute.amount, DISPUTE_FEE))
    if dispute.status == Dispute.Status.WON:
        moves.append(("dispute_reversal", dispute.amount, 0))
    return [
        {
            "id": f"txn_{dispute.id.removeprefix('du_')}{number}",
            "object": "balance_transaction",
            "amount": amount,
            "available_on": seconds(dispute.created_at),
            "created": seconds(dispute.created_at),
            "currency": dispute.charge.intent.session.currency,
            "description": f"Chargeback for {dispute.charge_id}",
            "exchange_rate": None,
            "fee": fee,
            "fee_details": [],
            "net": amount - fee,
            "reporting_category": category,
            "source": dispute.id,
            "status": "available",
            "type": "adjustment",
        }
        for number, (category, amount, fee) in enumerate(moves)
    ]
