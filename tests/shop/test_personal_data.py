"""What the shop holds about a person is in one table, and its owner can read it and take it along."""

import json
import re
from decimal import Decimal
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from oscar.core.loading import get_model

from shop.customer.personal_data import unclassified as guard
from shop.customer.personal_data.export import as_json, personal_data
from shop.customer.personal_data.table import NOT_OF_CUSTOMERS, TABLE, Fate
from shop.customer.personal_data.unclassified import stale, unclassified
from shop.outbox.models import Letter
from shop.parcels.models import NoReviewLetters, Parcel
from shop.promises.models import RETURNS, Promise
from shop.stripe_checkout.models import PaymentAttempt, Refund
from tests.factories import make_countries, make_product, make_voucher
from tests.page import Page
from tests.shop.test_accounts import PASSWORD, make_order

Basket = get_model("basket", "Basket")
Order = get_model("order", "Order")
ProductAlert = get_model("customer", "ProductAlert")
ProductReview = get_model("reviews", "ProductReview")
ShippingEventType = get_model("order", "ShippingEventType")
UserAddress = get_model("address", "UserAddress")
WishList = get_model("wishlists", "WishList")
User = get_user_model()

HOME = {
    "first_name": "Alex",
    "last_name": "Example",
    "line1": "12 Sample Street",
    "line4": "Austin",
    "state": "TX",
    "postcode": "78701",
    "country_id": "US",
}
SECRETS = ("cs_test_secret", "https://checkout.stripe.com/c/secret", "pi_secret", "re_secret")


@pytest.fixture(autouse=True)
def nobody_has_tried():
    cache.clear()


def make_bought(user, product, number: str) -> Order:
    """An order with one of each thing that can hang on one."""
    order = make_order(number=number, product=product, address=HOME, user=user, status="Shipped")
    voucher = make_voucher(code=f"CODE{number}")
    order.discounts.create(offer_name="Ten percent", voucher_code=voucher.code, amount=Decimal("4.10"))
    voucher.applications.create(user=user, order=order)
    shipped, _created = ShippingEventType.objects.get_or_create(code="shipped", defaults={"name": "Shipped"})
    event = order.shipping_events.create(event_type=shipped, notes="PARCEL-1")
    Parcel.objects.create(event=event, carrier="ups", number="1Z999AA10123456784")
    promise = Promise.objects.in_force().get(slug=RETURNS)
    case = order.returns.create(kind="return", promise=promise, state="refunded", token=uuid4(), customer="x")
    case.lines.create(line=order.lines.get(), quantity=1, words="It itches.")
    order.status_changes.create(old_status="Pending payment", new_status="Paid")
    attempt = PaymentAttempt.objects.create(
        order=order,
        state="succeeded",
        amount=order.total_incl_tax,
        currency="USD",
        paid_amount=order.total_incl_tax,
        request={"customer_email": user.email},
        session_id=f"{SECRETS[0]}{number}",
        session_url=SECRETS[1],
        payment_intent=SECRETS[2],
        expires_at=timezone.now(),
    )
    Refund.objects.create(
        attempt=attempt, state="succeeded", amount=5, currency="USD", stripe_id=f"{SECRETS[3]}{number}"
    )
    sent = {"order": order, "sent_at": timezone.now(), "next_try_at": None}
    Letter.objects.create(key=f"ORDER_PLACED:{order.pk}", code="ORDER_PLACED", to=user.email, **sent)
    Letter.objects.create(key=f"STAFF:{order.pk}", code="STAFF_PAYMENT_HELD", to="house@example.com", **sent)
    return order


