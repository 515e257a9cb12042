"""A guest's order: who sees it, what it says, and how one gets a link to it."""

import re
import time
from datetime import timedelta
from decimal import Decimal

import html5lib
import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from oscar.core.loading import get_model

from shop.customer.guests import AnonymousOrderFormView
from shop.order import links
from shop.order.tasks import send_link
from shop.order.utils import OrderNumberGenerator, as_we_write_it
from shop.outbox.models import Letter
from shop.outbox.tasks import deliver_waiting
from shop.stripe_checkout.models import PaymentAttempt
from tests.factories import make_countries, make_product
from tests.shop.test_accounts import make_order, sign_in
from tests.shop.test_pages import links_of, main_of, parse, text_of

Order = get_model("order", "Order")
ShippingEventType = get_model("order", "ShippingEventType")
Source = get_model("payment", "Source")
SourceType = get_model("payment", "SourceType")
User = get_user_model()
State = PaymentAttempt.State

FORM = "/accounts/order-status/"
NUMBER, EMAIL = "34679-CDFGH", "guest@example.com"
MOST = AnonymousOrderFormView.throttle.most
HOME = {
    "first_name": "Alex",
    "last_name": "Example",
    "line1": "12 Sample Street",
    "line4": "Austin",
    "state": "TX",
    "postcode": "78701",
    "country_id": "US",
}


@pytest.fixture(autouse=True)
def nobody_has_asked():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def order(db):
    """Two soaps of a guest at 18.00, sent for 5.00: 41.00, and paid."""
    make_countries()
    return make_order(
        number=NUMBER, product=make_product(), address=HOME, guest_email=EMAIL, status="Paid", shipping_code="standard"
    )


def another(order, **fields):
    """One more order like it."""
    product = order.lines.get().product
    fields = {"number": "99999-CDFGH", "guest_email": EMAIL, "status": "Paid"} | fields
    return make_order(product=product, address=HOME, **fields)


def attempt_of(order, state: str, **fields) -> PaymentAttempt:
    fields = {"expires_at": timezone.now() + timedelta(minutes=35)} | fields
    return order.payment_attempts.create(
        state=state, amount=order.total_incl_tax, currency="USD", request={}, fingerprint="", **fields
    )


def book(order, *, paid: str, refunded: str = "0.00") -> None:
    source_type, _created = SourceType.objects.get_or_create(code="stripe", defaults={"name": "Stripe"})
    Source.objects.create(
        order=order,
        source_type=source_type,
        currency="USD",
        amount_allocated=Decimal(paid),
        amount_debited=Decimal(paid),
        amount_refunded=Decimal(refunded),
    )


def become(order, status: str) -> None:
    Order.objects.filter(pk=order.pk).update(status=status)


def page_of(order, client: Client | None = None):
    """The page that the link of a letter opens."""
    return (client or Client()).get(links.path_to(order))


def without_signature(order) -> str:
    return reverse("customer:anon-order", args=[order.number])


# --- Who sees it ---------------------------------------------------------------------------------------------------


def test_link_opens_the_order_in_any_browser(order):
    page = page_of(order)
    assert page.status_code == 200
    assert all(words in text_of(page) for words in (NUMBER, "Plain Soap", "Quantity 2", "12 Sample Street", "$41.00"))


@pytest.mark.parametrize("signature", ["x", "1abcde:x", "%F0%9F%98%80", "::", "x" * 1000, "..%2f"])
def test_forged_link_opens_nothing(order, signature):
    page = Client().get(f"{without_signature(order)}{signature}/")
    assert page.status_code == 404
    assert "12 Sample Street" not in text_of(page)


def test_number_alone_opens_nothing(order):
    assert Client().get(without_signature(order)).status_code == 404


def test_oscars_link_that_never_expires_opens_nothing(order):
    assert Client().get(f"{without_signature(order)}{order.verification_hash()}/").status_code == 404


