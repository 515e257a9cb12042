"""The letters around an account, a stock alert and an order: each written by what really writes it, or by its code."""

import re
from functools import partial
from html import unescape
from types import SimpleNamespace

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.urls import reverse
from oscar.core.loading import get_model

from shop.communication.templatetags.letters import flowed
from shop.customer.passwords import send_reset
from shop.customer.registration import answer
from shop.outbox.letters import post
from shop.outbox.models import Letter
from shop.outbox.tasks import deliver_waiting
from tests.factories import make_countries, make_product

Order = get_model("order", "Order")
ProductAlert = get_model("customer", "ProductAlert")
ShippingAddress = get_model("order", "ShippingAddress")
User = get_user_model()

PASSWORD, ANOTHER = "a long pass phrase", "another pass phrase"
SITE = "https://shop.example"
CARRIER = "https://carrier.example/track"


def registration_link() -> None:
    answer.call(email="new@example.com", way_on="/")


def registration_known() -> None:
    answer.call(email=make_shopper().user.email, way_on="/")


def registration() -> None:
    registration_link()
    asking = Letter.objects.get()
    asking.delete()
    Client().post(asking.context["path"], {"new_password1": PASSWORD, "new_password2": PASSWORD})


def password_reset() -> None:
    send_reset.call(email=make_shopper().user.email)


def password_changed() -> None:
    form = {"old_password": PASSWORD, "new_password1": ANOTHER, "new_password2": ANOTHER}
    make_shopper().client.post(reverse("customer:change-password"), form)


def email_changed() -> None:
    shopper = make_shopper()
    form = {"email": "elsewhere@example.com", "password": PASSWORD}
    shopper.client.post(reverse("customer:profile-update"), form)
    asking = Letter.objects.get(code="EMAIL_CONFIRMATION")
    asking.delete()
    shopper.client.post(asking.context["path"])


def alert_to_confirm() -> None:
    soap = make_product(title="Soap & Water", stock=0)
    Client().post(reverse("customer:alert-create", args=[soap.pk]), {"email": "guest@example.com"})


def alert() -> None:
    shopper, soap = make_shopper(), make_product(title="Soap & Water", stock=0)
    shopper.client.post(reverse("customer:alert-create", args=[soap.pk]))
    stock = soap.stockrecords.get()
    stock.num_in_stock = 5
    stock.save()


ABOUT_ORDERS = {
    "ORDER_SHIPPED": {
        "items": [{"title": "Soap & Water", "quantity": 2}],
        "carrier": "DHL & Sons",
        "number": "1234567890",
        "tracking_link": f"{CARRIER}?tracking-id=1234567890",
        "between": ["December 1, 2026", "December 3, 2026"],
        "rest": [{"title": "Comb, “fine”", "quantity": 1}],
    },
    "ORDER_DELIVERED": {"items": [{"title": "Soap & Water", "quantity": 2}]},
    "REVIEW_REQUEST": {
        "products": [{"pk": 1, "title": "Soap & Water", "path": "/catalogue/"}],
        "stop_path": "/basket/",
    },
    "ORDER_CALLED_OFF": {"amount": "$23.00"},
    "REFUND_MADE": {"amount": "$23.00", "part": "part"},
    "SOLD_OUT_REFUND": {"amount": "$23.00"},
    "STAFF_SOLD_OUT_REFUND": {"amount": "$23.00", "url": "/admin/"},
    "STAFF_PAYMENT_HELD": {"reason": "The amount differs & more.", "url": "/admin/"},
    "STAFF_REFUND_FAILED": {"amount": "$23.00", "reason": "lost_or_stolen_card", "url": "/admin/"},
    "STAFF_DISPUTE_OPENED": {
        "amount": "$23.00",
        "reason": "fraudulent",
        "due_by": "December 1, 2026",
        "url": "/admin/",
    },
    "STAFF_DISPUTE_CLOSED": {"amount": "$23.00", "outcome": "won", "url": "/admin/"},
    "STAFF_REVIEW_OPENED": {"reason": "rule", "url": "/admin/"},
    "STAFF_REVIEW_CLOSED": {"outcome": "approved", "url": "/admin/"},
}


def about_an_order(code: str) -> None:
    make_countries()
    address = ShippingAddress.objects.create(first_name="Alex", line1="12 Sample Street", country_id="US")
    order = Order.objects.create(
        number="34679-CDFGH",
        currency="USD",
        guest_email="alex@example.com",
        shipping_address=address,
        shipping_method="Standard",
        total_incl_tax=23,
        total_excl_tax=23,
    )
    post(code=code, key=code, order=order, context=ABOUT_ORDERS[code])


