"""From the basket to a pending order: all or nothing, and never twice. Rows are those of PAYMENTS.md."""

import re
from decimal import Decimal

import pytest
from django.contrib.sites.models import Site
from django.utils import timezone
from oscar.core.loading import get_model

from shop.order.utils import OrderNumberGenerator
from shop.stripe_checkout.models import PaymentAttempt
from tests.factories import make_product, make_voucher

Order = get_model("order", "Order")
StockRecord = get_model("partner", "StockRecord")
CheckoutSession = get_model("stripe_sandbox", "CheckoutSession")


def stock(product) -> tuple[int, int]:
    """In stock, and of that allocated."""
    record = StockRecord.objects.get(product=product)
    return record.num_in_stock, record.num_allocated or 0


def test_pay_places_a_pending_order_and_leads_to_stripe(shopper, stripe):
    soap = make_product(price="18.00", stock=5)
    shopper.add(soap, 2)
    answer = shopper.press_pay()
    order = Order.objects.get()
    attempt = order.payment_attempts.get()
    assert answer.status_code == 303
    assert answer.url == attempt.session_url
    assert (order.status, order.total_incl_tax, order.guest_email) == (
        "Pending payment",
        Decimal("41.00"),
        "alex@example.com",
    )
    assert (attempt.state, attempt.amount) == ("open", Decimal("41.00"))
    assert stock(soap) == (5, 2)
    session = CheckoutSession.objects.get(pk=attempt.session_id)
    assert session.parameters["client_reference_id"] == str(attempt.pk)
    assert session.parameters["metadata"]["attempt"] == str(attempt.pk)
    assert session.parameters["payment_intent_data"]["metadata"]["attempt"] == str(attempt.pk)
    assert "{CHECKOUT_SESSION_ID}" in session.parameters["success_url"]


@pytest.mark.parametrize("others", [0, 30])
def test_pay_with_three_lines_takes_forty_queries_at_most_whatever_else_is_sold(
    shopper, stripe, django_assert_max_num_queries, others
):
    for _ in range(others):
        make_product()
    for product in (make_product(stock=50) for _ in range(3)):
        shopper.add(product, 2)
    StockRecord.objects.update(low_stock_threshold=40)
    seen = shopper.seen()
    Site.objects.get_current()  # which every process reads once
    with django_assert_max_num_queries(40):  # what was asked for; six of them begin or end a transaction
        assert shopper.press_pay(seen=seen).status_code == 303


def test_order_numbers_are_drawn_not_counted():
    numbers = {OrderNumberGenerator().order_number(basket=None) for _ in range(1000)}
    assert len(numbers) == 1000  # of 23^10: two alike in a thousand happen once in 80 million runs
    assert all(re.fullmatch(r"[3-9A-Z]{5}-[3-9A-Z]{5}", number) for number in numbers)


def test_row_13_pay_pressed_twice_is_one_order_and_one_session(shopper, stripe):
    shopper.add(make_product())
    seen = shopper.seen()
    first, second = shopper.press_pay(seen=seen), shopper.press_pay(seen=seen)
    assert first.url == second.url
    assert Order.objects.count() == PaymentAttempt.objects.count() == CheckoutSession.objects.count() == 1


def test_row_13_a_changed_order_closes_the_older_session_first(shopper, stripe):
    soap = make_product(stock=5)
    shopper.add(soap)
    shopper.press_pay()
    shopper.add(soap)
    shopper.press_pay()
    assert list(CheckoutSession.objects.order_by("created_at").values_list("status", flat=True)) == ["expired", "open"]
    assert sorted(Order.objects.values_list("status", flat=True)) == ["Cancelled", "Pending payment"]
    assert PaymentAttempt.objects.order_by("created_at").first().state == "superseded"
    assert stock(soap) == (5, 2)


def test_row_14_a_session_that_was_just_paid_is_settled_and_no_second_one_opens(shopper, stripe):
    soap = make_product(stock=5)
    shopper.add(soap)
    stripe.pay(shopper.press_pay().url)
    shopper.add(soap)
    answer = shopper.press_pay()
    order = Order.objects.get()
    assert (order.status, answer.url) == ("Paid", f"/checkout/thank-you/{order.number}/")
    assert CheckoutSession.objects.count() == 1
    assert shopper.basket() == {"Plain Soap": 1}  # what came later is still there