def test_link_cut_short_by_a_mail_program_opens_nothing(order):
    assert Client().get(links.path_to(order)[:-3] + "/").status_code == 404


def test_link_to_one_order_opens_no_other(order):
    signature = links.path_to(order).split("/")[-2]
    other = another(order)
    assert Client().get(f"{without_signature(other)}{signature}/").status_code == 404


def test_link_sent_to_one_address_opens_nothing_once_the_order_has_another(order):
    old = links.path_to(order)
    Order.objects.update(guest_email="elsewhere@example.com")
    assert Client().get(old).status_code == 404


@pytest.mark.parametrize(("days", "status"), [(179, 200), (181, 410)])
def test_link_works_for_half_a_year(order, monkeypatch, days, status):
    then = time.time() - days * 24 * 3600
    with monkeypatch.context() as past:
        past.setattr(time, "time", lambda: then)
        link = links.path_to(order)
    assert Client().get(link).status_code == status


def test_old_link_says_how_to_get_a_new_one(order, monkeypatch):
    with monkeypatch.context() as past:
        past.setattr(time, "time", lambda: 1_600_000_000.0)
        link = links.path_to(order)
    page = Client().get(link)
    assert "This link has grown old." in text_of(page)
    assert FORM in [each.get("href") for each in main_of(page).iter("a")]


def test_guess_is_answered_in_the_same_words_whether_or_not_there_is_such_an_order(order):
    known, unknown = (Client().get(f"/accounts/order-status/{number}/x/") for number in (NUMBER, "77777-CDFGH"))
    assert known.status_code == unknown.status_code
    assert known.content.replace(NUMBER.encode(), b"") == unknown.content.replace(b"77777-CDFGH", b"")


def test_order_of_an_account_is_not_a_guests(order):
    user = User.objects.create_user("alex", "alex@example.com")
    other = another(order, user=user, guest_email="")
    assert sign_in(user).get(without_signature(other)).status_code == 404


def test_order_of_a_deleted_account_is_nobodys(order):
    orphan = another(order, guest_email="")
    assert Client().get(without_signature(orphan)).status_code == 404


def test_link_to_an_order_of_an_account_leads_into_the_account(order):
    user = User.objects.create_user("alex", "alex@example.com")
    assert links.path_to(another(order, user=user)) == "/accounts/orders/99999-CDFGH/"


def test_guest_who_registers_later_keeps_the_link(order):
    User.objects.create_user("guest", EMAIL)
    assert page_of(order).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_link_changes_nothing(order, method):
    assert Client().generic(method, links.path_to(order)).status_code == 405


def test_page_of_a_link_has_no_form(order):
    attempt_of(order, State.OPEN)
    become(order, "Pending payment")
    assert list(parse(page_of(order)).iter("form")) == []


def test_link_gives_no_right_to_cancel(order):
    become(order, "Pending payment")
    unpaid = reverse("checkout:unpaid", args=[attempt_of(order, State.OPEN).pk])
    reader = Client()
    page_of(order, reader)
    assert [reader.get(unpaid).status_code, reader.post(unpaid).status_code] == [404, 404]


def test_page_is_kept_by_nobody_and_its_address_told_to_nobody(order):
    page = page_of(order)
    assert "no-store" in page.headers["Cache-Control"]
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert parse(page).find(".//meta[@name='robots']").get("content") == "noindex"
    assert parse(page).find(".//link[@rel='canonical']") is None


def test_link_holds_no_address_of_a_person(order):
    assert not re.search("guest|example|@", links.path_to(order))


# --- What it says --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "title"),
    [
        ("Pending payment", "Waiting for payment."),
        ("Paid", "Paid: being packed."),
        ("Shipped", "Shipped: on its way."),
        ("Complete", "Complete."),
        ("Cancelled", "Cancelled."),
        ("Lost at sea", "Lost at sea"),
    ],
)
def test_order_says_where_it_stands(order, status, title):
    become(order, status)
    assert main_of(page_of(order)).find(".//h2").text == title


