"""What Stripe is asked to charge is what the order says, to the cent. Rows are those of PAYMENTS.md."""

from decimal import Decimal

from oscar.core.loading import get_model

from shop.stripe_checkout.models import PaymentAttempt
from tests.factories import make_product, make_voucher

Order = get_model("order", "Order")
BasketLine = get_model("basket", "Line")
OrderLine = get_model("order", "Line")
CheckoutSession = get_model("stripe_sandbox", "CheckoutSession")


def items() -> list[tuple[str, int, int]]:
    """Name, quantity and unit amount of each line that Stripe was sent."""
    return [
        (item["price_data"]["product_data"]["name"], item["quantity"], item["price_data"]["unit_amount"])
        for item in PaymentAttempt.objects.get().request["line_items"]
    ]


def assert_sum_is_the_order() -> None:
    """What the lines add up to, what Stripe asks for, and what the order says."""
    total = Order.objects.get().total_incl_tax
    assert sum(quantity * amount for _name, quantity, amount in items()) == total * 100
    assert CheckoutSession.objects.get().amount_total == total * 100


def test_row_20_three_times_three_thirty_three(shopper, stripe):
    shopper.add(make_product(title="Patch", price="3.33"), 3)
    shopper.press_pay()
    assert items() == [("Patch", 3, 333), ("Delivery: Standard", 1, 500)]
    assert_sum_is_the_order()


def test_row_20_a_discount_that_does_not_split_evenly(shopper, stripe):
    shopper.add(make_product(title="Patch", price="3.33"), 3)
    shopper.add(make_product(title="Gel", price="18.01"))
    shopper.client.post("/basket/vouchers/add/", {"code": make_voucher(percent="7").code})
    shopper.press_pay()
    assert Order.objects.get().total_discount_incl_tax > 0
    assert_sum_is_the_order()


def test_row_20_what_cannot_be_split_to_the_cent_moves_its_quantity_into_the_name(shopper, stripe):
    shopper.add(make_product(title="Patch", price="3.33"), 2)
    shopper.client.post("/basket/vouchers/add/", {"code": make_voucher(percent="10").code})
    shopper.press_pay()
    # 6.66 less 10 % is 5.99 or 6.00, as Oscar rounds; 5.99 is not two equal parts.
    name, quantity, amount = items()[0]
    assert (quantity, amount) in {(1, 599), (2, 300)}
    assert (name == "2 × Patch") == (quantity == 1)
    assert_sum_is_the_order()


def test_row_20_prices_of_fractions_of_a_cent_become_one_summed_line(shopper, stripe, monkeypatch):
    shopper.add(make_product(price="3.33"), 3)
    shopper.press_pay()
    attempt = PaymentAttempt.objects.get()
    OrderLine.objects.update(line_price_incl_tax=Decimal("10.00"))  # lines 10.00 + 5.00, order 14.99
    from shop.stripe_checkout.session_request import line_items

    attempt.refresh_from_db()
    summed = line_items(attempt)
    assert [(line["quantity"], line["price_data"]["unit_amount"]) for line in summed] == [(1, 1499)]
    assert attempt.order.number in summed[0]["price_data"]["product_data"]["name"]


def test_row_20_a_free_delivery_is_no_line(shopper, stripe):
    shopper.add(make_product(title="Set", price="68.00"))
    shopper.press_pay()
    assert items() == [("Set", 1, 6800)]


def test_row_20_a_dearer_delivery_is_charged_as_chosen(shopper, stripe):
    shopper.add(make_product(title="Set", price="68.00"))
    shopper.press_pay(shipping_method="express")
    assert items() == [("Set", 1, 6800), ("Delivery: Express", 1, 1200)]
    assert_sum_is_the_order()


def test_row_23_more_lines_than_stripe_takes_become_one(shopper, stripe):
    shopper.add(make_product(title="Thing 1", price="1.01"))
    line = BasketLine.objects.get()
    for number in range(2, 102):  # as the shopper would, and faster
        line.product = make_product(title=f"Thing {number}", price="1.01")
        line.pk, line.line_reference, line.stockrecord = None, number, line.product.stockrecords.get()
        line.save(force_insert=True)
    shopper.press_pay()
    assert [(quantity, amount) for _name, quantity, amount in items()] == [(1, 10201)]
    assert Order.objects.get().lines.count() == 101
    assert_sum_is_the_order()


def test_a_title_longer_than_stripe_takes_is_cut(shopper, stripe):
    shopper.add(make_product(title="A" * 255))
    assert shopper.press_pay().status_code == 303
    assert len(items()[0][0]) == 250
