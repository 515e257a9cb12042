"""Stripe's test cards, and what comes of each: https://docs.stripe.com/testing"""

import re
from typing import NamedTuple


class Decline(NamedTuple):
    """Why a payment failed, as the shopper (`message`) and the shop (`code`, `decline_code`) are told."""

    message: str
    code: str = "card_declined"
    decline_code: str = ""


class TestCard(NamedTuple):
    """What paying with a card leads to, in words and as data; with no other field set, to a payment that stays.

    `authenticates`: the bank asks the shopper first (3D Secure). `refund_fails`: a refund succeeds at first and can be
    made to fail later. `refund_pends`: a refund is pending at first. `disputed`: the cardholder disputes the payment
    at once.
    """

    meaning: str = ""
    decline: Decline | None = None
    authenticates: bool = False
    refund_fails: bool = False
    refund_pends: bool = False
    disputed: bool = False


TEST_CARDS = {
    "4242424242424242": TestCard("Pays"),
    "4000000000000002": TestCard(
        "Is declined", decline=Decline("Your card was declined.", decline_code="generic_decline")
    ),
    "4000000000009995": TestCard(
        "Has too little money",
        decline=Decline("Your card has insufficient funds.", decline_code="insufficient_funds"),
    ),
    "4000000000000069": TestCard("Has expired", decline=Decline("Your card has expired.", code="expired_card")),
    "4000000000000127": TestCard(
        "Has another CVC", decline=Decline("Your card's security code is incorrect.", code="incorrect_cvc")
    ),
    "4000002760003184": TestCard("Asks for 3D Secure", authenticates=True),
    "4000000000005126": TestCard("Pays; its refund can fail", refund_fails=True),
    "4000000000007726": TestCard("Pays; its refund is pending first", refund_pends=True),
    "4000000000000259": TestCard("Pays; is disputed at once", disputed=True),
}

OTHER_CARD = TestCard(
    decline=Decline(
        "Your card was declined. Your request was in test mode, but used a non test (live) card. "
        "For a list of valid test cards, visit: https://docs.stripe.com/testing.",
        decline_code="test_mode_live_card",
    )
)

# What banks say of a debit: https://docs.stripe.com/payments/ach-direct-debit#failures
NO_FUNDS_TO_DEBIT = Decline(
    "The customer's account has insufficient funds to cover this payment.",
    code="payment_intent_payment_attempt_failed",
    decline_code="insufficient_funds",
)

NOT_AUTHENTICATED = Decline(
    "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
    code="payment_intent_authentication_failure",
)


def test_card(number: str) -> TestCard:
    """The outcome of the card with this `number` (digits only)."""
    return TEST_CARDS.get(number, OTHER_CARD)


def listing() -> list[tuple[str, str]]:
    """Every test card for people: its number in groups of four, and what it means."""
    return [(" ".join(re.findall("....", number)), card.meaning) for number, card in TEST_CARDS.items()]


def brand(number: str) -> str:
    """The network that a card number belongs to, by its first digits."""
    return {"3": "amex", "4": "visa", "5": "mastercard", "6": "discover"}.get(number[:1], "unknown")


def passes_luhn(number: str) -> bool:
    """Whether the last digit checks the others: https://en.wikipedia.org/wiki/Luhn_algorithm"""
    digits = [int(digit) for digit in reversed(number)]
    doubled = [digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