def test_account_reads_the_same_as_a_guest(order):
    user = User.objects.create_user("alex", "alex@example.com")
    Order.objects.update(user=user)
    page = sign_in(user).get(f"/accounts/orders/{NUMBER}/")
    assert "Paid: being packed. We pack it on the next business day." in re.sub(r"(?<=\.)\s*", " ", text_of(page))


def test_unpaid_order_says_how_long_it_is_kept(order):
    become(order, "Pending payment")
    attempt_of(order, State.OPEN)
    assert re.search(r"We keep everything in it for you for another 3\d\sminutes", text_of(page_of(order)))


def test_unpaid_order_is_not_paid_through_a_link(order):
    become(order, "Pending payment")
    attempt_of(order, State.OPEN)
    page = page_of(order)
    assert "Go on to payment" not in text_of(page)
    assert "go back to the browser in which you ordered" in text_of(page)


def test_unpaid_order_of_an_account_can_be_paid_from_there(order):
    user = User.objects.create_user("alex", "alex@example.com")
    Order.objects.update(user=user, status="Pending payment")
    attempt = attempt_of(order, State.OPEN)
    page = sign_in(user).get(f"/accounts/orders/{NUMBER}/")
    assert f"/checkout/unpaid/{attempt.pk}/" in links_of(page)


@pytest.mark.parametrize("state", [State.PROCESSING, State.EXPIRED, State.FAILED])
def test_nobody_goes_on_to_a_payment_that_is_over_or_with_the_bank(order, state):
    user = User.objects.create_user("alex", "alex@example.com")
    Order.objects.update(user=user, status="Pending payment")
    attempt_of(order, state)
    assert "Go on to payment" not in text_of(sign_in(user).get(f"/accounts/orders/{NUMBER}/"))


def test_order_whose_time_is_over_promises_no_minutes(order):
    become(order, "Pending payment")
    attempt_of(order, State.OPEN, expires_at=timezone.now() - timedelta(minutes=1))
    assert "Its time is over." in text_of(page_of(order))


def test_order_at_the_bank_says_so(order):
    become(order, "Pending payment")
    attempt_of(order, State.PROCESSING)
    assert "Your bank is still at it" in text_of(page_of(order))


@pytest.mark.parametrize("status", ["Pending payment", "Cancelled"])
def test_money_that_fits_no_order_is_looked_into(order, status):
    become(order, status)
    attempt_of(order, State.MISMATCHED, paid_amount=Decimal("40.00"), paid_currency="USD")
    assert "We have your payment and are looking into it." in text_of(page_of(order))


def test_cancelled_order_cost_nothing(order):
    become(order, "Cancelled")
    attempt_of(order, State.EXPIRED)
    page = page_of(order)
    assert "Nothing was charged, and nothing is sent." in text_of(page)
    assert "Not right for you" not in text_of(page)


def test_cancelled_order_that_was_paid_too_late_says_that_the_money_goes_back(order):
    become(order, "Cancelled")
    attempt = attempt_of(order, State.MISMATCHED, paid_amount=Decimal("41.00"), paid_currency="USD")
    attempt.refunds.create(amount=Decimal("41.00"), currency="USD", state="succeeded", asked_by="the shop itself")
    book(order, paid="41.00", refunded="41.00")
    assert "Your payment goes back" in text_of(page_of(order))


def test_part_that_was_refunded_is_named(order):
    book(order, paid="41.00", refunded="18.00")
    page = page_of(order)
    assert "Paid: being packed." in text_of(page)
    assert "$18.00 went back" in text_of(page)
    assert "−$18.00" in text_of(page)


def test_order_that_was_refunded_before_it_left_is_not_being_packed(order):
    book(order, paid="41.00", refunded="41.00")
    page = page_of(order)
    assert "Refunded in full." in text_of(page)
    assert "We pack it" not in text_of(page)


