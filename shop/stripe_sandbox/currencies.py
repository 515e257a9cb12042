"""The currencies that the stand-in takes, and the least that may be charged in each."""

from decimal import Decimal
from typing import NamedTuple

from babel.numbers import format_currency

LARGEST_AMOUNT = 99_999_999  # eight digits, in the minor unit of whatever currency


class Currency(NamedTuple):
    """`digits` after the decimal point, and the `minimum` charge in minor units."""

    digits: int
    minimum: int


# https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts and #zero-decimal; Stripe takes more of them.
# Where it names no minimum (bhd, krw, kwd), about what 0.50 US dollars convert to.
CURRENCIES = {
    "usd": Currency(2, 50),
    "aud": Currency(2, 50),
    "bhd": Currency(3, 190),
    "brl": Currency(2, 50),
    "cad": Currency(2, 50),
    "chf": Currency(2, 50),
    "czk": Currency(2, 1500),
    "dkk": Currency(2, 250),
    "eur": Currency(2, 50),
    "gbp": Currency(2, 30),
    "hkd": Currency(2, 400),
    "huf": Currency(2, 17500),
    "inr": Currency(2, 50),
    "jpy": Currency(0, 50),
    "krw": Currency(0, 700),
    "kwd": Currency(3, 160),
    "mxn": Currency(2, 1000),
    "nok": Currency(2, 300),
    "nzd": Currency(2, 50),
    "pln": Currency(2, 200),
    "sek": Currency(2, 300),
    "sgd": Currency(2, 50),
}


def display(amount: int, currency: str) -> str:
    """`amount` in minor units of `currency`, as an American reads it: "$47.00", "¥50"."""
    digits = CURRENCIES[currency].digits
    pattern = "¤#,##0" + ("." + "0" * digits if digits else "")
    return format_currency(
        Decimal(amount).scaleb(-digits), currency.upper(), pattern, locale="en_US", currency_digits=False
    )
