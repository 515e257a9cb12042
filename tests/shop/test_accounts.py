"""The pages around a shopper's account: their forms work as the page gives them."""

import re
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.hashers import get_hasher
from django.contrib.sites.models import Site
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from oscar.core.loading import get_model

from shop.customer import registration
from shop.customer.passwords import send_reset
from shop.order.templatetags.order_status import order_status
from shop.outbox.models import Letter
from shop.outbox.tasks import deliver_waiting
from tests.conftest import carry_out
from tests.factories import make_countries, make_product
from tests.page import Page

UserAddress = get_model("address", "UserAddress")
Basket = get_model("basket", "Basket")
Email = get_model("communication", "Email")
Notification = get_model("communication", "Notification")
ProductAlert = get_model("customer", "ProductAlert")
Order = get_model("order", "Order")
ShippingAddress = get_model("order", "ShippingAddress")
ProductReview = get_model("reviews", "ProductReview")
WishList = get_model("wishlists", "WishList")
User = get_user_model()

PASSWORD = "a long pass phrase"


@pytest.fixture
def records(db):
    """A shopper called Alex, with one of each thing that an account can hold."""
    make_countries()
    alex = User.objects.create_user("alex", "alex@example.com", PASSWORD, first_name="Alex", last_name="Example")
    product = make_product(title="Plain Soap")
    home = {
        "first_name": "Alex",
        "last_name": "Example",
        "line1": "12 Sample Street",
        "line4": "Austin",
        "state": "TX",
        "postcode": "78701",
        "country_id": "US",
    }
    order = make_order(number="100001", product=product, address=home, user=alex, status="Shipped")
    guest_order = make_order(number="100002", product=product, address=home, guest_email="guest@example.com")
    wishlist = WishList.objects.create(owner=alex, name="For winter", visibility=WishList.PUBLIC)
    wishlist.add(product)
    WishList.objects.create(owner=alex, name="For later")
    return SimpleNamespace(
        user=alex,
        product=product,
        unreviewed=make_product(title="Plain Towel"),
        order=order,
        line=order.lines.get(),
        guest_order=guest_order,
        address=UserAddress.objects.create(user=alex, **home),
        email=Email.objects.create(user=alex, email=alex.email, subject="A receipt", body_text="Thank you."),
        notification=Notification.objects.create(recipient=alex, subject="Plain Soap is back", body="It is back."),
        alert=ProductAlert.objects.create(user=alex, product=product),
        guest_alert=ProductAlert.objects.create(email="guest@example.com", product=product),
        wishlist=wishlist,
        other_list=alex.wishlists.get(name="For later"),
        wished=wishlist.lines.get(),
        review=ProductReview.objects.create(
            product=product, user=alex, score=4, title="Clean", body="It washes.", status=ProductReview.APPROVED
        ),
    )


def make_order(*, number: str, product, address: dict[str, str], **fields) -> Order:
    """Two of the product, delivered for five dollars."""
    stock = product.stockrecords.get()
    items, delivery = stock.price * 2, Decimal("5.00")
    order = Order.objects.create(
        number=number,
        site=Site.objects.get_current(),
        currency="USD",
        total_incl_tax=items + delivery,
        total_excl_tax=items + delivery,
        shipping_incl_tax=delivery,
        shipping_excl_tax=delivery,
        shipping_method="Standard",
        shipping_address=ShippingAddress.objects.create(**address),
        **fields,
    )
    order.lines.create(
        product=product,
        stockrecord=stock,
        partner=stock.partner,
        partner_name=stock.partner.name,
        partner_sku=stock.partner_sku,
        title=product.get_title(),
        quantity=2,
        num_allocated=0,
        unit_price_incl_tax=stock.price,
        unit_price_excl_tax=stock.price,
        line_price_incl_tax=items,
        line_price_excl_tax=items,
        line_price_before_discounts_incl_tax=items,
        line_price_before_discounts_excl_tax=items,
    )
    return order


@pytest.fixture
def signed_out(db):
    make_countries()
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def signed_in(records):
    return sign_in(records.user)


def sign_in(user) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


def test_signing_in_leads_back_to_where_one_came_from(records, signed_out):
    fields = {"login-username": "alex@example.com", "login-password": PASSWORD}
    response = Page(signed_out, "/accounts/login/?next=/accounts/addresses/").send("Sign in", **fields)
    assert response.url == "/accounts/addresses/"


