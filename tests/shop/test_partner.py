"""Stock: what is set aside, sent out and put back."""

import pytest
from oscar.apps.partner.exceptions import InvalidStockAdjustment
from oscar.core.loading import get_class, get_model

from shop.partner.models import OutOfStock
from tests.factories import make_product

Selector = get_class("partner.strategy", "Selector")
StockRecord = get_model("partner", "StockRecord")

pytestmark = pytest.mark.django_db


@pytest.fixture
def record():
    return StockRecord.objects.get(product=make_product(stock=3))


def counts(record) -> tuple[int, int]:
    fresh = StockRecord.objects.get(pk=record.pk)
    return fresh.num_in_stock, fresh.num_allocated or 0


def test_what_is_free_can_be_set_aside(record):
    record.allocate(3)
    assert counts(record) == (3, 3)


def test_a_stock_that_falls_below_its_threshold_opens_one_alert(record):
    StockRecord.objects.update(low_stock_threshold=2)
    record.refresh_from_db()
    record.allocate(1)
    assert not record.alerts.exists()  # two are left
    record.allocate(1)
    assert record.alerts.get().status == "Open"
    record.allocate(1)
    assert record.alerts.count() == 1


def test_more_than_is_free_is_refused_whatever_the_object_remembers(record):
    stale = StockRecord.objects.get(pk=record.pk)
    record.allocate(2)
    with pytest.raises(OutOfStock) as refusal:
        stale.allocate(2)
    assert (refusal.value.quantity, counts(record)) == (2, (3, 2))


def test_what_is_sent_leaves_shelf_and_allocation(record):
    record.allocate(2)
    record.consume_allocation(2)
    assert counts(record) == (1, 0)


def test_more_than_was_set_aside_cannot_be_sent(record):
    record.allocate(1)
    with pytest.raises(InvalidStockAdjustment):
        record.consume_allocation(2)
    assert counts(record) == (3, 1)


def test_putting_back_more_than_was_set_aside_stops_at_zero(record):
    record.allocate(1)
    record.cancel_allocation(5)
    assert counts(record) == (3, 0)


def test_a_product_that_is_not_public_cannot_be_bought(record):
    product = record.product
    product.is_public = False
    product.save()
    assert not Selector().strategy().fetch_for_product(product).availability.is_available_to_buy