def make_account(name: str, product) -> User:
    """Somebody with one of each thing that an account can hold."""
    user = User.objects.create_user(
        name, f"{name}@example.com", PASSWORD, first_name=name.title(), last_name="Example"
    )
    NoReviewLetters.objects.create(user=user)
    UserAddress.objects.create(user=user, **HOME | {"line1": f"Of {name}"}, phone_number="+1 512 555 0100")
    wishlist = WishList.objects.create(owner=user, name=f"Wishes of {name}")
    wishlist.add(product)
    wishlist.shared_emails.create(email=f"friend-of-{name}@example.com")
    ProductAlert.objects.create(user=user, product=product)
    ProductReview.objects.create(
        product=product, user=user, score=4, title=f"Review of {name}", body="It washes.", status=1
    )
    other = ProductReview.objects.create(product=product, name="Sam", email="sam@example.com", score=2, title="So-so")
    other.vote_up(user)
    basket = Basket.objects.create(owner=user)
    basket.lines.create(product=product, stockrecord=product.stockrecords.get(), line_reference="1", quantity=3)
    user.emails.create(email=user.email, subject=f"Receipt of {name}", body_text="https://shop.example/secret-link")
    user.notifications.create(subject=f"News of {name}", body="It is back.")
    apps.get_model("analytics", "UserProductView").objects.create(user=user, product=product)
    apps.get_model("analytics", "UserSearch").objects.create(user=user, query=f"words of {name}")
    apps.get_model("analytics", "UserRecord").objects.create(user=user, num_product_views=7)
    Letter.objects.create(
        key=f"reset-{name}",
        code="PASSWORD_RESET",
        to=user.email.upper(),
        message={"subject": "Set a new password"},
        context={"reset_url": "/password-reset/confirm/secret-link/"},
    )
    return user


@pytest.fixture
def soap(db):
    make_countries()
    return make_product(title="Plain Soap")


@pytest.fixture
def alex(soap):
    user = make_account("alex", soap)
    make_bought(user, soap, "34679-CDFGH")
    return user


@pytest.fixture
def signed_in(alex):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alex)
    return client


def download(client) -> dict:
    response = Page(client, "/accounts/profile/data/").send("Show me my data", kind="json", password=PASSWORD)
    assert response.status_code == 200
    return json.loads(response.content)


# --- The table ----------------------------------------------------------------------------------------------------


def test_every_model_that_may_hold_something_about_a_person_is_classified():
    assert unclassified() == []


def test_the_tables_name_no_model_that_is_no_more():
    assert stale() == []


def test_no_model_is_in_both_tables():
    assert not {data.model for data in TABLE} & NOT_OF_CUSTOMERS.keys()


@pytest.mark.parametrize("data", TABLE, ids=lambda data: f"{data.model} by {data.account or data.order}")
def test_entry_of_the_table_is_whole(data):
    assert bool(data.account) != bool(data.order)
    assert data.why.endswith(".")
    assert bool(data.columns) == bool(data.key) == bool(data.title)
    assert bool(data.blank) == (data.fate is Fate.LOSES_ITS_OWNER)


class Marker(models.Model):
    """A model that nobody classified."""

    class Meta:
        abstract = True


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"customer": models.ForeignKey("auth.User", models.CASCADE, related_name="+")}, "points at auth.User"),
        ({"order": models.ForeignKey("order.Order", models.CASCADE, related_name="+")}, "points at order.Order"),
        ({"line": models.ForeignKey("order.Line", models.CASCADE, related_name="+")}, "points at order.Line"),
        ({"contact_email": models.CharField(max_length=9)}, "has a field contact_email"),
        ({"write_to": models.EmailField()}, "has a field write_to"),
        ({"anything": models.JSONField()}, "has a field anything"),
        ({"ip_address": models.CharField(max_length=9)}, "has a field ip_address"),
        ({"title": models.CharField(max_length=9)}, ""),
        ({"tokens": models.IntegerField()}, ""),
    ],
)
def test_model_that_nobody_classified_is_found(fields, why):
    model = type("Unclassified", (Marker,), {"__module__": "shop.promises.models", **fields, "Meta": Unmanaged})
    try:
        assert guard._why_personal(model).startswith(why)
        assert bool(guard._why_personal(model)) == bool(why)
    finally:
        apps.all_models["promises"].pop("unclassified", None)
        apps.clear_cache()


class Unmanaged:
    app_label = "promises"
    managed = False


# --- The download -------------------------------------------------------------------------------------------------


