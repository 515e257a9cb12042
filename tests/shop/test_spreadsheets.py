"""What customers typed in is text where staff open it in a spreadsheet. Source: OWASP, CSV Injection."""

import csv
from decimal import Decimal
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from oscar.core.loading import get_class, get_model

from shop.dashboard.spreadsheets import harmless
from tests.factories import make_product, make_voucher

Basket = get_model("basket", "Basket")
GeneratorRepository = get_class("dashboard.reports.utils", "GeneratorRepository")
Order = get_model("order", "Order")
OrderDiscount = get_model("order", "OrderDiscount")
ProductRecord = get_model("analytics", "ProductRecord")
UserRecord = get_model("analytics", "UserRecord")
VoucherSet = get_model("voucher", "VoucherSet")
User = get_user_model()

FORMULA = '=HYPERLINK("https://evil.example";"Receipt")'
REPORTS = {generator.code: generator for generator in GeneratorRepository().get_report_generators()}


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"], ids=ascii)
def test_what_begins_as_a_formula_becomes_text(sign):
    assert harmless(f"{sign}SUM(A1)") == f"'{sign}SUM(A1)"


@pytest.mark.parametrize(
    "cell", [-5, Decimal("-18.00"), "-18.00", "+5", "0", "", None, "Plain Soap", "a=b", "'=1", "12-34"], ids=repr
)
def test_numbers_and_texts_stay_as_they_are(cell):
    assert harmless(cell) == cell


@pytest.mark.parametrize("cell", ["-1+1", "-1,5", "--1", "+1 512 555 0100", "-1e5", "-"], ids=repr)
def test_what_only_begins_as_a_number_becomes_text(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.fixture
def staff(client):
    client.force_login(User.objects.create_superuser("owner", "owner@example.com", "plain-care"))
    return client


@pytest.fixture
def hostile(shopper, stripe):
    """An order whose buyer, product and voucher are called as formulas are."""
    user = User.objects.create_user("@formula", "=cmd@example.com", first_name=FORMULA, last_name=FORMULA)
    shopper.client.force_login(user)
    product = make_product(title=FORMULA)
    voucher = make_voucher(code="=1+1")
    voucher.name = FORMULA
    voucher.save()
    voucher.offers.update(name=FORMULA)
    shopper.add(product)
    shopper.client.post(reverse("basket:vouchers-add"), {"code": "=1+1"})
    shopper.press_pay(email="=cmd@example.com", first_name=FORMULA[:30], last_name=FORMULA[:30])
    Order.objects.update(status="Paid")
    OrderDiscount.objects.update(offer_name=FORMULA)
    UserRecord.objects.update_or_create(user=user, defaults={"num_orders": 1, "num_product_views": 1})
    ProductRecord.objects.update_or_create(product=product, defaults={"num_views": 1, "num_purchases": 1})
    Basket.objects.create(owner=user, status=Basket.SUBMITTED, date_submitted=timezone.now())
    return Order.objects.get()


def cells(response) -> list[str]:
    return [cell for row in csv.reader(StringIO(response.content.decode(), newline="")) for cell in row]


def assert_harmless(response) -> None:
    found = cells(response)
    assert response["Content-Type"] == "text/csv"
    assert [cell for cell in found if cell[:1] in tuple("=+-@\t\r\n") and cell] == []
    assert any(cell.startswith(("'=", "'@")) for cell in found), found


def test_orders_are_harmless(staff, hostile):
    data = {"action": "download_selected_orders", "selected_order": hostile.pk}
    assert_harmless(staff.post(reverse("dashboard:order-list"), data))


@pytest.mark.parametrize("code", REPORTS)
def test_report_is_harmless(staff, hostile, code):
    dates = {"date_from": "2020-01-01", "date_to": "2099-01-01"} if REPORTS[code].date_range_field_name else {}
    assert_harmless(staff.get(reverse("dashboard:reports-index"), {"report_type": code, "download": "on"} | dates))


def test_report_is_read_anew_each_time(db, staff):
    path, asked = reverse("dashboard:reports-index"), {"report_type": "user_analytics", "download": "on"}
    before = cells(staff.get(path, asked))
    UserRecord.objects.create(user=User.objects.create_user("alex", "alex@example.com"))
    assert "alex@example.com" not in before
    assert "alex@example.com" in cells(staff.get(path, asked))


def test_codes_of_a_voucher_set_are_harmless(staff, hostile):
    vouchers = VoucherSet.objects.create(
        name="Spring", count=1, start_datetime=hostile.date_placed, end_datetime=hostile.date_placed
    )
    hostile_code = get_model("voucher", "Voucher").objects.get(code="=1+1")
    vouchers.vouchers.add(hostile_code)
    assert_harmless(staff.get(reverse("dashboard:voucher-set-download", args=[vouchers.pk])))
