"""An account goes at its owner's word: what accounting needs stays, all else is erased, and nobody else sees more."""

import json
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.core.signing import BadSignature
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from oscar.apps.customer.utils import get_password_reset_url
from oscar.core.loading import get_model

from shop.customer.personal_data import retention
from shop.customer.personal_data.erasure import NotYet, erase_account
from shop.customer.personal_data.stripe_events import without_the_person
from shop.customer.personal_data.table import TABLE, Fate
from shop.customer.personal_data.waiting import open_business
from shop.order import links
from shop.order.tasks import send_link
from shop.outbox.models import Letter
from shop.outbox.tasks import deliver_waiting
from shop.stripe_checkout import attempts
from shop.stripe_checkout.models import Hold, PaymentAttempt, Refund, StripeEvent
from shop.stripe_checkout.states import RETURN_PAGE, SWEEPER
from tests.conftest import Shopper
from tests.factories import make_countries, make_product
from tests.shop.races import at_once, on_postgresql, while_it_is_written
from tests.shop.test_accounts import PASSWORD, make_order
from tests.shop.test_personal_data import HOME, make_account, make_bought

Basket = get_model("basket", "Basket")
Order = get_model("order", "Order")
Product = get_model("catalogue", "Product")
ProductReview = get_model("reviews", "ProductReview")
ShippingAddress = get_model("order", "ShippingAddress")
VoucherApplication = get_model("voucher", "VoucherApplication")
User = get_user_model()

PATH = "/accounts/profile/delete/"


@pytest.fixture(autouse=True)
def nobody_has_tried():
    cache.clear()


@pytest.fixture
def soap(db):
    make_countries()
    return make_product(title="Plain Soap")


@pytest.fixture
def alex(soap):
    return make_account("alex", soap)


@pytest.fixture
def order(alex, soap):
    return make_bought(alex, soap, "34679-CDFGH")


