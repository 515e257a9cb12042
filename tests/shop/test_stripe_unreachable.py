"""Pay is pressed and Stripe does not answer, or its answer is lost. Rows are those of PAYMENTS.md."""

from dataclasses import replace

import pytest
from oscar.core.loading import get_model

from shop.stripe_checkout import gateway
from shop.stripe_sandbox.temper import misbehave
from tests.factories import make_product
from tests.shop.books import PENDING, books

CheckoutSession = get_model("stripe_sandbox", "CheckoutSession")
Order = get_model("order", "Order")

GIVEN_UP = replace(
    PENDING,
    order="Cancelled",
    attempts=("failed",),
    stock=(5, 0),
    ledger=("attempt: created → failed", "order: Pending payment → Cancelled"),
)


def test_row_16_an_answer_lost_on_the_way_is_asked_for_again_and_is_the_same_session(shopper, stripe):
    shopper.add(make_product(price="18.00", stock=5), 2)
    misbehave(api="disconnect_after_work", endpoint="create_session", times=2)  # the SDK tries twice again
    assert shopper.press_pay().status_code == 303
    assert books() == PENDING
    assert CheckoutSession.objects.count() == 1


@pytest.fixture
def a_seconds_patience(monkeypatch):
    """Instead of ten."""
    monkeypatch.setattr(gateway, "TIMEOUT_SECONDS", 1)
    gateway._client_for.cache_clear()
    yield
    gateway._client_for.cache_clear()


def test_row_16_an_answer_that_comes_too_late_is_asked_for_again_and_is_the_same_session(
    shopper, stripe, a_seconds_patience
):
    shopper.add(make_product(price="18.00", stock=5), 2)
    misbehave(api="timeout_after_work", endpoint="create_session", seconds=1.5, times=1)
    assert shopper.press_pay().status_code == 303
    assert books() == PENDING
    assert CheckoutSession.objects.count() == 1


def test_row_17_an_answer_that_came_too_late_twice_is_not_waited_for_again(shopper, stripe, a_seconds_patience):
    """The third one would come; but by then the shopper has waited for twenty seconds."""
    shopper.add(make_product(price="18.00", stock=5), 2)
    misbehave(api="timeout", endpoint="create_session", seconds=1.5, times=2)
    answer = shopper.press_pay()
    assert "Nothing was charged" in answer.content.decode()
    assert books() == GIVEN_UP
    assert shopper.basket() == {"Plain Soap": 2}


@pytest.mark.parametrize("fault", ["down", "error", "error_after_work", "rate_limit", "disconnect"])
def test_row_17_stripe_down_gives_the_stock_back_and_keeps_the_basket(shopper, stripe, settings, fault):
    shopper.add(make_product(price="18.00", stock=5), 2)
    if fault == "down":
        settings.STRIPE_API_BASE = "http://127.0.0.1:9"  # the discard port: nobody listens
    else:
        misbehave(api=fault, endpoint="create_session")
    answer = shopper.press_pay()
    assert answer.status_code == 200
    assert "Nothing was charged" in answer.content.decode()
    assert books() == GIVEN_UP
    assert shopper.basket() == {"Plain Soap": 2}


def test_row_17_after_an_outage_the_same_basket_can_be_paid(shopper, stripe):
    """Also when Stripe keeps its 500 under the first attempt's key: the second one has a key of its own."""
    shopper.add(make_product(price="18.00", stock=5), 2)
    misbehave(api="error", endpoint="create_session", times=1)
    shopper.press_pay()
    assert shopper.press_pay().status_code == 303
    given_up, pending = Order.objects.order_by("pk")
    assert (given_up.status, books(pending)) == ("Cancelled", PENDING)
