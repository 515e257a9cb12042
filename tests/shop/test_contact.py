"""The contact page: whoever writes reaches the shop, and nobody else's mailbox."""

import re

import html5lib
import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from oscar.core.loading import get_model

from shop.contact.views import Contact
from shop.outbox.models import Letter
from shop.outbox.tasks import deliver_waiting
from tests.shop.test_pages import main_of, text_of

Order = get_model("order", "Order")
User = get_user_model()

PAGE = "/contact/"
MOST_LETTERS = Contact.throttle.most
WRITTEN = {
    "name": "Alex Example",
    "email": "alex@example.com",
    "order_number": "100001",
    "message": "Hello,\n\nmy tube leaks.",
}


@pytest.fixture(autouse=True)
def nobody_has_written():
    cache.clear()
    yield
    cache.clear()


def send(client: Client, *, address: str = "192.0.2.1", **changes: str):
    return client.post(PAGE, WRITTEN | changes, headers={"X-Forwarded-For": f"203.0.113.9, {address}"})


def letter() -> mail.EmailMultiAlternatives:
    """The one letter that was written, as the mail server gets it."""
    deliver_waiting.call()
    (sent,) = mail.outbox
    return sent


def errors_of(response) -> dict[str, list[str]]:
    return response.context["form"].errors


# The page


@pytest.mark.parametrize(
    ("field", "token"), [("name", "name"), ("email", "email"), ("order_number", "off"), ("message", "off")]
)
def test_browser_knows_what_it_may_fill_in(client, db, field, token):
    control = client.get(PAGE).context["form"][field]
    assert control.field.widget.attrs["autocomplete"] == token


def test_who_is_signed_in_need_not_say_who_he_is(client, db):
    client.force_login(
        User.objects.create_user("alex", "alex@example.com", first_name="Alex", last_name="Example"),
    )
    form = client.get(PAGE).context["form"]
    assert (form["name"].value(), form["email"].value()) == ("Alex Example", "alex@example.com")


def test_page_names_the_mailbox_that_the_settings_name(client, db, settings):
    settings.OSCAR_FROM_EMAIL = "Shop <elsewhere@example.com>"
    assert "elsewhere@example.com" in text_of(client.get(PAGE))


def test_page_says_nothing_of_an_owner_whom_it_does_not_know(client, db):
    assert "Who we are" not in text_of(client.get(PAGE))


def test_page_names_the_owner(client, db, settings):
    settings.SHOP_LEGAL_NAME, settings.SHOP_ADDRESS = "Example & Sons", "12 Sample Street, Austin"
    assert "Example & Sons" in text_of(client.get(PAGE))
    assert "12 Sample Street, Austin" in text_of(client.get(PAGE))


# A letter


def test_who_wrote_is_led_to_a_page_that_says_so(client, db):
    response = send(client)
    assert response.headers["Location"] == reverse("contact:sent")
    assert "Your letter is on its way." in text_of(client.get(response.headers["Location"]))


def test_letter_goes_to_the_shop_and_its_answer_to_the_shopper(client, db):
    send(client)
    sent = letter()
    assert sent.to == ["hello@themoderngentlemen.example"]
    assert sent.reply_to == ["alex@example.com"]


def test_subject_says_who_writes_and_about_what(client, db):
    send(client)
    assert letter().subject == "Alex Example writes about order 100001"


def test_letter_about_no_order_is_about_the_shop(client, db):
    send(client, order_number="")
    sent = letter()
    assert sent.subject == "Alex Example writes to the shop"
    assert "Order" not in sent.body


def test_letter_says_what_was_written(client, db):
    send(client, message="Tom & Jerry <b>said</b>\n\n“hello”")
    sent = letter()
    assert "Tom & Jerry <b>said</b>\n\n“hello”" in sent.body.replace("\r", "")
    assert "Tom &amp; Jerry &lt;b&gt;said&lt;/b&gt;" in sent.alternatives[0].content


def test_letter_about_an_order_of_ours_leads_to_it(client, db, settings):
    settings.SITE_URL = "https://shop.example"
    Order.objects.create(number="100001", total_incl_tax=1, total_excl_tax=1)
    send(client)
    sent = letter()
    link = "https://shop.example" + reverse("dashboard:order-detail", args=["100001"])
    assert link in sent.body
    assert link in sent.alternatives[0].content


@pytest.mark.parametrize("number", ["999999", "../../admin", "a b"])
def test_letter_about_no_order_of_ours_leads_nowhere(client, db, number):
    send(client, order_number=number)
    assert "dashboard" not in letter().body


def test_shopper_is_not_told_whether_an_order_exists(client, db):
    Order.objects.create(number="100001", total_incl_tax=1, total_excl_tax=1)
    known, unknown = send(client), send(client, order_number="100002")
    assert known.headers["Location"] == unknown.headers["Location"]


def test_text_is_forgotten_once_the_letter_is_sent(client, db):
    send(client)
    deliver_waiting.call()
    assert Letter.objects.get().message == {"subject": "Alex Example writes about order 100001"}