def test_download_holds_one_of_each_thing(alex, signed_in):
    data = download(signed_in)
    assert {key for key, value in data.items() if not value} == set()
    assert data["profile"][0]["email"] == "alex@example.com"
    assert data["addresses"][0]["line1"] == "Of alex"
    assert data["addresses"][0]["phone_number"] == "+15125550100"
    assert data["basket"][0] | {"put_in_on": ""} == {
        "kept_as": "Open",
        "product": "Plain Soap",
        "quantity": 3,
        "put_in_on": "",
    }
    assert data["reviews"][0]["status"] == "Approved"
    assert data["vouchers"][0]["code"] == "CODE34679-CDFGH"


def test_download_holds_orders_with_all_that_hangs_on_them(alex, signed_in):
    (order,) = download(signed_in)["orders"]
    assert (order["number"], order["total"]) == ("34679-CDFGH", "41.00")
    assert [line["product"] for line in order["lines"]] == ["Plain Soap"]
    assert order["delivery_address"][0]["line1"] == "12 Sample Street"
    assert order["discounts"][0]["amount"] == "4.10"
    assert order["shipping_events"][0]["what"] == "Shipped"
    assert order["payments"][0]["paid"] == "41.00"
    assert order["refunds"][0]["amount"] == "5.00"
    assert order["parcels"][0]["number"] == "1Z999AA10123456784"
    assert order["returns"][0]["state"] == "Refunded"
    assert order["return_lines"][0]["words"] == "It itches."


def test_letters_come_with_subject_and_date_and_those_to_staff_not_at_all(alex, signed_in):
    data = download(signed_in)
    assert [letter["subject"] for letter in data["letters"]] == ["Set a new password"]
    (letter,) = data["orders"][0]["letters"]
    assert letter["kind"] == "ORDER_PLACED"
    assert "34679-CDFGH" in letter["subject"]
    assert letter["sent_on"]


@pytest.mark.parametrize("kind", ["json", "page"])
def test_no_secret_of_stripe_and_no_link_is_in_it(alex, signed_in, kind):
    response = Page(signed_in, "/accounts/profile/data/").send("Show me my data", kind=kind, password=PASSWORD)
    text = response.content.decode()
    assert [secret for secret in (*SECRETS, "secret-link", alex.password) if secret in text] == []


@pytest.mark.parametrize("kind", ["json", "page"])
def test_nothing_of_others_is_in_it(alex, soap, signed_in, kind):
    robin = make_account("robin", soap)
    make_bought(robin, soap, "99999-RRRRR")
    guest = make_order(number="77777-GGGGG", product=soap, address=HOME, guest_email="alex@example.com")
    about = {"order": guest, "to": "alex@example.com"}
    Letter.objects.create(key="guest", code="ORDER_PLACED", **about)
    Letter.objects.create(key="alert", code="PRODUCT_ALERT", to="alex@example.com", message={"subject": "It is back"})
    text = Page(signed_in, "/accounts/profile/data/").send("Show me my data", kind=kind, password=PASSWORD)
    text = text.content.decode().lower()
    assert [word for word in ("robin", "99999", "77777", "product_alert") if word in text] == []


def test_page_shows_what_the_file_holds(alex, signed_in):
    text = Page(signed_in, "/accounts/profile/data/").send("Show me my data", kind="page", password=PASSWORD)
    text = text.content.decode()
    for words in (
        "alex@example.com",
        "Of alex",
        "Wishes of alex",
        "Review of alex",
        "34679-CDFGH",
        "PARCEL-1",
        "41.00",
    ):
        assert words in text, words


def test_page_shows_the_words_of_a_message_without_its_markup(alex, signed_in):
    alex.notifications.create(subject="Back", body='<p><a href="/soap/">Soap &amp; Brush</a>\nis back.</p>')
    page = Page(signed_in, "/accounts/profile/data/").send("Show me my data", kind="page", password=PASSWORD)
    assert "Soap &amp; Brush is back." in page.content.decode()
    assert "&lt;a href" not in page.content.decode()


