"""Django's mail API, behind which the outbox stands."""

import subprocess
import sys

import pytest
from django.conf import settings as project
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.test import Client
from django.urls import reverse
from oscar.core.loading import get_model

from shop.customer import registration
from shop.customer.passwords import send_reset
from shop.outbox.models import Letter
from shop.outbox.tasks import deliver_waiting
from tests.conftest import carry_out

CommunicationEventType = get_model("communication", "CommunicationEventType")
Email = get_model("communication", "Email")
User = get_user_model()


@pytest.fixture
def through_the_outbox(settings, db):
    """As everywhere but in tests, where Django puts its own in place."""
    settings.EMAIL_BACKEND = "shop.outbox.backend.EmailBackend"


def test_a_mail_arrives_as_it_was_written(through_the_outbox):
    EmailMultiAlternatives(
        "Subject",
        "Text",
        "The shop <shop@example.com>",
        ["Alex <alex@example.com>"],
        reply_to=["desk@example.com"],
        headers={"X-Kind": "note"},
        alternatives=[("<p>HTML</p>", "text/html")],
    ).send()
    assert not mail.outbox
    deliver_waiting.call()
    sent = mail.outbox[0]
    assert (sent.subject, sent.body, sent.from_email) == ("Subject", "Text", "The shop <shop@example.com>")
    assert (sent.to, sent.reply_to) == (["Alex <alex@example.com>"], ["desk@example.com"])
    assert sent.extra_headers == {"X-Kind": "note"}
    assert [tuple(part) for part in sent.alternatives] == [("<p>HTML</p>", "text/html")]


def test_a_mail_that_is_all_html_stays_so(through_the_outbox):
    message = EmailMessage("Subject", "<p>HTML</p>", to=["alex@example.com"])
    message.content_subtype = "html"
    message.send()
    deliver_waiting.call()
    assert mail.outbox[0].message().get_content_type() == "text/html"


def test_each_recipient_gets_a_letter_of_his_own(through_the_outbox):
    """So that an address that is refused does not have the others written to twice."""
    EmailMessage("Subject", "Text", to=["a@example.com"], cc=["b@example.com"], bcc=["c@example.com"]).send()
    deliver_waiting.call()
    assert sorted(sent.recipients() for sent in mail.outbox) == [
        ["a@example.com"],
        ["b@example.com"],
        ["c@example.com"],
    ]


def test_a_mail_with_an_attachment_is_refused_where_it_is_written(through_the_outbox):
    message = EmailMessage("Subject", "Text", to=["alex@example.com"], attachments=[("a.txt", "A", "text/plain")])
    with pytest.raises(ValueError, match="attachments"):
        message.send()


def test_what_was_sent_keeps_its_subject_alone(through_the_outbox):
    send_mail("Subject", "A link that signs in", None, ["alex@example.com"])
    deliver_waiting.call()
    assert Letter.objects.get().message == {"subject": "Subject"}


def test_every_mail_of_the_shop_goes_through_the_outbox():
    """Asked of a fresh process: in this one Django has put its own backend in place."""
    program = "import shop.settings.production as s; print(s.EMAIL_BACKEND, s.OUTBOX_BACKEND, s.EMAIL_HOST)"
    environment = {
        "SECRET_KEY": project.SECRET_KEY + "0123456789abcdefghij",
        "ALLOWED_HOSTS": "shop.example",
        "STRIPE_SECRET_KEY": "sk_test_1",
        "STRIPE_WEBHOOK_SECRET": "whsec_1",
        "EMAIL_URL": "smtp://mail.example:25",
    }
    started = subprocess.run(
        [sys.executable, "-c", program], cwd=project.BASE_DIR, env=environment, capture_output=True, text=True
    )
    assert started.stdout.split() == [
        "shop.outbox.backend.EmailBackend",
        "django.core.mail.backends.smtp.EmailBackend",
        "mail.example",
    ], started.stderr


@pytest.fixture
def shopper(db):
    return User.objects.create_user("alex", "alex@example.com", "a long pass phrase")


def ask_for_a_new_password():
    answer = Client().post(reverse("password-reset"), {"email": "alex@example.com"})
    carry_out(send_reset)
    return answer


def test_row_35_a_dead_mail_server_is_no_error_for_whoever_asks_for_a_new_password(shopper, by_smtp):
    assert ask_for_a_new_password().status_code == 302
    deliver_waiting.call()
    letter = Letter.objects.get()
    assert (letter.code, letter.to, letter.state) == ("PASSWORD_RESET", "alex@example.com", "Waiting")


def test_a_link_that_sets_a_password_is_kept_nowhere_once_it_was_sent(shopper):
    ask_for_a_new_password()
    deliver_waiting.call()
    assert "/password-reset/confirm/" in mail.outbox[0].body
    assert Letter.objects.get().message == {"subject": "Set a new password"}
    assert not Email.objects.exists()


def test_other_letters_are_kept_in_the_account(db):
    registration.answer.call(email="new@example.com", way_on="/")
    chosen = {"new_password1": "a long pass phrase", "new_password2": "a long pass phrase"}
    Client().post(Letter.objects.get().context["path"], chosen)
    assert Email.objects.get().subject == "Your account is ready"


def test_the_dashboard_sends_a_preview(db):
    owner = User.objects.create_superuser("owner", "owner@example.com")
    kind = CommunicationEventType.objects.create(code="WELCOME", name="Welcome", category="User related")
    client = Client()
    client.force_login(owner)
    form = {
        "name": "Welcome",
        "category": kind.category,
        "email_subject_template": "A preview",
        "email_body_template": "Text",
        "email_body_html_template": "<p>Text</p>",
        "preview_order_number": "",
        "preview_email": "owner@example.com",
        "send_preview": "1",
    }
    assert client.post(reverse("dashboard:comms-update", args=[kind.code]), form).status_code == 200
    deliver_waiting.call()
    assert [sent.subject for sent in mail.outbox] == ["A preview"]
