"""One order at its stations: two soaps at 18.00, sent for 5.00, which is 41.00."""

from datetime import timedelta

import pytest
from django.utils import timezone
from oscar.core.loading import get_model

from shop.stripe_checkout.models import PaymentAttempt
from tests.factories import make_product

CheckoutSession = get_model("stripe_sandbox", "CheckoutSession")


@pytest.fixture
def soap():
    return make_product(price="18.00", stock=5)


@pytest.fixture
def payment_page(shopper, stripe, soap) -> str:
    """The shopper stands at Stripe's page, and has not paid."""
    shopper.add(soap, 2)
    return shopper.press_pay().url


@pytest.fixture
def paid_session(stripe, payment_page) -> str:
    """He has paid there; the shop has not heard of it. Gives the path that Stripe leads back to."""
    return stripe.path_back(stripe.pay(payment_page))


@pytest.fixture
def paid(shopper, stripe, payment_page):
    """The shop knows. Paid with the test card whose refunds can fail later."""
    shopper.client.get(stripe.path_back(stripe.pay(payment_page, card="4000 0000 0000 5126")))
    return PaymentAttempt.objects.get(state="succeeded")


@pytest.fixture
def time_is_over():
    """Every session's time has run out, at Stripe and for the shop."""

    def pass_time() -> None:
        past = timezone.now() - timedelta(hours=1)
        CheckoutSession.objects.update(expires_at=past)
        PaymentAttempt.objects.update(expires_at=past)

    return pass_time
