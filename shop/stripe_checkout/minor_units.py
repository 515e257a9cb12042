"""Money at the border: the shop counts in Decimal, Stripe in integers of the smallest unit. Converted here only.

Source of the rules: docs.stripe.com/currencies.
"""

from decimal import Decimal

EXPONENTS = {"USD": 2, "CAD": 2, "EUR": 2, "GBP": 2, "AUD": 2, "CHF": 2, "JPY": 0, "KRW": 0}
"""Decimal places by ISO 4217 code, for the currencies that the shop supports."""

MINIMUM_CHARGES = {"USD": 50, "CAD": 50, "EUR": 50, "GBP": 30, "AUD": 50, "CHF": 50, "JPY": 50, "KRW": 500}
"""The least that Stripe charges, in minor units."""


MAXIMUM_CHARGE = 99_999_999
"""The most that Stripe charges, in minor units: eight digits, whatever the currency."""


def to_minor_units(amount: Decimal, currency: str) -> int:
    """`amount` of `currency` (ISO 4217) in its smallest unit: 47.00 USD is 4700.

    Raises ValueError for a currency the shop does not support, and for an amount that has more decimal places than
    the currency: rounding is the shop's decision and was made before.
    """
    minor = amount.scaleb(_exponent(currency))
    if minor != minor.to_integral_value():
        raise ValueError(f"{amount} {currency} is not a whole number of its smallest unit.")
    return int(minor)


def from_minor_units(amount: int, currency: str) -> Decimal:
    """The other way round: 4700 of USD is 47.00."""
    return Decimal(amount).scaleb(-_exponent(currency))


def maximum_charge(currency: str) -> Decimal:
    """The most that can be paid by card at once."""
    return from_minor_units(MAXIMUM_CHARGE, currency)


def minimum_charge(currency: str) -> Decimal:
    """The least amount that can be paid by card."""
    return from_minor_units(MINIMUM_CHARGES[currency], currency)


def _exponent(currency: str) -> int:
    if currency not in EXPONENTS:
        raise ValueError(f"The shop does not support {currency}.")
    return EXPONENTS[currency]