def sign_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def traces_of(*words: str) -> list[str]:
    """Where in the database these words still stand: tables and columns."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in ("stripe_sandbox", "django_tasks_database", "modelsearch"):
            continue
        if model._meta.proxy or not model._meta.managed:
            continue
        for row in model._base_manager.values():
            text = json.dumps(row, default=str).lower()
            found += [f"{model._meta.label}: {word}" for word in words if word.lower() in text]
    return sorted(set(found))


# --- What goes and what stays -------------------------------------------------------------------------------------


def test_account_goes_with_its_password(order, alex):
    response = sign_in(alex).post(PATH, {"password": PASSWORD}, follow=True)
    assert "Your account is deleted." in response.content.decode()
    assert not User.objects.filter(pk=alex.pk).exists()


def test_nothing_of_the_person_is_left_but_what_the_invoice_needs_and_the_last_letter(order, alex):
    assert traces_of("alex@example.com", "+15125550100")
    erase_account(user_id=alex.pk)
    assert traces_of("alex@example.com", "of alex", "friend-of-alex", "+15125550100") == [
        "outbox.Letter: alex@example.com"
    ]
    assert Letter.objects.get(to="alex@example.com").code == "ACCOUNT_DELETED"


def test_order_keeps_what_an_invoice_must_hold(order, alex):
    lines, discounts = [*order.lines.values()], [*order.discounts.values()]
    erase_account(user_id=alex.pk)
    order.refresh_from_db()
    assert (order.user, order.guest_email, order.total_incl_tax) == (None, "", Decimal("41.00"))
    assert [*order.lines.values()] == lines
    assert [*order.discounts.values()] == discounts
    address = order.shipping_address
    assert (address.last_name, address.line1, address.phone_number) == ("Example", "12 Sample Street", "")
    attempt = order.payment_attempts.get()
    assert (attempt.paid_amount, attempt.request, attempt.session_url) == (Decimal("41.00"), {}, "")
    assert attempt.refunds.get().amount == Decimal("5.00")


def test_order_that_was_never_paid_keeps_no_name(alex, soap):
    unpaid = make_order(number="55555-NNNNN", product=soap, address=HOME, user=alex, status="Cancelled")
    erase_account(user_id=alex.pk)
    address = ShippingAddress.objects.get(pk=unpaid.shipping_address_id)
    assert (address.first_name, address.last_name, address.line1, address.postcode) == ("", "", "", "")
    assert address.country_id == "US"


def test_code_that_was_used_stays_used_and_names_nobody(order, alex):
    erase_account(user_id=alex.pk)
    assert VoucherApplication.objects.get(order=order).user is None


def test_score_and_votes_are_counted_anew(alex, soap):
    soap.refresh_from_db()
    assert soap.rating == 4
    other = ProductReview.objects.get(user=None)
    ProductReview.objects.filter(pk=other.pk).update(status=ProductReview.APPROVED)
    erase_account(user_id=alex.pk)
    other.refresh_from_db()
    soap.refresh_from_db()
    assert (other.total_votes, other.delta_votes, soap.rating) == (0, 0, 2)


def test_others_keep_all_they_have(order, alex, soap):
    robin = make_account("robin", soap)
    bought = make_bought(robin, soap, "99999-RRRRR")
    before = traces_of("robin")
    erase_account(user_id=alex.pk)
    assert traces_of("robin") == before
    bought.refresh_from_db()
    assert (bought.user, bought.shipping_address.last_name) == (robin, "Example")


def test_table_is_carried_out_word_by_word(order, alex):
    """Whatever the table says goes is gone, and of what it says stays not a row is missing."""
    count = {data.model: apps.get_model(data.model)._base_manager.count() for data in TABLE}
    erase_account(user_id=alex.pk)
    for data in TABLE:
        rows = apps.get_model(data.model)._base_manager
        if data.fate is Fate.GOES and not data.by_email:
            assert not rows.filter(**{data.account: alex.pk}).exists(), data.model
        elif data.order:
            left = count[data.model] - (data.model == "outbox.Letter")  # one more was written, two went
            assert rows.count() >= left, data.model


def test_letter_says_what_stays_and_is_the_last_one(order, alex):
    sign_in(alex).post(PATH, {"password": PASSWORD})
    deliver_waiting.call()
    (letter,) = [sent for sent in mail.outbox if sent.subject == "Your account is deleted"]
    assert letter.to == ["alex@example.com"]
    assert "One order that was paid stays in our books" in letter.body
    retention.forget_letters()
    assert traces_of("alex@example.com") == []


def test_account_without_orders_or_address_goes_too(db):
    user = User.objects.create_user("new", "", PASSWORD)
    assert erase_account(user_id=user.pk)
    assert not Letter.objects.exists()


def test_letter_on_its_way_still_arrives_and_is_blanked_afterwards(order, alex):
    waiting = Letter.objects.create(key="shipped", code="ORDER_LINK", order=order, to="alex@example.com")
    erase_account(user_id=alex.pk)
    waiting.refresh_from_db()
    assert waiting.to == "alex@example.com"
    deliver_waiting.call()
    retention.forget_those_who_left()
    waiting.refresh_from_db()
    assert (waiting.to, waiting.code) == ("", "ORDER_LINK")


def test_every_browser_is_signed_out(order, alex):
    here, elsewhere = sign_in(alex), sign_in(alex)
    here.post(PATH, {"password": PASSWORD})
    for client in (here, elsewhere):
        assert client.get("/accounts/profile/").url == "/accounts/login/?next=/accounts/profile/"


def test_what_stripe_told_is_kept_without_the_person():
    told = {
        "id": "evt_1",
        "type": "checkout.session.completed",
        "request": {"id": "req_1"},
        "data": {
            "object": {
                "id": "cs_1",
                "amount_total": 4100,
                "customer_email": "alex@example.com",
                "customer_details": {"name": "Alex"},
            }
        },
    }
    assert without_the_person(told) == {
        "id": "evt_1",
        "type": "checkout.session.completed",
        "data": {"object": {"id": "cs_1", "amount_total": 4100}},
        "erased": True,
    }
    assert without_the_person({}) == {"data": {"object": {}}, "erased": True}


def test_event_that_comes_later_is_blanked_too(order, alex):
    erase_account(user_id=alex.pk)
    attempt = order.payment_attempts.get()
    payload = {"id": "evt_1", "data": {"object": {"customer_email": "alex@example.com"}}}
    StripeEvent.objects.create(event_id="evt_1", type="charge.refunded", payload=payload, attempt=attempt)
    retention.forget_those_who_left()
    assert "alex" not in json.dumps(StripeEvent.objects.get().payload)


# --- Who sees the orders afterwards -------------------------------------------------------------------------------


def test_order_of_nobody_is_opened_by_no_link(order, alex):
    erase_account(user_id=alex.pk)
    order.refresh_from_db()
    path = links.path_to(order)
    assert "order-status" in path
    answer = Client().get(path)
    assert answer.status_code == 404
    assert "Plain Soap" not in answer.content.decode()
    with pytest.raises(BadSignature):
        links.check(order, path.split("/")[-2])


def test_order_of_nobody_is_opened_by_no_cookie(order, alex):
    from django.http import HttpResponse

    from shop.checkout import ownership

    erase_account(user_id=alex.pk)
    order.refresh_from_db()
    response = HttpResponse()
    ownership.remember(response, order)
    client = Client()
    client.cookies = response.cookies
    for path in (f"/accounts/order-status/{order.number}/", f"/checkout/thank-you/{order.number}/"):
        assert client.get(path).status_code == 404


def test_whoever_takes_the_address_next_sees_nothing_of_it(order, alex):
    erase_account(user_id=alex.pk)
    heir = User.objects.create_user("heir", "alex@example.com", PASSWORD)
    client = sign_in(heir)
    assert client.get(f"/accounts/orders/{order.number}/").status_code == 404
    assert "34679" not in client.get("/accounts/orders/").content.decode()


def test_asking_for_a_link_by_the_old_address_brings_none(order, alex):
    erase_account(user_id=alex.pk)
    for email in ("alex@example.com", ""):
        send_link.call(number=order.number, email=email)
    assert not Letter.objects.filter(code="ORDER_LINK").exists()


def test_staff_still_open_the_order(order, alex, admin_client):
    erase_account(user_id=alex.pk)
    assert admin_client.get(f"/dashboard/orders/{order.number}/").status_code == 200
    assert admin_client.get("/dashboard/orders/").status_code == 200


# --- Not yet ------------------------------------------------------------------------------------------------------


def refused(user) -> str:
    """What the page says where it lets nobody delete, and does not when he tries all the same."""
    client = sign_in(user)
    page = client.get(PATH).content.decode()
    assert 'name="password"' not in page
    answer = client.post(PATH, {"password": PASSWORD})
    assert answer.status_code == 409
    assert User.objects.filter(pk=user.pk).exists()
    assert not Letter.objects.filter(code="ACCOUNT_DELETED").exists()
    assert [sentence for sentence in open_business(user) if sentence not in answer.content.decode()] == []
    return page


def test_not_while_an_order_waits_for_its_payment(alex, soap):
    make_order(number="55555-PPPPP", product=soap, address=HOME, user=alex, status="Pending payment")
    assert "Order 55555-PPPPP waits for its payment at Stripe." in refused(alex)


def test_not_while_a_paid_order_is_not_sent(alex, soap):
    make_order(number="55555-SSSSS", product=soap, address=HOME, user=alex, status="Paid")
    assert "Order 55555-SSSSS is paid, and not all of it has been sent yet." in refused(alex)


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("created", "a refund is on its way to you"),
        ("pending", "a refund is on its way to you"),
        ("failed", "a refund did not go through, and we look after it"),
    ],
)
def test_not_while_a_refund_is_open(order, alex, state, says):
    Refund.objects.update(state=state)
    assert f"Order 34679-CDFGH: {says}." in refused(alex)


@pytest.mark.parametrize(
    ("kind", "says"), [("dispute", "your bank disputes the payment"), ("review", "Stripe is reviewing the payment")]
)
def test_not_while_stripe_or_a_bank_asks(order, alex, kind, says):
    attempt = order.payment_attempts.get()
    hold = {"attempt": attempt, "kind": kind, "stripe_id": "x", "status": "open", "currency": "USD"}
    Hold.objects.create(**hold, opened_at=timezone.now())
    assert f"Order 34679-CDFGH: {says}." in refused(alex)


def test_not_while_money_fits_no_order(order, alex):
    PaymentAttempt.objects.update(state="mismatched")
    assert "we are looking into a payment that does not fit" in refused(alex)


def test_not_who_works_here(alex):
    User.objects.update(is_staff=True)
    alex.refresh_from_db()
    assert "You work here" in refused(alex)


def test_yes_when_a_paid_order_went_back_in_full(alex, soap):
    back = make_order(number="55555-BBBBB", product=soap, address=HOME, user=alex, status="Paid")
    source_type, _created = get_model("payment", "SourceType").objects.get_or_create(code="stripe", name="Stripe")
    back.sources.create(source_type=source_type, currency="USD", amount_debited=41, amount_refunded=41)
    assert open_business(alex) == []


def test_yes_when_a_failed_refund_was_dealt_with(order, alex):
    Refund.objects.update(state="failed", looked_at=timezone.now())
    assert open_business(alex) == []


def test_the_same_number_of_queries_asks_about_1_order_and_40(alex, soap, django_assert_num_queries):
    make_bought(alex, soap, "34679-CDFGH")
    with django_assert_num_queries(13) as one:  # those of shop.order.sheet.orders
        open_business(alex)
    for number in range(39):
        make_bought(alex, soap, f"10000-{number}")
    with django_assert_num_queries(len(one)):
        open_business(alex)


# --- Bad input ----------------------------------------------------------------------------------------------------


def test_looking_at_the_page_deletes_nothing(order, alex):
    sign_in(alex).get(PATH, {"password": PASSWORD})
    assert User.objects.filter(pk=alex.pk).exists()


@pytest.mark.parametrize("password", ["", "not this one", "\0", "x" * 5000])
def test_another_password_deletes_nothing(order, alex, password):
    answer = sign_in(alex).post(PATH, {"password": password})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert User.objects.filter(pk=alex.pk).exists()


def test_form_that_names_somebody_else_deletes_the_one_who_sent_it(alex, soap):
    robin = make_account("robin", soap)
    sign_in(alex).post(PATH, {"password": PASSWORD, "user": robin.pk, "user_id": robin.pk})
    assert [*User.objects.values_list("username", flat=True)] == ["robin"]


def test_sent_twice_is_once(order, alex):
    client = sign_in(alex)
    assert client.post(PATH, {"password": PASSWORD}).url == "/"
    assert client.post(PATH, {"password": PASSWORD}).url == f"/accounts/login/?next={PATH}"
    assert erase_account(user_id=alex.pk) is False
    assert Letter.objects.filter(code="ACCOUNT_DELETED").count() == 1


def test_what_fails_half_way_leaves_all_as_it_was(order, alex, monkeypatch):
    def out_of_order(*args):
        raise RuntimeError

    monkeypatch.setattr("shop.customer.personal_data.erasure._count_anew", out_of_order)
    before = traces_of("alex")
    with pytest.raises(RuntimeError):
        erase_account(user_id=alex.pk)
    assert traces_of("alex") == before
    order.refresh_from_db()
    assert order.user == alex


def test_page_names_the_years(alex, settings):
    settings.ORDER_RETENTION_YEARS = 11
    assert "our books for 11 years" in sign_in(alex).get(PATH).content.decode()


# --- Money that comes after all -----------------------------------------------------------------------------------


@pytest.fixture
def member(shopper, soap):
    """Alex, signed in, at Stripe's page with an order; his shopper."""
    user = User.objects.create_user("member", "member@example.com", PASSWORD)
    shopper.client.force_login(user)
    shopper.user = user
    return shopper