def test_what_it_brings_is_kept_by_no_cache_and_named_as_a_file(alex, signed_in):
    response = Page(signed_in, "/accounts/profile/data/").send("Show me my data", kind="json", password=PASSWORD)
    assert "no-store" in response["Cache-Control"]
    assert re.fullmatch(r'attachment; filename="your-data-\d{4}-\d\d-\d\d\.json"', response["Content-Disposition"])
    assert response["Content-Type"] == "application/json"


def test_the_same_number_of_queries_reads_1_order_and_40(alex, soap):
    with CaptureQueriesContext(connection) as one:
        as_json(personal_data(alex), shop="x")
    for number in range(39):
        make_bought(alex, soap, f"10000-{number}")
    with CaptureQueriesContext(connection) as forty:
        data = as_json(personal_data(alex), shop="x")
    assert len(data["orders"]) == 40
    assert len(forty) == len(one) == sum(bool(data.key) for data in TABLE)  # one a model that is shown


def test_an_account_with_nothing_in_it_can_be_read(db):
    user = User.objects.create_user("new", "", PASSWORD)
    data = as_json(personal_data(user), shop="x")
    assert {key for key, value in data.items() if value} == {"shop", "made_at", "profile"}


def test_a_size_comes_with_the_name_of_what_it_is_a_size_of(demo_shop):
    user = User.objects.create_user("new", "new@example.com", PASSWORD)
    size = get_model("catalogue", "Product").objects.filter(parent__title="Silicone Scar Gel").first()
    ProductAlert.objects.create(user=user, product=size)
    (section,) = [each for each in personal_data(user) if each.data.key == "stock_alerts"]
    assert section.records[0].values["product"] == f"Silicone Scar Gel, {size.title}"


# --- Bad input ----------------------------------------------------------------------------------------------------


def test_wrong_password_shows_nothing(alex, signed_in):
    response = Page(signed_in, "/accounts/profile/data/").send("Show me my data", kind="json", password="not this one")
    text = response.content.decode()
    assert "This is not the password of your account." in text
    assert "12 Sample Street" not in text


def test_looking_at_the_page_shows_nothing(alex, signed_in):
    page = signed_in.get(f"/accounts/profile/data/?kind=json&password={PASSWORD}")
    assert "12 Sample Street" not in page.content.decode()


@pytest.mark.parametrize("path", ["/accounts/profile/data/", "/accounts/profile/delete/"])
def test_whoever_is_not_signed_in_is_asked_to(alex, client, path):
    answers = [client.get(path), client.post(path, {"kind": "json", "password": PASSWORD})]
    assert [answer.url for answer in answers] == [f"/accounts/login/?next={path}"] * 2
    assert User.objects.filter(pk=alex.pk).exists()


@pytest.mark.parametrize("path", ["/accounts/profile/data/", "/accounts/profile/delete/"])
def test_form_of_another_site_is_refused(alex, signed_in, path):
    assert signed_in.post(path, {"kind": "json", "password": PASSWORD}).status_code == 403
    assert User.objects.filter(pk=alex.pk).exists()


@pytest.mark.parametrize("kind", ["", "xml", "\0", "x" * 5000])
def test_a_kind_that_is_none_is_answered(alex, kind):
    client = Client()
    client.force_login(alex)
    response = client.post("/accounts/profile/data/", {"kind": kind, "password": PASSWORD})
    assert "Choose a page or a file." in response.content.decode()


@pytest.mark.parametrize("path", ["/accounts/profile/data/", "/accounts/profile/delete/"])
def test_password_cannot_be_guessed_there(alex, path):
    client = Client()
    client.force_login(alex)
    for _ in range(20):  # as many as the view takes within an hour
        assert client.post(path, {"kind": "json", "password": "a guess"}).status_code == 200
    wrong = client.post(path, {"kind": "json", "password": "a guess"})
    right = client.post(path, {"kind": "json", "password": PASSWORD})
    assert [wrong.status_code, right.status_code] == [429, 429]
    assert "not the password" not in wrong.content.decode()  # else its absence would tell the right one
    assert User.objects.filter(pk=alex.pk).exists()


def test_profile_leads_to_both(alex, signed_in):
    text = Page(signed_in, "/accounts/profile/").text
    assert "/accounts/profile/data/" in text
    assert "/accounts/profile/delete/" in text