def reconciliation() -> None:
    differences = ["Payment pi_1 is not in our books.", "Refund re_1 is not at Stripe’s."]
    post(code="STAFF_RECONCILIATION", key="day", to="owner@example.com", context={"differences": differences})


def digest() -> None:
    sections = [{"title": "Orders to pack", "items": ["Order 1"], "more": 3, "path": "/basket/"}]
    post(
        code="STAFF_DIGEST",
        key="day",
        to="owner@example.com",
        context={"day": "December 1, 2026", "sections": sections},
    )


def make_shopper() -> SimpleNamespace:
    user = User.objects.create_user("alex", "alex@example.com", PASSWORD)
    client = Client()
    client.force_login(user)
    return SimpleNamespace(user=user, client=client)


ACCOUNT = [
    *(registration_link, registration_known, registration),
    *(password_reset, password_changed, email_changed, alert_to_confirm, alert),
]
ORDERS = [partial(about_an_order, code) for code in ABOUT_ORDERS]


@pytest.fixture(
    params=[*ACCOUNT, *ORDERS, reconciliation, digest],
    ids=[*(write.__name__ for write in ACCOUNT), *ABOUT_ORDERS, "STAFF_RECONCILIATION", "STAFF_DIGEST"],
)
def letter(request, db, settings):
    """Each letter in turn, as it is sent: its code, subject, text and HTML."""
    settings.SITE_URL = SITE
    request.param()
    deliver_waiting.call()
    message = mail.outbox[0]
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    code = Letter.objects.get().code
    return SimpleNamespace(code=code, subject=message.subject, text=message.body, html=html, to=message.to)


def test_a_letter_is_sent_once(letter):
    deliver_waiting.call()
    assert len(mail.outbox) == 1


def test_a_letter_fills_every_gap(letter):
    """A name that the context lacks would leave a hole in a sentence."""
    assert not re.search(r"None|  | [.,:;]", letter.subject + letter.text)


def test_a_letter_says_the_same_in_text_and_html(letter):
    words = re.sub(r"\s+", " ", unescape(re.sub(r"</?(a|strong)\b[^>]*>", "", letter.html)))
    lines = [line for line in letter.text.splitlines() if line and not line.startswith("http")]
    missing = [line for line in lines if line.rstrip(":") not in words]
    assert not missing


def test_a_letter_links_to_the_shop_as_the_world_knows_it(letter):
    links = re.findall(r"""\w+://[^\s"'<]+""", letter.text + letter.html)
    assert links
    assert all(link.startswith((f"{SITE}/", CARRIER)) for link in links)


def test_every_link_of_a_letter_leads_to_a_page(letter):
    paths = re.findall(rf"{SITE}(/[^\s\"'<]*)", letter.text)
    answers = {path: Client().get(path, follow=True).status_code for path in paths}
    assert set(answers.values()) <= {200}, answers


def test_a_letter_is_calm(letter):
    shown = re.sub(r"<style>.*?</style>|<!.*?>", "", letter.html, flags=re.DOTALL)
    assert "!" not in letter.subject + letter.text + shown


def test_a_letter_is_signed_with_the_name_of_the_shop(letter):
    assert letter.text.endswith("The Modern Gentlemen\n")
    assert "The Modern Gentlemen" in letter.html


def test_a_letter_leaves_no_markup_in_its_text(letter):
    assert not re.search(r"[<{]|&\w+;", letter.subject + letter.text)


@pytest.mark.parametrize("code", ABOUT_ORDERS)
def test_a_letter_about_an_order_names_it(code, db):
    about_an_order(code)
    deliver_waiting.call()
    message = mail.outbox[0]
    assert all("34679-CDFGH" in part for part in (message.subject, message.body, message.alternatives[0].content))


def test_an_email_that_was_changed_is_told_to_the_old_address(db):
    email_changed()
    deliver_waiting.call()
    assert mail.outbox[0].to == ["alex@example.com"]


def test_an_alert_leaves_word_in_the_account_too(db):
    alert()
    reader = Client()
    reader.force_login(User.objects.get())
    page = reader.get(reverse("customer:notifications-inbox"))
    assert "Soap &amp; Water is back</a>" in page.content.decode()


def test_a_letter_that_is_kept_in_the_account_has_whole_lines(db):
    shopper, sentence = make_shopper(), "one and another " * 20
    kept = shopper.user.emails.create(subject="Long", body_text=flowed(sentence))
    page = shopper.client.get(reverse("customer:email-detail", args=[kept.pk]))
    assert sentence.strip() in page.content.decode()