def test_late_money_of_an_erased_order_goes_back(stripe, member, soap, client):
    member.add(soap)
    url = member.press_pay().url
    attempts.end(PaymentAttempt.objects.get(), state="expired", cause=SWEEPER)  # while its session stays open
    erase_account(user_id=member.user.pk)
    stripe.pay(url)
    assert stripe.tell(client, "checkout.session.completed") == [200]
    placed = Order.objects.get()
    attempt = placed.payment_attempts.get()
    assert (placed.status, attempt.state, attempt.refundable) == ("Cancelled", "mismatched", 0)
    assert attempt.refunds.get().state == "succeeded"
    assert not placed.letters.exclude(code__startswith="STAFF_").exists()


def test_checkout_of_a_basket_that_was_deleted_says_so(stripe, member, soap, monkeypatch):
    """His other tab deletes the account between the check of the basket and its lock."""
    from shop.checkout import placing

    member.add(soap)
    seen = member.seen()
    lock = placing._lock

    def deleted_first(basket, user):
        erase_account(user_id=member.user.pk)
        return lock(basket, user)

    monkeypatch.setattr(placing, "_lock", deleted_first)
    page = member.press_pay(seen=seen)
    assert page.url == "/basket/"
    assert not Order.objects.exists()


# --- Races --------------------------------------------------------------------------------------------------------


