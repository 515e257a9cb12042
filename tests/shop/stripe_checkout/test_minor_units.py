from decimal import Decimal

import pytest

from shop.stripe_checkout.minor_units import (
    UnsupportedCurrency,
    from_minor_units,
    minimum_charge,
    to_minor_units,
)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("47.00", "USD", 4700), ("0.01", "USD", 1), ("500", "JPY", 500), ("4.75", "KWD", 4750), ("1.230", "BHD", 1230)],
)
def test_row_21_amounts_go_there_and_back(amount, currency, minor):
    assert to_minor_units(Decimal(amount), currency) == minor
    assert from_minor_units(minor, currency) == Decimal(amount)


@pytest.mark.parametrize(("amount", "currency"), [("0.001", "USD"), ("1.5", "JPY"), ("1.234", "KWD")])
def test_row_21_what_cannot_be_charged_exactly_is_refused(amount, currency):
    with pytest.raises(ValueError):
        to_minor_units(Decimal(amount), currency)


@pytest.mark.parametrize("currency", ["XAU", "ISK", "usd", ""])
def test_row_21_currencies_that_the_shop_does_not_support_are_refused(currency):
    with pytest.raises(UnsupportedCurrency):
        minimum_charge(currency)


def test_stripes_minimum_for_dollars():
    assert minimum_charge("USD") == Decimal("0.50")