@pytest.mark.parametrize("change", ["price", "voucher", "quantity", "delivery"])
def test_row_18_what_changed_since_the_shopper_saw_it_is_shown_and_asked_again(shopper, stripe, settings, change):
    soap = make_product(price="18.00", stock=5)
    voucher = make_voucher()
    shopper.add(soap)
    shopper.client.post("/basket/vouchers/add/", {"code": voucher.code})
    seen = shopper.seen()
    if change == "price":
        StockRecord.objects.update(price=Decimal("20.00"))
    elif change == "voucher":
        type(voucher).objects.update(end_datetime=timezone.now())
    elif change == "delivery":
        settings.DELIVERY_STANDARD_PRICE = Decimal("6.00")
    else:
        shopper.add(soap)
    answer = shopper.press_pay(seen=seen)
    assert answer.status_code == 200
    assert "has changed" in answer.content.decode()
    assert not Order.objects.exists()
    assert shopper.press_pay().status_code == 303  # with what the page shows now


def test_row_18_stock_that_has_gone_since_is_named_and_nothing_is_charged(shopper, stripe):
    shopper.add(make_product(stock=5), 2)
    seen = shopper.seen()
    StockRecord.objects.update(num_in_stock=1)
    page = shopper.press_pay(seen=seen).content.decode()
    assert "Plain Soap has just sold out in that quantity. Nothing was charged" in page
    assert not Order.objects.exists()
    assert shopper.basket() == {"Plain Soap": 2}


def test_row_18_a_form_that_does_not_say_what_was_seen_charges_nothing(shopper, stripe):
    shopper.add(make_product())
    assert shopper.press_pay(seen="x").status_code == 200
    assert not Order.objects.exists()


def test_stock_that_went_meanwhile_is_told_and_the_basket_kept(shopper, stripe):
    soap = make_product(stock=1)
    shopper.add(soap)
    seen = shopper.seen()
    StockRecord.objects.update(num_in_stock=0)
    answer = shopper.press_pay(seen=seen)
    assert "Plain Soap has just sold out" in answer.content.decode()
    assert (Order.objects.count(), shopper.basket()) == (0, {"Plain Soap": 1})


def test_row_22_a_total_of_zero_needs_no_stripe(shopper, stripe, settings, run_tasks, mailoutbox):
    settings.DELIVERY_STANDARD_PRICE = Decimal("0.00")
    shopper.add(make_product())
    shopper.client.post("/basket/vouchers/add/", {"code": make_voucher(percent="100").code})
    answer = shopper.press_pay()
    order = Order.objects.get()
    run_tasks()
    assert (order.status, answer.url) == ("Paid", f"/checkout/thank-you/{order.number}/")
    assert not PaymentAttempt.objects.exists()
    assert [mail.to for mail in mailoutbox] == [["alex@example.com"]]


def test_row_22_a_total_under_stripes_minimum_is_blocked_with_a_clear_message(shopper, stripe, settings):
    settings.DELIVERY_STANDARD_PRICE = Decimal("0.00")
    shopper.add(make_product(price="0.49"))
    answer = shopper.press_pay()
    assert "Card payments start at $0.50" in answer.content.decode()
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("currency", "price", "minor"),
    [("JPY", "500", 500), ("KWD", "4.75", 9750), ("EUR", "18.00", 2300)],
)
def test_row_21_the_session_asks_for_the_right_minor_units(shopper, stripe, currency, price, minor):
    """With the delivery, which is 5 of whatever the currency is, and free from 50 on."""
    soap = make_product(price=price)
    StockRecord.objects.update(price_currency=currency)
    shopper.add(soap)
    assert shopper.press_pay().status_code == 303
    session = CheckoutSession.objects.get()
    assert (session.currency, session.amount_total) == (currency.lower(), minor)


def test_row_21_a_discount_of_a_fraction_of_a_yen_is_rounded_before_it_is_charged(shopper, stripe):
    """505 less 10 % is 454.50, and there is no half of a yen."""
    soap = make_product(price="505")
    StockRecord.objects.update(price_currency="JPY")
    shopper.add(soap)
    shopper.client.post("/basket/vouchers/add/", {"code": make_voucher(percent="10").code})
    assert shopper.press_pay().status_code == 303
    assert CheckoutSession.objects.get().amount_total == Order.objects.get().total_incl_tax


def test_row_21_a_currency_that_the_shop_does_not_support_is_refused_before_anything_is_written(shopper, stripe):
    soap = make_product()
    StockRecord.objects.update(price_currency="ISK")
    shopper.add(soap)
    assert "We cannot take payments in ISK. Nothing was charged." in shopper.press_pay().content.decode()
    assert not Order.objects.exists()


def test_a_total_over_stripes_maximum_is_blocked_with_a_clear_message(shopper, stripe):
    shopper.add(make_product(price="1000000.00"))
    assert "Card payments end at $999,999.99" in shopper.press_pay().content.decode()
    assert not Order.objects.exists()


