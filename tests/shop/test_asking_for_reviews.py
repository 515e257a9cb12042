"""Buyers are asked once, some days after their order arrived, and what they write is marked as from a buyer."""

import re
from datetime import timedelta
from time import time
from unittest import mock
from uuid import uuid4

import pytest
from django.conf import settings as project
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from oscar.core.loading import get_model

from shop.catalogue.reviews import links
from shop.catalogue.reviews.asking import TOO_LATE, ask_for_reviews
from shop.catalogue.reviews.links import path_to_review
from shop.customer.personal_data.erasure import erase_guest
from shop.order.processing import EventHandler
from shop.outbox.models import Letter
from shop.parcels.models import GuestReview, NoReviewLetters
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
    shopper.client.force_login(shopper.user)
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


def test_staff_see_it_in_the_list_of_the_dashboard_too(received, sam, admin_client, django_user_model):
    soap = received.lines.get(title="Plain Soap").product
    review(soap, sam.user, status=ProductReview.FOR_MODERATION)
    review(soap, django_user_model.objects.create_user("eve", "eve@example.com", "a long phrase"))
    page = admin_client.get(reverse("dashboard:reviews-list")).content.decode()
    assert page.count('<span class="badge badge-success">Verified buyer</span>') == 1


# --- Guests --------------------------------------------------------------------------------------------------------

ANSWER = {"score": "2", "title": "Slippery", "body": "It slides out of the hand.", "name": "Lee"}


@pytest.fixture
def guests_order(shopper, stripe):
    return receive(buy(shopper, stripe, (make_product(stock=9), 1), (make_product(title="Plain Comb"), 1)))


def link(order, title: str = "Plain Soap") -> str:
    return path_to_review(order, order.lines.get(title=title).product_id)


def write(path: str, **changes):
    return Client().post(path, ANSWER | changes)


def test_guest_is_asked_and_writes_without_an_account(guests_order, client):
    (letter,) = asked()
    assert titles(letter) == ["Plain Soap", "Plain Comb"]
    path = letter.context["products"][0]["path"]
    form = Client().get(path).content.decode()
    assert 'value="Alex"' in form
    assert 'name="email"' not in form
    answer = write(path)
    soap = guests_order.lines.get(title="Plain Soap").product
    assert answer.url == soap.get_absolute_url()
    written = ProductReview.objects.get()
    assert (written.user, written.name, written.email) == (None, "Lee", guests_order.guest_email)
    assert written.status == ProductReview.FOR_MODERATION
    assert marked(client.get(soap.get_absolute_url())) == 0
    ProductReview.objects.update(status=ProductReview.APPROVED)
    page = client.get(soap.get_absolute_url()).content.decode()
    assert "Lee" in page
    assert "Verified buyer" in page
    assert guests_order.guest_email not in page


@pytest.mark.parametrize("status", ["Cancelled", "Pending payment"])
def test_review_by_a_link_is_marked_as_long_as_the_order_was_paid(guests_order, client, status):
    write(link(guests_order))
    ProductReview.objects.update(status=ProductReview.APPROVED)
    page = guests_order.lines.get(title="Plain Soap").product.get_absolute_url()
    assert marked(client.get(page)) == 1
    Order.objects.update(status=status)
    assert marked(client.get(page)) == 0


def test_staff_see_that_a_guest_who_bought_wrote_it(guests_order, admin_client):
    write(link(guests_order))
    page = admin_client.get(reverse("dashboard:reviews-update", args=[ProductReview.objects.get().pk]))
    assert "A guest wrote it by the link that was sent for an order." in page.content.decode()


def test_guest_reviews_a_product_once(guests_order, shopper, stripe):
    path = link(guests_order)
    assert write(path).status_code == write(path).status_code == 302
    assert Client().get(path).status_code == 302
    soap = guests_order.lines.get(title="Plain Soap").product
    again = receive(buy(shopper, stripe, (soap, 1)))
    assert write(link(again)).status_code == 302
    assert ProductReview.objects.count() == 1
    assert [titles(letter) for letter in asked()] == [["Plain Comb"]]