def test_a_wrong_password_is_said_at_the_top_of_the_form(records, signed_out):
    fields = {"login-username": "alex@example.com", "login-password": "not this one"}
    response = Page(signed_out, "/accounts/login/").send("Sign in", **fields)
    assert 'role="alert"' in response.content.decode()


def test_an_account_opens_with_its_orders(records, signed_in):
    assert Page(signed_in, "/accounts/").path == "/accounts/orders/"


def test_signing_out_takes_a_press(records, signed_in):
    Page(signed_in, "/accounts/orders/").send("Sign out")
    assert "_auth_user_id" not in signed_in.session


def test_a_link_signs_nobody_out(records, signed_in):
    signed_in.get("/accounts/logout/")
    assert "_auth_user_id" in signed_in.session


def test_creating_an_account_signs_in(signed_out):
    Page(signed_out, "/accounts/register/").send("Send me the link", email="new@example.com")
    carry_out(registration.answer)
    link = Letter.objects.get(code="REGISTRATION_LINK").context["path"]
    Page(signed_out, link).send("Open my account", new_password1=PASSWORD, new_password2=PASSWORD)
    assert signed_out.session["_auth_user_id"] == str(User.objects.get(email="new@example.com").pk)


def test_the_way_to_an_account_keeps_where_one_came_from(signed_out):
    page = Page(signed_out, "/accounts/login/?next=/basket/")
    assert any(link.get("href") == "/accounts/register/?next=%2Fbasket%2F" for link in page.tree.iter("a"))


def test_a_forgotten_password_is_set_anew_by_the_link_in_the_email(records, signed_out):
    Page(signed_out, "/password-reset/").send("Send me a link", email="alex@example.com")
    carry_out(send_reset)
    deliver_waiting.call()
    link = re.search(r"/password-reset/confirm/\S+/", mail.outbox[0].body)[0]
    fields = {"new_password1": "another pass phrase", "new_password2": "another pass phrase"}
    Page(signed_out, link).send("Save the new password", **fields)
    records.user.refresh_from_db()
    assert records.user.check_password("another pass phrase")


def test_the_profile_can_be_edited(records, signed_in):
    Page(signed_in, "/accounts/profile/edit/").send("Save", first_name="Alexander")
    records.user.refresh_from_db()
    assert records.user.first_name == "Alexander"


def test_the_password_can_be_changed(records, signed_in):
    fields = {"old_password": PASSWORD, "new_password1": "another pass phrase", "new_password2": "another pass phrase"}
    Page(signed_in, "/accounts/change-password/").send("Save the new password", **fields)
    records.user.refresh_from_db()
    assert records.user.check_password("another pass phrase")


def test_an_account_is_deleted_only_with_its_password(records, signed_in):
    Page(signed_in, "/accounts/profile/delete/").send("Delete my account", password="not this one")
    assert User.objects.filter(pk=records.user.pk).exists()


def test_an_account_can_be_deleted(records, signed_in):
    Page(signed_in, "/accounts/profile/delete/").send("Delete my account", password=PASSWORD)
    assert not User.objects.filter(pk=records.user.pk).exists()


def test_an_address_can_be_added(records, signed_in):
    fields = {
        "first_name": "Alex",
        "last_name": "Example",
        "line1": "7 Other Street",
        "line4": "Toronto",
        "postcode": "M5H 2N2",
        "country": "CA",
    }
    Page(signed_in, "/accounts/addresses/add/").send("Save address", **fields)
    assert "7 Other Street" in Page(signed_in, "/accounts/addresses/").text


def test_an_address_can_be_edited_without_losing_what_was_not_touched(records, signed_in):
    Page(signed_in, f"/accounts/addresses/{records.address.pk}/").send("Save address", line1="13 Sample Street")
    assert UserAddress.objects.get().state == "TX"


def test_an_address_can_be_deleted(records, signed_in):
    Page(signed_in, f"/accounts/addresses/{records.address.pk}/delete/").send("Delete address")
    assert not UserAddress.objects.exists()


def test_an_address_can_be_chosen_for_the_checkout(records, signed_in):
    Page(signed_in, "/accounts/addresses/").send("Fill this in at checkout")
    assert UserAddress.objects.get().is_default_for_shipping