def _review_of(product) -> str:
    return reverse("catalogue:reviews-add", kwargs={"product_slug": product.slug, "product_pk": product.pk})


ADDRESS = {"first_name": "Alex", "last_name": "Example", "line1": "1 Elm", "line4": "Austin", "state": "TX"}
DOINGS = {
    "product put into the basket": lambda client: client.post(f"/basket/add/{make_product().pk}/", {"quantity": 1}),
    "address added": lambda client: client.post(
        reverse("customer:address-create"), ADDRESS | {"postcode": "78701", "country": "US"}
    ),
    "profile changed": lambda client: client.post(
        reverse("customer:profile-update"), {"first_name": "Al", "last_name": "Example", "email": "alex@example.com"}
    ),
    "password changed": lambda client: client.post(
        reverse("customer:change-password"),
        {"old_password": PASSWORD, "new_password1": "quite-another-9", "new_password2": "quite-another-9"},
    ),
    "product wished for": lambda client: client.post(
        reverse("customer:wishlists-add-product", args=[make_product().pk])
    ),
    "list of wishes made": lambda client: client.post(
        reverse("customer:wishlists-create"),
        {"name": "Soaps", "visibility": "Private", "shared_emails-TOTAL_FORMS": 0, "shared_emails-INITIAL_FORMS": 0},
    ),
    "alert asked for": lambda client: client.post(reverse("customer:alert-create", args=[make_product(stock=0).pk])),
    "review written": lambda client: client.post(
        _review_of(make_product()), {"score": 5, "title": "Clean", "body": "It washes."}
    ),
    "product looked at": lambda client: client.get(make_product().get_absolute_url()),
}