def test_database_keeps_one_review_of_a_guest_a_product_of_an_order(guests_order):
    write(link(guests_order))
    made = GuestReview.objects.get()
    other = review(made.product, None, name="Lee", email="lee@example.com")
    with pytest.raises(IntegrityError):
        GuestReview.objects.create(review=other, order=made.order, product=made.product)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"score": "9"}, id="score there is not"),
        pytest.param({"score": ""}, id="no score"),
        pytest.param({"title": " "}, id="blank title"),
        pytest.param({"title": "x" * 300}, id="long title"),
        pytest.param({"body": ""}, id="no words"),
        pytest.param({"name": ""}, id="no name"),
        pytest.param({"name": "x" * 61}, id="long name"),
    ],
)
def test_odd_review_of_a_guest_is_refused_in_words(guests_order, changes):
    answer = write(link(guests_order), **changes)
    assert answer.status_code == 200
    assert "Please check these fields." in answer.content.decode()
    assert not ProductReview.objects.exists()


def test_link_is_for_one_product_of_one_order(guests_order, shopper, stripe):
    other = receive(buy(shopper, stripe, (make_product(title="Plain Towel"), 1)))
    key = link(guests_order).split("/")[-2]
    comb, towel = (each.product_id for each in (guests_order.lines.get(title="Plain Comb"), other.lines.get()))
    for number, pk in ((guests_order.number, comb), (other.number, towel), (other.number, comb), ("00000", towel)):
        answer = write(reverse("guest-review", args=[number, pk, key]))
        assert answer.status_code == 404
        assert "This link opens no review." in answer.content.decode()
    assert not ProductReview.objects.exists()


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("1", id="no signature"),
        pytest.param("1:x", id="wrong signature"),
        pytest.param("9" * 500, id="long"),
        pytest.param("٣:x", id="another digit"),
    ],
)
def test_link_to_a_review_that_was_made_up_opens_nothing(guests_order, key):
    product = guests_order.lines.first().product_id
    assert write(reverse("guest-review", args=[guests_order.number, product, key])).status_code == 404


def test_link_to_a_review_grows_old(guests_order):
    with mock.patch("time.time", return_value=time() - links.LIFETIME.total_seconds() - 60):
        path = link(guests_order)
    answer = write(path)
    assert answer.status_code == 410
    assert f"works for {links.LIFETIME.days} days" in answer.content.decode()


def test_link_tells_no_other_site_and_looking_writes_nothing(guests_order):
    answer = Client().get(link(guests_order))
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert not ProductReview.objects.exists()


@pytest.mark.parametrize("gone", ["hidden", "deleted"])
def test_what_is_gone_cannot_be_reviewed_by_a_link(guests_order, gone):
    path, soap = link(guests_order), guests_order.lines.get(title="Plain Soap").product
    if gone == "deleted":
        soap.delete()
    else:
        type(soap).objects.update(is_public=False)
    assert write(path).status_code == 404


def test_guest_ends_the_letters_for_all_his_orders(guests_order, shopper, stripe):
    stop = asked()[0].context["stop_path"]
    for _ in range(2):
        assert "We no longer ask you for reviews." in Client().post(stop).content.decode()
    assert guests_order.guest_email not in str(NoReviewLetters.objects.get())
    receive(buy(shopper, stripe, (make_product(title="Plain Towel"), 1)))
    assert len(asked()) == 1


def test_guest_who_was_forgotten_is_asked_nothing_and_his_link_is_closed(guests_order):
    stop, path = asked()[0].context["stop_path"], link(guests_order)
    write(path)
    erase_guest(email=guests_order.guest_email)
    assert not ProductReview.objects.exists()
    assert not GuestReview.objects.exists()
    assert write(path).status_code == 404
    assert Client().post(stop).status_code == 404
    assert len(asked()) == 1