def test_a_link_chooses_no_address(records, signed_in):
    signed_in.get(f"/accounts/addresses/{records.address.pk}/default_for_shipping/")
    assert not UserAddress.objects.get().is_default_for_shipping


def test_an_order_can_be_found_by_its_date(records, signed_in):
    Order.objects.filter(pk=records.order.pk).update(date_placed="2020-06-01T12:00Z")
    page = Page(signed_in, "/accounts/orders/?date_from=2020-05-01&date_to=2020-07-01&order_number=")
    assert f"Order {records.order.number}" in page.text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("Pending payment", "Waiting for payment"),
        ("Paid", "Paid"),
        ("Shipped", "On its way"),
        ("Complete", "Complete"),
        ("Cancelled", "Cancelled"),
        ("Lost at sea", "Lost at sea"),
    ],
)
def test_a_shopper_reads_an_orders_status_in_plain_words(status, words):
    assert order_status(status) == words


def test_one_line_of_an_order_can_be_bought_again(records, signed_in):
    Page(signed_in, f"/accounts/orders/{records.order.number}/").send("Buy again: Plain Soap")
    assert Basket.open.get(owner=records.user).num_items == 2


def test_a_whole_order_can_be_bought_again(records, signed_in):
    Page(signed_in, f"/accounts/orders/{records.order.number}/").send("Buy all of it again")
    assert Basket.open.get(owner=records.user).num_items == 2


def test_an_order_whose_product_has_left_the_catalogue_still_shows_it(records, signed_in):
    records.order.lines.update(product=None)
    assert "We no longer sell this." in Page(signed_in, f"/accounts/orders/{records.order.number}/").text


def test_a_message_can_be_archived(records, signed_in):
    page = Page(signed_in, "/accounts/notifications/inbox/")
    page.send("Archive the selected", selected_message=str(records.notification.pk))
    assert Notification.objects.get().location == Notification.ARCHIVE


def test_a_message_reads_as_text_and_not_as_markup(records, signed_in):
    records.notification.subject = "<b>Plain Soap</b> is back"
    records.notification.save()
    assert "Plain Soap is back" in Page(signed_in, "/accounts/notifications/inbox/").text


def test_an_email_reads_as_text_and_not_as_markup(records, signed_in):
    records.email.body_text = "<script>alert(1)</script>"
    records.email.save()
    assert "<script>alert" not in Page(signed_in, f"/accounts/emails/{records.email.pk}/").text


def test_an_alert_that_cannot_be_set_says_why(records):
    path = reverse("customer:alert-create", args=[records.unreviewed.pk])
    response = Client().post(path, {"email": records.guest_alert.email})
    assert "confirm or cancel that request" in response.content.decode()


def test_an_alert_goes_off_by_its_button(records, signed_in):
    response = Page(signed_in, "/accounts/alerts/").send("Cancel the alert for Plain Soap")
    records.alert.refresh_from_db()
    assert (response.url, records.alert.is_cancelled) == ("/accounts/alerts/", True)


def test_an_alert_leads_nowhere_else_when_it_goes_off(records, signed_in):
    response = Page(signed_in, f"/accounts/alerts/cancel/{records.alert.pk}/?next=https://elsewhere.example/").send(
        "Cancel the alert"
    )
    assert response.url == "/accounts/alerts/"


@pytest.mark.parametrize("link", ["get_confirm_url", "get_cancel_url"])
def test_a_mail_program_that_follows_the_link_changes_no_alert(records, signed_out, link):
    signed_out.get(getattr(records.guest_alert, link)())
    records.guest_alert.refresh_from_db()
    assert records.guest_alert.can_be_confirmed


def test_a_guest_confirms_an_alert(records, signed_out):
    Page(signed_out, records.guest_alert.get_confirm_url()).send("Yes, write to me")
    records.guest_alert.refresh_from_db()
    assert records.guest_alert.is_active


def test_a_guest_cancels_an_alert(records, signed_out):
    Page(signed_out, records.guest_alert.get_cancel_url()).send("Cancel the alert")
    records.guest_alert.refresh_from_db()
    assert records.guest_alert.is_cancelled