def outcome_of(user_id: int) -> str:
    try:
        return "deleted" if erase_account(user_id=user_id) else "gone"
    except NotYet:
        return "not yet"


class TestRaces:
    pytestmark = on_postgresql

    def test_deleting_while_placing_an_order_is_one_or_the_other(self, stripe):
        """Ten times: whoever is first, no order is left without its owner, and no account goes that has one."""
        make_countries()
        seen_outcomes = set()
        for number in range(10):
            soap = make_product(stock=5)
            user = User.objects.create_user(f"racer{number}", f"racer{number}@example.com", PASSWORD)
            shopper = Shopper()
            shopper.client.force_login(user)
            shopper.add(soap)
            seen = shopper.seen()
            deleted, page = at_once(
                lambda user=user: outcome_of(user.pk),
                lambda shopper=shopper, seen=seen: shopper.press_pay(seen=seen),
            )
            assert page.status_code < 500
            orders = Order.objects.filter(lines__product=soap)
            if deleted == "deleted":
                assert not orders.exists()
                assert not User.objects.filter(pk=user.pk).exists()
            else:
                assert orders.get().user == user
            seen_outcomes.add(deleted)
        assert seen_outcomes <= {"deleted", "not yet"}

    def test_deleting_while_late_money_settles_is_one_or_the_other(self, stripe):
        """Ten times: the order is paid and its owner still there, or all is erased and the money goes back."""
        make_countries()
        for number in range(10):
            soap = make_product(stock=5)
            user = User.objects.create_user(f"payer{number}", f"payer{number}@example.com", PASSWORD)
            shopper = Shopper()
            shopper.client.force_login(user)
            shopper.add(soap)
            url = shopper.press_pay().url
            attempt = PaymentAttempt.objects.live().get(order__lines__product=soap)
            attempts.end(attempt, state="expired", cause=SWEEPER)
            stripe.pay(url)
            deleted, settled = at_once(
                lambda user=user: outcome_of(user.pk),
                lambda attempt=attempt: attempts.settle(attempt, cause=RETURN_PAGE),
            )
            order = Order.objects.get(lines__product=soap)
            if deleted == "deleted":
                assert (order.status, order.user, settled.state) == ("Cancelled", None, "mismatched")
                assert order.payment_attempts.get().refundable == 0
            else:
                assert (deleted, order.status, order.user) == ("not yet", "Paid", user)

    @pytest.mark.parametrize("what", DOINGS)
    def test_other_tab_of_the_same_person_is_told_that_the_account_is_deleted(self, promises, what):
        make_countries()
        user = make_account("alex", make_product())
        client, do = sign_in(user), DOINGS[what]
        answer = while_it_is_written(lambda: erase_account(user_id=user.pk), lambda: do(client))
        assert answer.status_code == 409, answer.content.decode()[:500]
        assert "Your account is deleted." in answer.content.decode()
        assert client.get("/accounts/").status_code == 302

    def test_password_that_is_set_by_a_letter_meanwhile_brings_no_account_back(self, promises):
        make_countries()
        user = make_account("alex", make_product())
        client = Client()
        path = client.get(get_password_reset_url(user)).url
        new = {"new_password1": "quite-another-9", "new_password2": "quite-another-9"}
        answer = while_it_is_written(lambda: erase_account(user_id=user.pk), lambda: client.post(path, new))
        assert answer.status_code == 409
        assert not User.objects.exists()

    def test_deleting_eight_times_at_once_is_one_deletion_and_one_letter(self, promises):
        """Eight, as with Pay: enough for each step to be hit by somebody else's."""
        make_countries()
        soap = make_product()
        user = make_account("alex", soap)
        make_bought(user, soap, "34679-CDFGH")
        outcomes = at_once(*[lambda: outcome_of(user.pk)] * 8)
        assert sorted(outcomes) == ["deleted"] + ["gone"] * 7
        assert Letter.objects.filter(code="ACCOUNT_DELETED").count() == 1
        assert connection.vendor == "postgresql"