def test_row_30_back_from_stripe_the_basket_is_intact_and_looking_cancels_nothing(shopper, stripe):
    soap = make_product(stock=1)
    shopper.add(soap)
    shopper.press_pay()
    attempt = PaymentAttempt.objects.get()
    page = shopper.client.get(f"/checkout/unpaid/{attempt.pk}/")
    assert "Nothing was charged" in page.content.decode()
    assert shopper.basket() == {"Plain Soap": 1}
    assert (Order.objects.get().status, stock(soap)) == ("Pending payment", (1, 1))


def test_row_30_the_last_one_held_for_the_shopper_does_not_look_sold_out_to_him(shopper, stripe):
    shopper.add(make_product(stock=1))
    first = shopper.press_pay()
    assert shopper.press_pay().url == first.url


def test_row_30_the_order_is_cancelled_by_pressing_the_button(shopper, stripe):
    soap = make_product(stock=1)
    shopper.add(soap)
    shopper.press_pay()
    attempt = PaymentAttempt.objects.get()
    answer = shopper.client.post(f"/checkout/unpaid/{attempt.pk}/")
    assert answer.url == "/basket/"
    assert (Order.objects.get().status, stock(soap), shopper.basket()) == ("Cancelled", (1, 0), {"Plain Soap": 1})
    assert CheckoutSession.objects.get().status == "expired"


def test_a_voucher_is_used_once_and_given_back_when_the_order_ends(shopper, stripe):
    shopper.add(make_product(price="20.00"))
    voucher = make_voucher(usage="Single use")
    shopper.client.post("/basket/vouchers/add/", {"code": voucher.code})
    shopper.press_pay()
    voucher.refresh_from_db()
    assert (voucher.num_orders, voucher.applications.count(), voucher.total_discount) == (1, 1, Decimal("2.00"))
    shopper.client.post(f"/checkout/unpaid/{PaymentAttempt.objects.get().pk}/")
    voucher.refresh_from_db()
    assert (voucher.num_orders, voucher.applications.count(), voucher.total_discount) == (0, 0, Decimal("0.00"))


def test_a_discount_is_still_there_for_whoever_comes_back_from_stripe(shopper, stripe):
    shopper.add(make_product(price="20.00"))
    voucher = make_voucher(usage="Single use")
    shopper.client.post("/basket/vouchers/add/", {"code": voucher.code})
    first = shopper.press_pay()
    assert shopper.client.get("/basket/").context["basket"].total_incl_tax == Decimal("18.00")
    assert shopper.press_pay().url == first.url


def test_signed_in_shoppers_find_their_address_filled_in(shopper, stripe, django_user_model):
    user = django_user_model.objects.create_user("alex", "alex@example.com", "a long password")
    shopper.client.force_login(user)
    shopper.add(make_product())
    shopper.press_pay()
    page = shopper.client.get("/checkout/").content.decode()
    assert 'value="12 Sample Street"' in page
    assert 'name="email"' not in page
    assert Order.objects.get().user == user


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "not-an-address", "Enter an email address like name@example.com."),
        ("email", "", "Enter your email address."),
        ("state", "Bavaria", "Enter a US state"),
        ("postcode", "ABC", "is not a postcode in"),
        ("line1", "", "Enter the street and number."),
        ("country", "DE", "valid choice"),
        ("shipping_method", "rocket", "valid choice"),
        ("first_name", "a\0b", "Null characters are not allowed."),
        ("last_name", "x" * 300, "at most 255"),
    ],
)
def test_a_bad_field_is_named_and_nothing_typed_is_lost(shopper, stripe, field, value, words):
    shopper.add(make_product())
    page = shopper.press_pay(**{field: value}).content.decode()
    assert words in page
    assert 'value="12 Sample Street"' in page or field == "line1"
    assert not Order.objects.exists()


def test_a_state_is_understood_by_its_name(shopper, stripe):
    shopper.add(make_product())
    shopper.press_pay(state="texas")
    assert Order.objects.get().shipping_address.state == "TX"


def test_checkout_with_an_empty_basket_leads_to_the_basket(shopper):
    assert shopper.client.get("/checkout/").url == "/basket/"
    assert shopper.client.post("/checkout/", {}).url == "/basket/"


def test_a_product_sold_in_another_currency_meanwhile_is_not_charged_in_the_old_one(shopper, stripe):
    soap = make_product(price="18.00")
    shopper.add(soap)
    soap.stockrecords.update(price_currency="JPY", price=500)
    page = shopper.press_pay()
    assert page.status_code == 200
    assert "The price of Plain Soap has changed" in page.content.decode()
    assert not Order.objects.exists()
