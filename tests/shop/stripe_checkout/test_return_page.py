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


def test_two_tabs_that_pay_at_once_both_come_back_to_their_order(shopper, paid_session):
    """Whatever the slower tab writes into the session last, it takes nothing from the other one."""
    store = shopper.client.session
    for key in [*store.keys()]:
        del store[key]
    store.save()
    assert shopper.client.get(paid_session, follow=True).status_code == 200


def test_a_forged_or_borrowed_cookie_opens_no_order(shopper, paid_session):
    order = Order.objects.get()
    name = f"order-{order.pk}"
    for value in (order.number, shopper.client.cookies[name].value.replace(order.number, "AAAAA-AAAAA"), ""):
        stranger = Shopper()
        stranger.client.cookies[name] = value
        assert stranger.client.get(paid_session).status_code == 404


def test_who_was_signed_out_while_paying_signs_in_and_comes_back(shopper, paid_session, django_user_model):
    Order.objects.update(user=django_user_model.objects.create_user("alex", "alex@example.com", "a long password"))
    attempt = PaymentAttempt.objects.get()
    for page in (paid_session, f"/checkout/unpaid/{attempt.pk}/"):
        answer = shopper.client.get(page)
        assert answer.url.startswith("/accounts/login/?next=/checkout/")
    assert books() == PAID_AT_STRIPE
    answer = shopper.client.get(paid_session, follow=True)
    signed_in = {"login-username": "alex@example.com", "login-password": "a long password", "login_submit": "1"}
    signed_in["login-redirect_url"] = answer.context["login_form"].initial["redirect_url"]
    answer = shopper.client.post(answer.request["PATH_INFO"], signed_in, follow=True)
    assert (answer.status_code, answer.request["PATH_INFO"]) == (
        200,
        f"/checkout/thank-you/{Order.objects.get().number}/",
    )


def test_it_says_so_when_stripe_cannot_be_asked(shopper, paid_session, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    page = shopper.client.get(paid_session)
    assert page.status_code == 200
    assert "We are checking your payment" in page.content.decode()
    assert books() == PAID_AT_STRIPE