def test_package_says_when_it_left_and_what_is_in_it(order):
    shipped, _created = ShippingEventType.objects.get_or_create(code="shipped", defaults={"name": "Shipped"})
    event = order.shipping_events.create(event_type=shipped)
    event.line_quantities.create(line=order.lines.get(), quantity=1)
    page = page_of(order)
    assert "Paid: a part is on its way." in text_of(page)
    assert "1 × Plain Soap" in text_of(page)


def test_product_that_left_the_catalogue_is_named_and_leads_nowhere(order):
    order.lines.update(product=None)
    assert "Plain Soap" in text_of(page_of(order))


def test_hidden_product_leads_nowhere(order):
    product = order.lines.get().product
    type(product).objects.update(is_public=False)
    assert product.get_absolute_url() not in links_of(page_of(order))


def test_name_in_arabic_stands_as_it_was_written(order):
    order.shipping_address.first_name, order.shipping_address.last_name = "محمد", "بن راشد"
    order.shipping_address.save()
    assert "محمد بن راشد" in text_of(page_of(order))


def test_markup_in_an_address_stays_text(order):
    order.shipping_address.notes = "<b>Ring</b> twice"
    order.shipping_address.save()
    assert "<b>Ring</b> twice" in text_of(page_of(order))


def test_forty_lines_take_as_many_questions_as_one(order):
    with CaptureQueriesContext(connection) as few:
        page_of(order)
    line = order.lines.get()
    for number in range(39):
        product = make_product(title=f"Soap {number}")
        line.pk, line.product, line.title, line.stockrecord = None, product, product.title, product.stockrecords.get()
        line.save()
    with CaptureQueriesContext(connection) as many:
        page = page_of(order)
    assert "Soap 38" in text_of(page)
    assert len(many) == len(few)


@pytest.mark.parametrize("signed", [True, False])
def test_page_is_valid_html(order, promises, signed):
    page = page_of(order) if signed else Client().get(without_signature(order))
    parser = html5lib.HTMLParser()
    parser.parse(page.content.decode())
    assert parser.errors == []


# --- A link by email -----------------------------------------------------------------------------------------------


def letters() -> list[mail.EmailMultiAlternatives]:
    """What goes out once the worker has done all that it was asked to."""
    for asked in DBTaskResult.objects.filter(task_path=send_link.module_path):
        send_link.call(**asked.args_kwargs["kwargs"])
    deliver_waiting.call()
    return mail.outbox


def ask(number: str = NUMBER, email: str = EMAIL, *, client: Client | None = None, address: str = "192.0.2.1"):
    fields = {"order_number": number, "email": email}
    return (client or Client()).post(FORM, fields, headers={"X-Forwarded-For": address})


def test_who_asks_gets_the_link(order, settings):
    settings.SITE_URL = "https://shop.example"
    ask()
    (sent,) = letters()
    link = re.search(r"https://shop.example(/accounts/order-status/\S+)", sent.body)[1]
    assert sent.to == [EMAIL]
    assert Client().get(link).status_code == 200


def test_who_asks_for_an_order_of_an_account_is_led_into_it(order):
    another(order, user=User.objects.create_user("alex", "alex@example.com"), guest_email="")
    ask("99999-CDFGH", "alex@example.com")
    (sent,) = letters()
    assert "/accounts/orders/99999-CDFGH/" in sent.body
    assert "order-status" not in sent.body


@pytest.mark.parametrize("typed", [NUMBER, "34679cdfgh", "#34679 CDFGH", " 34679-cdfgh ", "34679–CDFGH"])
@pytest.mark.parametrize("email", [EMAIL, "Guest@Example.com"])
def test_order_is_found_however_it_is_typed(order, typed, email):
    ask(typed, email)
    assert [sent.to for sent in letters()] == [[EMAIL]]


@pytest.mark.parametrize(
    ("number", "email"),
    [(NUMBER, "else@example.com"), ("77777-CDFGH", EMAIL), ("77777-CDFGH", "else@example.com"), ("🧴", EMAIL)],
)
def test_nobody_is_written_to_unless_both_fit(order, number, email):
    ask(number, email)
    assert letters() == []