# --- Whoever has no account ---------------------------------------------------------------------------------------


@pytest.fixture
def guest(soap):
    """What a guest left, under an address that is written in two ways."""
    about = {"product": soap, "address": HOME}
    ProductReview.objects.create(product=soap, name="Gus", email="guest@example.com", score=1, title="x", status=1)
    get_model("customer", "ProductAlert").objects.create(product=soap, email="guest@example.com")
    Letter.objects.create(key="alert", code="PRODUCT_ALERT", to="guest@example.com")
    return {
        "sold": make_order(number="1", guest_email="guest@example.com", status="Complete", **about),
        "unpaid": make_order(number="2", guest_email="Guest@Example.com", status="Cancelled", **about),
        "other": make_order(number="3", guest_email="other@example.com", status="Complete", **about),
    }


def test_guest_is_forgotten_when_staff_are_asked(guest, soap, capsys):
    call_command("forget_customer", "guest@example.com", "--now")
    assert "1 stay in the books" in capsys.readouterr().out
    assert traces_of("guest@example.com", "gus") == []
    assert nameless(guest) == {"unpaid"}
    soap.refresh_from_db()
    assert soap.rating is None


def test_account_of_that_address_goes_with_it(order, alex, capsys):
    call_command("forget_customer", "ALEX@example.com", "--now")
    assert "1 accounts went" in capsys.readouterr().out
    assert not User.objects.exists()


def test_nobody_is_forgotten_without_the_word_now(guest, alex, capsys):
    call_command("forget_customer", "alex@example.com")
    assert "1 accounts have this address. Nothing was changed" in capsys.readouterr().out
    assert User.objects.filter(pk=alex.pk).exists()


def test_guest_is_not_forgotten_while_something_is_open(guest):
    Order.objects.filter(pk=guest["unpaid"].pk).update(status="Paid")
    with pytest.raises(CommandError, match="Order 2 is paid, and not all of it has been sent yet"):
        call_command("forget_customer", "guest@example.com", "--now")
    assert nameless(guest) == set()