def test_an_alert_of_an_account_takes_no_other_address(records, signed_in):
    towel = records.unreviewed
    token = Page(signed_in, "/accounts/wishlists/create/").token
    for email in ("one@example.com", "two@example.com"):
        path = reverse("customer:alert-create", args=[towel.pk])
        signed_in.post(path, {"email": email, "csrfmiddlewaretoken": token})
    assert [alert.email for alert in ProductAlert.objects.filter(product=towel)] == [""]


def test_a_product_goes_on_a_wish_list_of_its_own(records, signed_in):
    towel = records.unreviewed
    Page(signed_in, f"/accounts/wishlists/create/with-product/{towel.pk}/").send("Save wish list", name="Bathroom")
    assert WishList.objects.get(name="Bathroom").lines.get().product == towel


def test_a_product_goes_on_the_wish_list_that_there_is(records):
    client = Client()
    client.force_login(records.user)
    client.post(reverse("customer:wishlists-add-product", args=[records.unreviewed.pk]))
    assert "Plain Towel" in Page(client, records.wishlist.get_absolute_url()).text


def test_quantities_of_a_wish_list_are_saved_from_fields_beside_their_form(records, signed_in):
    Page(signed_in, records.wishlist.get_absolute_url()).send("Save quantities", **{"lines-0-quantity": "3"})
    records.wished.refresh_from_db()
    assert records.wished.quantity == 3


def test_what_is_wished_for_can_be_put_into_the_basket(records, signed_in):
    Page(signed_in, records.wishlist.get_absolute_url()).send("Add to basket: Plain Soap")
    assert Basket.open.get(owner=records.user).num_items == 1


def test_a_wish_list_can_be_started_and_shared(records, signed_in):
    fields = {"name": "Gifts", "visibility": WishList.SHARED, "shared_emails-0-email": "friend@example.com"}
    Page(signed_in, "/accounts/wishlists/create/").send("Save wish list", **fields)
    assert WishList.objects.get(name="Gifts").shared_emails.get().email == "friend@example.com"


def test_a_shared_wish_list_keeps_its_people_when_it_is_renamed(records, signed_in):
    records.wishlist.shared_emails.create(email="friend@example.com")
    page = Page(signed_in, f"/accounts/wishlists/{records.wishlist.key}/update/")
    page.send("Save wish list", name="For spring")
    assert WishList.objects.get(name="For spring").shared_emails.count() == 1


def test_a_person_can_be_taken_off_a_shared_wish_list(records, signed_in):
    records.wishlist.shared_emails.create(email="friend@example.com")
    page = Page(signed_in, f"/accounts/wishlists/{records.wishlist.key}/update/")
    page.send("Save wish list", **{"shared_emails-0-DELETE": "on"})
    assert not records.wishlist.shared_emails.exists()


@pytest.mark.parametrize(
    ("visibility", "words"), [("Private", "Only you can see"), ("Public", "Anybody with the link")]
)
def test_sharing_a_list_that_is_not_set_to_shared_says_what_that_means(records, signed_in, visibility, words):
    page = Page(signed_in, f"/accounts/wishlists/{records.wishlist.key}/update/")
    page.send("Save wish list", visibility=visibility, **{"shared_emails-0-email": "friend@example.com"})
    assert words in Page(signed_in, "/accounts/wishlists/").text


def test_a_product_moves_to_another_wish_list(records, signed_in):
    Page(signed_in, records.wishlist.get_absolute_url()).send("Move to For later: Plain Soap")
    assert records.other_list.lines.get().product == records.product


def test_a_link_moves_nothing_to_another_wish_list(records, signed_in):
    path = f"/accounts/wishlists/{records.wishlist.key}/lines/{records.wished.pk}/move-to/{records.other_list.key}/"
    signed_in.get(path)
    assert records.wishlist.lines.exists()


def test_a_link_puts_nothing_on_a_wish_list(db):
    newcomer = User.objects.create_user("new", "new@example.com", PASSWORD)
    sign_in(newcomer).get(reverse("customer:wishlists-add-product", args=[make_product().pk]))
    assert not newcomer.wishlists.exists()


def test_a_product_can_be_taken_off_a_wish_list(records, signed_in):
    path = f"/accounts/wishlists/{records.wishlist.key}/lines/{records.wished.pk}/delete/"
    Page(signed_in, path).send("Remove")
    assert not records.wishlist.lines.exists()


def test_a_wish_list_can_be_deleted(records, signed_in):
    Page(signed_in, f"/accounts/wishlists/{records.wishlist.key}/delete/").send("Delete wish list")
    assert not WishList.objects.filter(pk=records.wishlist.pk).exists()