def test_nobody_is_written_to_about_an_order_without_an_address(order):
    Order.objects.update(guest_email="")
    ask()
    assert letters() == []


def test_answer_and_the_work_for_it_are_the_same_whether_or_not_both_fit(order):
    """What the database is asked for stands for the time it takes."""
    asked, answers = [], []
    for number, email in [(NUMBER, EMAIL), (NUMBER, "else@example.com"), ("77777-CDFGH", "else@example.com")]:
        with CaptureQueriesContext(connection) as queries:
            answers.append(ask(number, email))
        asked.append([re.sub(r"'[^']*'|\d+", "", query["sql"]) for query in queries])
    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {(302, f"{FORM}sent/")}
    assert asked[0] == asked[1] == asked[2]


def test_mailbox_is_not_filled_by_who_knows_an_order(order):
    for number in range(5):
        ask(address=f"192.0.2.{number}")
    assert 1 <= len(letters()) <= 2  # two when the hour ends in between


def test_one_address_may_ask_so_many_times(order):
    answers = [ask("77777-CDFGH") for _ in range(MOST + 1)]
    assert [answer.status_code for answer in answers] == [302] * MOST + [429]
    assert answers[-1].headers["Retry-After"] == "3600"
    assert "several times within an hour" in text_of(answers[-1])


def test_asking_for_links_keeps_nobody_from_writing(order):
    for _ in range(MOST + 1):
        ask()
    written = {"name": "Alex", "email": EMAIL, "message": "Where is it?"}
    assert Client().post("/contact/", written, headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 302


@pytest.mark.parametrize(
    ("number", "email", "field"),
    [("", EMAIL, "order_number"), ("9" * 41, EMAIL, "order_number"), ("a\0b", EMAIL, "order_number"),
     (NUMBER, "", "email"), (NUMBER, "nobody", "email"), (NUMBER, f"{EMAIL}\nBcc: b@example.com", "email")],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field(order, number, email, field):
    assert list(ask(number, email).context["form"].errors) == [field]


def test_form_of_another_site_is_not_taken(order):
    assert ask(client=Client(enforce_csrf_checks=True)).status_code == 403


def test_number_of_our_own_reads_as_we_write_it():
    number = OrderNumberGenerator().order_number(None)
    assert as_we_write_it(number.lower().replace("-", "")) == number


def test_number_of_another_kind_stays_as_it_was_typed():
    assert as_we_write_it("100-001") == "100-001"


# --- The ways to it ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/accounts/login/"])
def test_pages_lead_to_the_form(client, db, path):
    assert FORM in links_of(client.get(path))


def test_letters_about_an_order_lead_to_it(order, settings):
    settings.SITE_URL = "https://shop.example"
    for code in ("ORDER_PLACED", "REFUND_MADE", "SOLD_OUT_REFUND"):
        Letter.objects.create(key=code, code=code, order=order, to=EMAIL, context={"amount": "$1.00", "part": "all"})
    deliver_waiting.call()
    for sent in mail.outbox:
        link = re.search(r"https://shop.example(/accounts/order-status/\S+)", sent.body)[1]
        assert Client().get(link).status_code == 200
    assert len(mail.outbox) == 3


@pytest.mark.django_db(transaction=True)
def test_browser_that_placed_the_order_needs_no_link(shopper, stripe):
    shopper.add(make_product())
    page = shopper.press_pay().url
    order = Order.objects.get()
    attempt = order.payment_attempts.get()
    assert f"/checkout/unpaid/{attempt.pk}/" in links_of(shopper.client.get(without_signature(order)))
    thanks = shopper.client.get(stripe.path_back(stripe.pay(page)), follow=True)
    assert without_signature(order) in links_of(thanks)
    assert "Paid: being packed." in text_of(shopper.client.get(without_signature(order)))
