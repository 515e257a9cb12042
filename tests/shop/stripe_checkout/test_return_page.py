"""Back from Stripe's page: to one's own order, or to nothing. Rows are those of PAYMENTS.md."""

import pytest
from oscar.core.loading import get_model

from shop.stripe_checkout.models import PaymentAttempt
from tests.conftest import Shopper
from tests.shop.books import PAID_AT_STRIPE, books

Order = get_model("order", "Order")


def test_row_36_somebody_elses_session_id_shows_nothing_and_changes_nothing(paid_session):
    assert Shopper().client.get(paid_session).status_code == 404
    assert books() == PAID_AT_STRIPE


@pytest.mark.parametrize("session_id", ["", "cs_test_made_up", "x" * 5000, "a%00b", "%F0%9F%98%80"])
def test_row_36_a_made_up_session_id_shows_nothing(shopper, session_id):
    assert shopper.client.get(f"/checkout/return/?session_id={session_id}").status_code == 404


def test_row_36_a_guessed_order_number_shows_nothing(shopper, paid_session):
    shopper.client.get(paid_session)
    number = Order.objects.get().number
    assert shopper.client.get(f"/checkout/thank-you/{number}/").status_code == 200
    assert Shopper().client.get(f"/checkout/thank-you/{number}/").status_code == 404
    unpaid = f"/checkout/unpaid/{PaymentAttempt.objects.get().pk}/"
    assert [Shopper().client.get(unpaid).status_code, Shopper().client.post(unpaid).status_code] == [404, 404]


def test_it_says_so_when_stripe_cannot_be_asked(shopper, paid_session, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    page = shopper.client.get(paid_session)
    assert page.status_code == 200
    assert "We are checking your payment" in page.content.decode()
    assert books() == PAID_AT_STRIPE