def test_a_review_waits_until_it_has_been_read(records, signed_in):
    towel = records.unreviewed
    page = Page(signed_in, reverse("catalogue:reviews-add", args=[towel.slug, towel.pk]))
    page.send("Send review", score="4", title="Dry", body="It dries.")
    assert towel.reviews.get().pending_moderation


def test_whoever_wrote_a_review_reads_what_becomes_of_it(records, signed_in):
    towel = records.unreviewed
    page = Page(signed_in, reverse("catalogue:reviews-add", args=[towel.slug, towel.pk]))
    page.send("Send review", score="4", title="Dry", body="It dries.")
    assert "A person reads your review before it shows here." in Page(signed_in, towel.get_absolute_url()).text


@pytest.mark.parametrize("path", ["", "reviews/"])
def test_a_waiting_review_is_not_forgotten_on_a_page_without_reviews(records, signed_in, path):
    await_reading(records.review)
    page = Page(signed_in, records.product.get_absolute_url() + path)
    assert "Thank you for your review." in page.text
    assert "Nobody has reviewed this yet." not in page.text


@pytest.mark.parametrize("status", [ProductReview.FOR_MODERATION, ProductReview.REJECTED])
def test_a_review_that_was_not_approved_is_not_found_by_others(records, signed_out, status):
    ProductReview.objects.update(status=status)
    assert signed_out.get(records.review.get_absolute_url()).status_code == 404


def test_a_waiting_review_is_shown_to_its_author(records, signed_in):
    await_reading(records.review)
    assert "We have not read this review yet." in Page(signed_in, records.review.get_absolute_url()).text


def test_a_rejected_review_is_shown_to_its_author(records, signed_in):
    ProductReview.objects.update(status=ProductReview.REJECTED)
    assert "did not publish it" in Page(signed_in, records.review.get_absolute_url()).text


def test_a_waiting_review_takes_no_votes(records):
    await_reading(records.review)
    reader = Client()
    reader.force_login(User.objects.create_user("else"))
    path = reverse("catalogue:reviews-vote", args=[records.product.slug, records.product.pk, records.review.pk])
    assert reader.post(path, {"delta": "1"}).status_code == 404


def test_a_review_is_found_under_its_own_product_only(records, signed_out):
    towel = records.unreviewed
    path = reverse("catalogue:reviews-detail", args=[towel.slug, towel.pk, records.review.pk])
    assert signed_out.get(path).status_code == 404


def test_a_review_cannot_give_nought(records, signed_in):
    towel = records.unreviewed
    page = Page(signed_in, reverse("catalogue:reviews-add", args=[towel.slug, towel.pk]))
    response = page.send("Send review", score="0", title="Dry", body="It dries.")
    assert "Choose a score from 1 to 5." in response.content.decode()


def test_a_review_without_a_score_keeps_what_was_written(records, signed_in):
    towel = records.unreviewed
    page = Page(signed_in, reverse("catalogue:reviews-add", args=[towel.slug, towel.pk]))
    response = page.send("Send review", score="", title="Dry", body="It dries well.")
    assert "It dries well." in response.content.decode()


def test_a_review_can_be_found_useful(records, signed_in):
    records.review.user = User.objects.create_user("else", "else@example.com", PASSWORD)
    records.review.save()
    Page(signed_in, records.review.get_absolute_url()).send("Yes")
    records.review.refresh_from_db()
    assert records.review.num_up_votes == 1


def await_reading(review: ProductReview) -> None:
    review.status = ProductReview.FOR_MODERATION
    review.save()  # and not an update: the product counts its approved reviews anew


# What a browser never sends, but somebody may.