def test_sending_twice_is_one_letter(client, db):
    send(client)
    assert send(client).status_code == 302
    assert Letter.objects.count() == 1


# What must not get through


@pytest.mark.parametrize("field", ["name", "order_number"])
@pytest.mark.parametrize("line_break", ["\n", "\r", "\r\n", "\x0b", "\x85", "\u2028"], ids=ascii)
def test_no_field_can_add_a_header(client, db, field, line_break):
    send(client, **{field: f"Alex{line_break}Bcc: all@example.com"})
    sent = letter()
    assert "Alex Bcc: all@example.com" in sent.subject
    assert sent.message()["Bcc"] is None
    assert sent.recipients() == ["hello@themoderngentlemen.example"]


@pytest.mark.parametrize(
    "email", ["a@example.com\nBcc: b@example.com", "a@example.com, b@example.com", "A <a@example.com>", "nobody"]
)
def test_answer_goes_to_one_address(client, db, email):
    assert errors_of(send(client, email=email)) == {"email": ["Enter an email address like name@example.com."]}


@pytest.mark.parametrize("name", ["علي", "Zoë O’Neil, “Zo”", "🧴", 'A "B" <c@example.com>'])
def test_any_name_can_write(client, db, name):
    send(client, name=name)
    sent = letter()
    assert sent.subject.startswith(name)
    assert sent.message().as_bytes()


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("name", "Enter your name."),
        ("email", "Enter your email address, so that we can answer."),
        ("message", "Write what it is about."),
    ],
)
def test_what_is_missing_is_said_beside_its_field(client, db, field, sentence):
    page = send(client, **{field: " "})
    assert errors_of(page) == {field: [sentence]}
    (control,) = [node for node in main_of(page).iter() if node.get("name") == field]
    described = [node for node in main_of(page).iter() if node.get("id") in control.get("aria-describedby").split()]
    assert any(sentence in "".join(node.itertext()) for node in described)


@pytest.mark.parametrize(("field", "length"), [("name", 101), ("email", 300), ("order_number", 41), ("message", 5001)])
def test_what_is_too_long_is_not_sent(client, db, field, length):
    page = send(client, **{field: "a" * length})
    assert list(errors_of(page)) == [field]
    assert not Letter.objects.exists()


def test_what_was_written_is_kept_beside_an_error(client, db):
    page = send(client, email="nobody", message="Long & dear")
    assert "Long & dear" in text_of(page)


def test_null_character_is_refused(client, db):
    assert list(errors_of(send(client, message="a\0b"))) == ["message"]


def test_form_of_another_site_is_not_taken(db):
    assert send(Client(enforce_csrf_checks=True)).status_code == 403


# Robots, and too much


def test_nobody_sees_the_trap(client, db):
    (trap,) = [div for div in main_of(client.get(PAGE)).iter("div") if div.get("hidden") is not None]
    assert trap.find("input").get("name") == "website"


def test_who_falls_into_the_trap_writes_nothing(client, db):
    page = send(client, website="https://spam.example")
    assert errors_of(page)["__all__"]
    assert not Letter.objects.exists()


def test_person_whose_browser_fell_into_the_trap_only_presses_again(client, db):
    page = send(client, website="https://spam.example").content.decode()
    form = html5lib.parse(page, namespaceHTMLElements=False).find(".//main//form")
    again = {field.get("name"): field.get("value") or "" for field in form.iter("input")}
    assert send(client, website=again["website"]).status_code == 302


def test_one_address_may_write_so_many_letters(client, db):
    answers = [send(client, message=f"Letter {number}") for number in range(MOST_LETTERS + 1)]
    assert [answer.status_code for answer in answers] == [302] * MOST_LETTERS + [429]
    assert Letter.objects.count() == MOST_LETTERS


def test_who_wrote_too_much_keeps_the_text_and_hears_when_to_try_again(client, db):
    for number in range(MOST_LETTERS):
        send(client, message=f"Letter {number}")
    page = send(client, message="The last straw")
    assert "The last straw" in text_of(page)
    assert "several times within an hour" in text_of(page)
    assert page.headers["Retry-After"] == "3600"


def test_another_address_is_not_kept_from_writing(client, db):
    for number in range(MOST_LETTERS + 1):
        send(client, message=f"Letter {number}")
    assert send(client, address="192.0.2.2").status_code == 302


def test_account_counts_wherever_it_writes_from(client, db):
    client.force_login(
        User.objects.create_user("alex", "alex@example.com"),
    )
    answers = [send(client, address=f"192.0.2.{number}", message=f"{number}") for number in range(MOST_LETTERS + 1)]
    assert answers[-1].status_code == 429


def test_cache_keeps_no_address(client, db):
    send(client)
    assert "192.0.2.1" not in re.sub(r"\s", "", str(getattr(cache, "_cache", {})))


def test_cache_that_is_away_keeps_nobody_from_writing(client, db, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:9",  # the discard port: nobody listens
        }
    }
    assert send(client).status_code == 302
