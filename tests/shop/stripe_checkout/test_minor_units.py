from decimal import Decimal

import pytest

from shop.stripe_checkout.minor_units import from_minor_units, minimum_charge, to_minor_units


@pytest.mark.parametrize(
    ("amount", "currency", "minor"), [("47.00", "USD", 4700), ("0.01", "USD", 1), ("500", "JPY", 500)]
)
def test_amounts_go_there_and_back(amount, currency, minor):
    assert to_minor_units(Decimal(amount), currency) == minor
    assert from_minor_units(minor, currency) == Decimal(amount)


@pytest.mark.parametrize(("amount", "currency"), [("0.001", "USD"), ("1.5", "JPY"), ("1.00", "XAU")])
def test_what_cannot_be_charged_exactly_is_refused(amount, currency):
    with pytest.raises(ValueError):
        to_minor_units(Decimal(amount), currency)


def test_stripes_minimum_for_dollars():
    assert minimum_charge("USD") == Decimal("0.50")
