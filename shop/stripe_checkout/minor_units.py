"""Money at the border: the shop counts in Decimal, Stripe in integers of the smallest unit. Converted here only.

Source of the rules: docs.stripe.com/currencies.
"""

from decimal import ROUND_HALF_UP, Decimal

ZERO_DECIMAL = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
)
THREE_DECIMAL = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))

MINIMUM_CHARGES = {
    "USD": 50,
    "CAD": 50,
    "EUR": 50,
    "GBP": 30,
    "AUD": 50,
    "CHF": 50,
    "JPY": 50,
    "KRW": 1000,  # for this and the next one Stripe names none: its rule is what half a US dollar is worth
    "KWD": 200,
}
"""The least that Stripe charges, in minor units, by ISO 4217 code. These are the currencies that the shop supports."""

STORED_DECIMALS = 2
"""Of an amount in Oscar's tables."""

MAXIMUM_CHARGE = 99_999_999
"""The most that Stripe charges, in minor units: eight digits, whatever the currency."""


class UnsupportedCurrency(ValueError):
    """The shop does not take payments in this currency."""


def check_supported(currency: str) -> None:
    """Raises UnsupportedCurrency for a currency (ISO 4217) in which the shop does not take payments."""
    if currency not in MINIMUM_CHARGES:
        raise UnsupportedCurrency(f"The shop does not take payments in {currency}.")


def to_minor_units(amount: Decimal, currency: str) -> int:
    """`amount` of `currency` (ISO 4217) in its smallest unit: 47.00 USD is 4700, 4.75 KWD is 4750.

    Raises ValueError for an amount that Stripe does not take to the last digit: more decimal places than the currency
    has, or a third one that is not zero. Rounding is the shop's decision and was made before.
    """
    minor = amount.scaleb(_exponent(currency))
    if minor % (10 if currency in THREE_DECIMAL else 1):
        raise ValueError(f"{amount} {currency} cannot be charged to the last digit.")
    return int(minor)


def chargeable(amount: Decimal, currency: str) -> Decimal:
    """`amount` rounded to what can be charged and stored: whole yen, hundredths of a dollar or a dinar."""
    return amount.quantize(Decimal(1).scaleb(-min(_exponent(currency), STORED_DECIMALS)), ROUND_HALF_UP)


def from_minor_units(amount: int, currency: str) -> Decimal:
    """The other way round: 4700 of USD is 47.00."""
    return Decimal(amount).scaleb(-_exponent(currency))


def maximum_charge(currency: str) -> Decimal:
    """The most that can be paid by card at once."""
    return from_minor_units(MAXIMUM_CHARGE, currency)


def minimum_charge(currency: str) -> Decimal:
    """The least amount that can be paid by card. Raises UnsupportedCurrency."""
    check_supported(currency)
    return from_minor_units(MINIMUM_CHARGES[currency], currency)


def _exponent(currency: str) -> int:
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2