@pytest.mark.parametrize("email", ["", " ", "alex"])
def test_what_is_no_address_forgets_nobody(guest, alex, email):
    User.objects.update(email="")
    with pytest.raises(CommandError, match="not an email address"):
        call_command("forget_customer", email, "--now")
    assert User.objects.filter(pk=alex.pk).exists()
    assert nameless(guest) == set()


def test_link_of_a_forgotten_guest_opens_nothing(guest):
    path = links.path_to(guest["sold"])
    assert Client().get(path).status_code == 200
    call_command("forget_customer", "guest@example.com", "--now", stdout=StringIO())
    assert Client().get(path).status_code == 404


# --- Retention ----------------------------------------------------------------------------------------------------


@pytest.fixture
def old_orders(alex, soap):
    """Of a guest and of somebody who left, from before the years of accounting, and one day younger ones."""
    before = retention.books_closed_before()
    of_guest = {"address": HOME, "product": soap, "guest_email": "guest@example.com", "status": "Complete"}
    of_nobody = {"address": HOME, "product": soap, "status": "Complete"}
    return {
        "old guest": make_order(number="1", date_placed=before - timedelta(days=1), **of_guest),
        "young guest": make_order(number="2", date_placed=before + timedelta(days=1), **of_guest),
        "old nobody": make_order(number="3", date_placed=before - timedelta(days=1), **of_nobody),
        "old account": make_order(
            number="4", date_placed=before - timedelta(days=1), address=HOME, product=soap, user=alex
        ),
    }


def nameless(orders) -> set[str]:
    for order in orders.values():
        order.refresh_from_db()
        order.shipping_address.refresh_from_db()
    return {name for name, order in orders.items() if not order.shipping_address.last_name}


def test_old_orders_lose_names_and_keep_amounts(old_orders):
    assert retention.forget_old_orders() == 2
    assert nameless(old_orders) == {"old guest", "old nobody"}
    old = old_orders["old guest"]
    assert (old.guest_email, old.total_incl_tax, old.lines.count()) == ("", Decimal("41.00"), 1)
    assert old.shipping_address.country_id == "US"


def test_forgetting_twice_is_once(old_orders):
    retention.forget_old_orders()
    assert retention.forget_old_orders() == 0


def test_command_says_what_it_would_do_and_does_nothing(old_orders, capsys):
    call_command("forget_old_orders")
    said = capsys.readouterr().out
    assert "2 orders from before" in said
    assert "Nothing was changed" in said
    assert nameless(old_orders) == set()


def test_command_does_it_when_told_to(old_orders, capsys):
    call_command("forget_old_orders", "--now")
    assert "2 orders from before" in capsys.readouterr().out
    assert nameless(old_orders) == {"old guest", "old nobody"}


def test_years_are_those_of_the_setting(old_orders, settings):
    settings.ORDER_RETENTION_YEARS = 8
    assert retention.forget_old_orders() == 0


def test_it_happens_by_itself_every_day(old_orders, settings):
    from shop.customer.personal_data.tasks import forget

    assert settings.RECURRING_TASKS[forget.module_path] == timedelta(days=1)
    forget.call()
    assert nameless(old_orders) == {"old guest", "old nobody"}


@pytest.mark.parametrize(
    ("code", "age", "stays"),
    [
        ("REGISTRATION", 29, True),
        ("REGISTRATION", 31, False),
        ("STAFF_CONTACT", 31, True),
        ("ACCOUNT_DELETED", 0, False),
    ],
)
def test_letters_about_no_order_are_forgotten(db, code, age, stays):
    letter = Letter.objects.create(key="x", code=code, to="alex@example.com", next_try_at=None)
    Letter.objects.update(created_at=timezone.now() - timedelta(days=age))
    retention.forget_letters()
    assert Letter.objects.filter(pk=letter.pk).exists() == stays


def test_letter_that_waits_is_not_forgotten(db):
    Letter.objects.create(key="x", code="ACCOUNT_DELETED", to="alex@example.com")
    retention.forget_letters()
    assert Letter.objects.exists()