NOBODYS = 2**63  # one more than a database can count to
POSTED = [
    "/accounts/register/",
    "/accounts/profile/edit/",
    "/accounts/profile/delete/",
    "/accounts/change-password/",
    "/accounts/orders/{order.number}/",
    "/accounts/orders/{order.number}/{line.pk}/",
    "/accounts/addresses/add/",
    "/accounts/addresses/{address.pk}/",
    "/accounts/notifications/update/",
    "/accounts/alerts/create/{unreviewed.pk}/",
    "/accounts/wishlists/create/",
    "/accounts/wishlists/create/with-product/{product.pk}/",
    "/accounts/wishlists/{wishlist.key}/",
    "/accounts/wishlists/{wishlist.key}/update/",
    "/catalogue/{unreviewed.slug}_{unreviewed.pk}/reviews/add/",
    "/catalogue/{product.slug}_{product.pk}/reviews/{review.pk}/vote/",
]
NUMBERED = [
    "/accounts/orders/{order.number}/{number}/",
    "/accounts/addresses/{number}/",
    "/accounts/addresses/{number}/delete/",
    "/accounts/addresses/{number}/default_for_shipping/",
    "/accounts/emails/{number}/",
    "/accounts/notifications/{number}/",
    "/accounts/alerts/create/{number}/",
    "/accounts/alerts/cancel/{number}/",
    "/accounts/alerts/cancel/key/{number}/",
    "/accounts/alerts/confirm/{number}/",
    "/accounts/wishlists/add/{number}/",
    "/accounts/wishlists/create/with-product/{number}/",
    "/accounts/wishlists/{number}/",
    "/accounts/wishlists/{number}/update/",
    "/accounts/wishlists/{wishlist.key}/lines/{number}/delete/",
    "/accounts/wishlists/{wishlist.key}/products/{number}/delete/",
    "/accounts/wishlists/{wishlist.key}/lines/{number}/move-to/{other_list.key}/",
    "/catalogue/x_{number}/reviews/",
    "/catalogue/x_{number}/reviews/add/",
    "/catalogue/x_{number}/reviews/{review.pk}/",
    "/catalogue/x_{number}/reviews/{review.pk}/vote/",
    "/catalogue/x_{product.pk}/reviews/{number}/",
    "/catalogue/x_{product.pk}/reviews/{number}/vote/",
    "/wishlists/{number}/",
]


@pytest.fixture
def poster(records):
    """Alex with a program instead of a browser."""
    client = Client()
    client.force_login(records.user)
    return client


@pytest.mark.parametrize("path", POSTED)
def test_a_form_without_fields_is_answered(records, poster, path):
    assert poster.post(path.format(**vars(records))).status_code in (200, 302)


@pytest.mark.parametrize("value", ["x", "-1", "\0", str(NOBODYS), "x" * 5000])
@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/accounts/addresses/add/", "country"),
        ("/accounts/addresses/add/", "phone_number"),
        ("/accounts/addresses/add/", "postcode"),
        ("/accounts/profile/edit/", "email"),
        ("/accounts/register/", "redirect_url"),
        ("/accounts/orders/{order.number}/", "action"),
        ("/accounts/wishlists/create/", "visibility"),
        ("/accounts/wishlists/create/", "shared_emails-TOTAL_FORMS"),
        ("/catalogue/{unreviewed.slug}_{unreviewed.pk}/reviews/add/", "score"),
        ("/catalogue/{product.slug}_{product.pk}/reviews/{review.pk}/vote/", "delta"),
    ],
)
def test_a_value_of_the_wrong_kind_is_answered(records, poster, path, field, value):
    assert poster.post(path.format(**vars(records)), {field: value}).status_code in (200, 302)


@pytest.mark.parametrize("number", [987654, NOBODYS])
@pytest.mark.parametrize("path", NUMBERED)
def test_a_number_that_nothing_has_is_not_found(records, poster, path, number):
    path = path.format(**vars(records), number=number)
    read, changed = poster.get(path).status_code, poster.post(path).status_code
    assert 404 in (read, changed)  # some can only be read, some only changed
    assert max(read, changed) < 500


def test_an_address_without_a_postcode_is_told_so_once(records, poster):
    page = poster.post("/accounts/addresses/add/", {"first_name": "Alex", "country": "US"}).content.decode()
    assert page.count("Enter the ZIP code or postcode.") == 2  # at the top, and beside the field
    assert "Enter the postcode. Addresses in" not in page


@pytest.mark.parametrize("selected", ["x", "", str(NOBODYS)])
def test_a_message_that_is_none_is_not_archived(records, poster, selected):
    form = {"action": "archive", "selected_message": selected}
    page = poster.post("/accounts/notifications/update/", form, follow=True)
    assert "Select at least one message." in page.content.decode()


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_at_the_edge_of_the_calendar_is_refused(records, poster, day):
    page = poster.get("/accounts/orders/", {"date_from": day, "date_to": day, "order_number": ""})
    assert "Enter a day between 2000 and 2099." in page.content.decode()


