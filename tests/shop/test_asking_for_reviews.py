"""Buyers are asked once, some days after their order arrived, and what they write is marked as from a buyer."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings as project
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from oscar.core.loading import get_model

from shop.catalogue.reviews.asking import TOO_LATE, ask_for_reviews
from shop.order.processing import EventHandler
from shop.outbox.models import Letter
from shop.parcels.models import NoReviewLetters
from shop.stripe_checkout import refunds
from tests.conftest import Shopper
from tests.factories import make_countries, make_product
from tests.shop.parcels.conftest import buy

Order = get_model("order", "Order")
ProductReview = get_model("reviews", "ProductReview")
ShippingEvent = get_model("order", "ShippingEvent")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sam(django_user_model):
    """A shopper with an account."""
    make_countries()
    shopper = Shopper()
    shopper.user = django_user_model.objects.create_user("sam", "sam@example.com", "a long pass phrase")
    shopper.client.force_login(shopper.user, backend="oscar.apps.customer.auth_backends.EmailBackend")
    return shopper


def receive(order, ago: timedelta = project.REVIEWS_ASKED_AFTER + timedelta(hours=1)):
    """All of it was sent and arrived that long ago."""
    handler = EventHandler()
    handler.handle_order_status_change(order, "Shipped")
    handler.handle_order_status_change(order, "Complete")
    ShippingEvent.objects.filter(order=order).update(date_created=timezone.now() - ago)
    return order


@pytest.fixture
def received(sam, stripe):
    return receive(buy(sam, stripe, (make_product(stock=9), 1), (make_product(title="Plain Comb"), 1)))


def asked() -> list[Letter]:
    ask_for_reviews.func()
    return list(Letter.objects.filter(code="REVIEW_REQUEST"))


def titles(letter: Letter) -> list[str]:
    return [product["title"] for product in letter.context["products"]]


def review(product, user, **fields):
    approved = {"status": ProductReview.APPROVED, "score": 5, "title": "Calm", "body": "It does what it says."}
    return ProductReview.objects.create(product=product, user=user, **approved | fields)


# --- The letter ----------------------------------------------------------------------------------------------------


def test_a_buyer_is_asked_once_an_order(received):
    (letter,) = asked()
    assert (letter.to, titles(letter)) == ("sam@example.com", ["Plain Soap", "Plain Comb"])
    assert len(asked()) == 1


@pytest.mark.parametrize("ago", [project.REVIEWS_ASKED_AFTER - timedelta(hours=1), TOO_LATE * 2])
def test_nobody_is_asked_too_early_or_long_after(sam, stripe, ago):
    receive(buy(sam, stripe, (make_product(), 1)), ago)
    assert not asked()


def test_what_is_still_under_way_is_not_asked_about(sam, stripe):
    EventHandler().handle_order_status_change(buy(sam, stripe, (make_product(), 1)), "Shipped")
    assert not asked()


def test_guests_are_not_asked_since_they_cannot_write(shopper, stripe):
    receive(buy(shopper, stripe, (make_product(), 1)))
    assert not asked()


def test_nobody_is_asked_about_what_was_refunded(received):
    line = received.lines.get(title="Plain Comb")
    returned = [refunds.Returned(line, 1, restock=False)]
    refunds.ask(attempt=received.payment_attempts.get(), refund_id=uuid4(), by="staff", returned=returned)
    assert [titles(letter) for letter in asked()] == [["Plain Soap"]]


def test_nobody_is_asked_about_an_order_whose_money_all_went_back(received):
    refunds.ask(attempt=received.payment_attempts.get(), refund_id=uuid4(), by="staff", amount=received.total_incl_tax)
    assert not asked()


def test_nobody_is_asked_about_what_he_reviewed_or_was_asked_about_before(sam, stripe, received):
    asked()
    soap = received.lines.get(title="Plain Soap").product
    towel = make_product(title="Plain Towel")
    review(towel, sam.user, status=ProductReview.FOR_MODERATION)
    receive(buy(sam, stripe, (soap, 1), (towel, 1)))
    assert len(asked()) == 1  # the one of before


def test_what_is_no_longer_on_show_is_not_asked_about(received):
    type(received.lines.first().product).objects.update(is_public=False)
    assert not asked()


def test_the_letter_leads_to_the_form_also_for_who_is_signed_out(received):
    path = asked()[0].context["products"][0]["path"]
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/?next=/catalogue/")


# --- No more letters -----------------------------------------------------------------------------------------------


def test_whoever_wants_no_more_letters_gets_none(sam, stripe, received):
    stop = asked()[0].context["stop_path"]
    reader = Client()  # in whatever browser reads the mail
    assert "Do not ask me again" in reader.get(stop).content.decode()
    assert not NoReviewLetters.objects.exists()  # looking changes nothing
    for _ in range(2):
        assert "We no longer ask you for reviews." in reader.post(stop).content.decode()
    assert NoReviewLetters.objects.get().user == sam.user
    receive(buy(sam, stripe, (make_product(title="Plain Towel"), 1)))
    assert len(asked()) == 1


@pytest.mark.parametrize("token", ["1", "1:x", "x", "9" * 500, "٣:x"])
def test_a_link_that_was_made_up_stops_nothing(client, db, token):
    assert client.post(f"/review-letters/{token}/").status_code == 404


def test_a_link_of_somebody_who_left_leads_nowhere(received, sam):
    stop = asked()[0].context["stop_path"]
    Order.objects.update(user=None)
    sam.user.delete()
    assert Client().get(stop).status_code == 404


# --- Verified buyers -----------------------------------------------------------------------------------------------


def marked(page) -> int:
    return len(re.findall("Verified buyer", page.content.decode()))


def test_a_review_of_a_buyer_is_marked_and_of_others_not(received, sam, client, django_user_model):
    soap = received.lines.get(title="Plain Soap").product
    mine = review(soap, sam.user)
    page = soap.get_absolute_url()
    assert marked(client.get(page)) == 1
    assert marked(client.get(mine.get_absolute_url())) == 1
    ProductReview.objects.update(user=django_user_model.objects.create_user("eve", "eve@example.com", "a long phrase"))
    assert marked(client.get(page)) == 0
    ProductReview.objects.update(user=None, name="Sam", email="sam@example.com")  # an address proves nothing
    assert marked(client.get(page)) == 0


@pytest.mark.parametrize("status", ["Pending payment", "Cancelled"])
def test_an_order_that_was_not_paid_makes_no_buyer(received, sam, client, status):
    Order.objects.update(status=status)
    soap = received.lines.get(title="Plain Soap").product
    review(soap, sam.user)
    assert marked(client.get(soap.get_absolute_url())) == 0


def test_whoever_bought_a_size_bought_the_product(received, sam, client):
    soap = received.lines.get(title="Plain Soap").product
    bottle = make_product(title="Soap in sizes")
    bottle.stockrecords.all().delete()
    type(bottle).objects.filter(pk=bottle.pk).update(structure="parent")
    type(soap).objects.filter(pk=soap.pk).update(structure="child", parent=bottle, product_class=None)
    review(bottle, sam.user)
    assert marked(client.get(reverse("catalogue:reviews-list", args=[bottle.slug, bottle.pk]))) == 1


def test_no_query_for_each_review(received, sam, client):
    soap = received.lines.get(title="Plain Soap").product
    review(soap, sam.user)
    url = reverse("catalogue:reviews-list", args=[soap.slug, soap.pk])
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(3):
        review(soap, None, name=f"Reader {number}", email="reader@example.com")
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)


def test_staff_see_who_bought(received, sam, admin_client):
    review(received.lines.get(title="Plain Soap").product, sam.user, status=ProductReview.FOR_MODERATION)
    page = admin_client.get(reverse("admin:reviews_productreview_changelist")).content.decode()
    assert "Verified buyer" in page
    assert 'alt="True"' in page


def test_staff_who_read_a_review_in_the_dashboard_see_it_too(received, sam, admin_client):
    written = review(received.lines.get(title="Plain Soap").product, sam.user, status=ProductReview.FOR_MODERATION)
    page = reverse("dashboard:reviews-update", args=[written.pk])
    assert "Verified buyer" in admin_client.get(page).content.decode()
    Order.objects.update(status="Cancelled")
    assert "Verified buyer" not in admin_client.get(page).content.decode()
