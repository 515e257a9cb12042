"""Rows of several models come in one query, and are what Django itself would have read."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from oscar.core.loading import get_model

from shop.one_query import fetch_together
from tests.factories import make_product

Basket = get_model("basket", "Basket")
LineAttribute = get_model("basket", "LineAttribute")
Option = get_model("catalogue", "Option")
Partner = get_model("partner", "Partner")
Product = get_model("catalogue", "Product")
StockRecord = get_model("partner", "StockRecord")
Voucher = get_model("voucher", "Voucher")

pytestmark = pytest.mark.django_db


def fields_of(instance) -> dict:
    return {field.attname: getattr(instance, field.attname) for field in instance._meta.concrete_fields}


def test_rows_are_what_django_reads():
    for price in ("18.00", "0.10", "1234567.89"):
        product = make_product(title="Ménage à “trois” \\ 'quoted'\n", price=price)
        Product.objects.filter(pk=product.pk).update(rating=4.5, is_public=price != "0.10")
    StockRecord.objects.filter(price=Decimal("0.10")).update(price=None)
    asked = [Product.objects.all(), StockRecord.objects.all(), Partner.objects.all()]
    with CaptureQueriesContext(connection) as captured:
        found = fetch_together(*asked)
    assert len(captured) == 1
    for rows, queryset in zip(found, asked, strict=True):
        read = {each.pk: fields_of(each) for each in queryset}
        assert {each.pk: fields_of(each) for each in rows} == read
        assert {each.pk: [*map(type, fields_of(each).values())] for each in rows} == {
            pk: [*map(type, fields.values())] for pk, fields in read.items()
        }
        assert not any(each._state.adding for each in rows)


def test_prices_keep_their_cents():
    make_product(price="18.00")
    (record,) = fetch_together(StockRecord.objects.all())[0]
    assert str(record.price) == "18.00"


def test_moments_are_aware():
    now = timezone.now()
    Voucher.objects.create(name="A", code="A", start_datetime=now, end_datetime=now + timedelta(days=1))
    (voucher,) = fetch_together(Voucher.objects.all())[0]
    assert (voucher.start_datetime, voucher.end_datetime) == (now, now + timedelta(days=1))


def test_what_is_selected_and_annotated_comes_along(django_assert_num_queries):
    make_product(price="18.00")
    lone = Product.objects.create(structure=Product.CHILD, title="20 g", parent=Product.objects.get())
    asked = Product.objects.select_related("product_class", "parent").annotate(name=F("title"))
    with django_assert_num_queries(1):
        whole, size = sorted(fetch_together(asked)[0], key=lambda product: product.pk)
        assert (whole.product_class.name, whole.parent, whole.name) == ("Goods", None, "Plain Soap")
        assert (size.product_class, size.parent, size.name) == (None, whole, "20 g")
    assert size == lone


def test_what_finds_nothing_finds_nothing():
    make_product()
    assert fetch_together(Product.objects.none(), Product.objects.filter(pk__in=[]), Partner.objects.all())[:2] == [
        [],
        [],
    ]
    assert fetch_together(Product.objects.none()) == [[]]


@pytest.mark.parametrize("value", ["words", 1.5, ["a", {"b": None}], True], ids=str)
def test_json_within_a_row_is_what_it_is(value):
    basket = Basket.objects.create()
    product = make_product()
    line = basket.lines.create(product=product, stockrecord=product.stockrecords.get(), line_reference="1")
    line.attributes.create(option=Option.objects.create(name="Engraving", code="engraving"), value=value)
    ((attribute,),) = fetch_together(LineAttribute.objects.select_related("option"))
    assert (attribute.value, type(attribute.value), attribute.option.name) == (value, type(value), "Engraving")