def lines_form(line: str, *, total: int = 1, **fields: str) -> dict[str, str]:
    whole = {"lines-TOTAL_FORMS": str(total), "lines-INITIAL_FORMS": "1"}
    return whole | {"lines-0-id": line, "lines-0-quantity": "3"} | fields


@pytest.mark.parametrize("line", ["", "x", "987654", str(NOBODYS)])
def test_a_line_that_has_left_the_wish_list_is_said(records, poster, line):
    page = poster.post(records.wishlist.get_absolute_url(), lines_form(line), follow=True)
    assert "Your list has changed since you opened the page." in page.content.decode()


def test_a_line_that_was_never_there_is_not_put_on_the_wish_list(records, poster):
    form = lines_form(str(records.wished.pk), total=2, **{"lines-1-quantity": "5"})
    poster.post(records.wishlist.get_absolute_url(), form)
    assert records.wishlist.lines.count() == 1


@pytest.mark.parametrize("url", ["x", "1", "[]", "مرحبا"])
def test_odd_way_on_after_signing_in_is_passed_over(db, client, url):
    User.objects.create_user("alex", "alex@example.com", "a long pass phrase")
    credentials = {"login-username": "alex@example.com", "login-password": "a long pass phrase", "login_submit": "1"}
    assert client.post("/accounts/login/", credentials | {"login-redirect_url": url}).status_code == 302


# --- What guessing tells -----------------------------------------------------------------------------------------


@pytest.fixture
def hashed(monkeypatch):
    """How often a password was hashed, which is what takes the time of signing in."""
    times = []
    hasher = get_hasher()
    encode = type(hasher).encode
    monkeypatch.setattr(type(hasher), "encode", lambda *a, **options: times.append(1) or encode(*a, **options))
    return times


@pytest.mark.parametrize("name", ["alex@example.com", "ALEX@example.com", "alex", "nobody@example.com", "nobody"])
def test_signing_in_takes_as_long_for_an_account_as_for_none(db, hashed, name):
    User.objects.create_user("alex", "alex@example.com", PASSWORD)
    hashed.clear()
    assert authenticate(None, username=name, password="a wrong pass phrase") is None
    assert len(hashed) == 1


@pytest.mark.parametrize(
    ("path", "button"), [("/accounts/register/", "Send me the link"), ("/password-reset/", "Send me a link")]
)
def test_letter_is_asked_for_in_the_same_steps_by_an_account_and_by_nobody(db, hashed, path, button):
    User.objects.create_user("alex", "alex@example.com", PASSWORD)
    steps = []
    for email in ("alex@example.com", "nobody@example.com"):
        page = Page(Client(), path)
        hashed.clear()
        with CaptureQueriesContext(connection) as queries:
            answer = page.send(button, email=email)
        asked = [re.sub(r"'[^']*'|\d+", "", query["sql"]) for query in queries]
        steps.append((answer.status_code, answer.headers["Location"], len(hashed), asked))
    assert steps[0] == steps[1]


@pytest.mark.parametrize("name", ["alex@example.com", "ALEX@Example.com", "alex"])
def test_an_address_or_a_name_signs_in(db, name):
    user = User.objects.create_user("alex", "alex@example.com", PASSWORD)
    assert authenticate(None, username=name, password=PASSWORD) == user


@pytest.mark.parametrize("name", ["", None, "@", "x" * 5000])
def test_nothing_that_is_no_name_signs_in(db, name):
    User.objects.create_user("alex", "", PASSWORD)
    assert authenticate(None, username=name, password=PASSWORD) is None


def test_an_account_that_was_closed_does_not_sign_in(db):
    User.objects.create_user("alex", "alex@example.com", PASSWORD, is_active=False)
    assert authenticate(None, username="alex@example.com", password=PASSWORD) is None


def test_of_two_accounts_with_one_address_each_has_its_password(db):
    older, newer = (User.objects.create_user(name, "alex@example.com", PASSWORD) for name in ("alex", "alexander"))
    assert authenticate(None, username="alex@example.com", password=PASSWORD) == older
    newer.set_password("another pass phrase")
    newer.save()
    assert authenticate(None, username="alex@example.com", password="another pass phrase") == newer
