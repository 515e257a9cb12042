"""The letters around an account and a stock alert, each sent by what really sends it."""

import re
from html import unescape
from types import SimpleNamespace

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.urls import reverse
from oscar.core.loading import get_model

from tests.factories import make_product

ProductAlert = get_model("customer", "ProductAlert")
User = get_user_model()

PASSWORD, ANOTHER = "a long pass phrase", "another pass phrase"
SITE = "https://shop.example"


def registration() -> None:
    form = {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD}
    Client().post(reverse("customer:register"), form)


def password_reset() -> None:
    Client().post(reverse("password-reset"), {"email": make_shopper().user.email})


def password_changed() -> None:
    form = {"old_password": PASSWORD, "new_password1": ANOTHER, "new_password2": ANOTHER}
    make_shopper().client.post(reverse("customer:change-password"), form)


def email_changed() -> None:
    make_shopper().client.post(reverse("customer:profile-update"), {"email": "elsewhere@example.com"})


def alert_to_confirm() -> None:
    soap = make_product(title="Soap & Water", stock=0)
    Client().post(reverse("customer:alert-create", args=[soap.pk]), {"email": "guest@example.com"})


def alert() -> None:
    shopper, soap = make_shopper(), make_product(title="Soap & Water", stock=0)
    shopper.client.post(reverse("customer:alert-create", args=[soap.pk]))
    stock = soap.stockrecords.get()
    stock.num_in_stock = 5
    stock.save()


def make_shopper() -> SimpleNamespace:
    user = User.objects.create_user("alex", "alex@example.com", PASSWORD)
    client = Client()
    client.force_login(user, backend="oscar.apps.customer.auth_backends.EmailBackend")
    return SimpleNamespace(user=user, client=client)


@pytest.fixture(
    params=[registration, password_reset, password_changed, email_changed, alert_to_confirm, alert],
    ids=lambda send: send.__name__,
)
def letter(request, db, settings):
    """Each letter in turn, as it is sent: its subject, text and HTML."""
    settings.SITE_URL = SITE
    request.param()
    message = mail.outbox[0]
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    return SimpleNamespace(subject=message.subject, text=message.body, html=html, to=message.to)


def test_a_letter_is_sent_once(letter):
    assert len(mail.outbox) == 1


def test_a_letter_says_the_same_in_text_and_html(letter):
    words = re.sub(r"\s+", " ", unescape(re.sub(r"</?(a|strong)\b[^>]*>", "", letter.html)))
    lines = [line for line in letter.text.splitlines() if line and not line.startswith("http")]
    missing = [line for line in lines if line.rstrip(":") not in words]
    assert not missing


def test_a_letter_links_to_the_shop_as_the_world_knows_it(letter):
    links = re.findall(r"""\w+://[^\s"'<]+""", letter.text + letter.html)
    assert links
    assert all(link.startswith(f"{SITE}/") for link in links)


def test_every_link_of_a_letter_leads_to_a_page(letter):
    paths = re.findall(rf"{SITE}(/[^\s\"'<]*)", letter.text)
    answers = {path: Client().get(path, follow=True).status_code for path in paths}
    assert set(answers.values()) == {200}, answers


def test_a_letter_is_calm(letter):
    shown = letter.html.replace("<!doctype html>", "")
    assert "!" not in letter.subject + letter.text + shown


def test_a_letter_is_signed_with_the_name_of_the_shop(letter):
    assert letter.text.endswith("The Modern Gentlemen\n")
    assert "The Modern Gentlemen" in letter.html


def test_a_letter_leaves_no_markup_in_its_text(letter):
    assert not re.search(r"[<{]|&\w+;", letter.subject + letter.text)


def test_an_email_that_was_changed_is_told_to_the_old_address(db):
    email_changed()
    assert mail.outbox[0].to == ["alex@example.com"]


def test_an_alert_leaves_word_in_the_account_too(db):
    alert()
    reader = Client()
    reader.force_login(User.objects.get(), backend="oscar.apps.customer.auth_backends.EmailBackend")
    page = reader.get(reverse("customer:notifications-inbox"))
    assert "Soap &amp; Water is back</a>" in page.content.decode()
