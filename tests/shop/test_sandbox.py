"""Letters that staff write in the database say what they are given, and nothing else that the shop knows."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.contrib.sites.models import Site
from django.template import TemplateSyntaxError
from django.urls import reverse
from oscar.core.loading import get_model

from shop.communication import sandbox
from shop.communication.utils import Dispatcher
from shop.outbox.models import Letter
from shop.stripe_checkout.models import PaymentAttempt
from tests.factories import make_product

CommunicationEventType = get_model("communication", "CommunicationEventType")
Order = get_model("order", "Order")
User = get_user_model()

pytestmark = pytest.mark.django_db

REFUSED = [
    "{% load static %}",
    "{% load i18n %}{% get_current_language as x %}",
    "{% include 'base.html' %}",
    "{% extends 'base.html' %}",
    "{% block a %}{% endblock %}",
    "{% debug %}",
    "{% url 'home' %}",
    "{% csrf_token %}",
    "{% autoescape off %}{{ name }}{% endautoescape %}",
    "{% lorem 9 %}",
    "{% regroup a by b as c %}",
    "{% cycle 'a' 'b' %}",
    "{% templatetag openblock %}",
    "{{ user|safe }}",
    "{{ user|pprint }}",
    "{{ user|stringformat:'r' }}",
    "{{ 'a'|ljust:'999999999' }}",
    "{{ user|escapejs }}",
    "{{ user|add:1 }}",
    "{{ user.__class__ }}",
    "{% if %}",
]
SILENT = [
    "{{ user.password }}",
    "{{ user.email }}",
    "{{ user.is_superuser }}",
    "{{ user.auth_token }}",
    "{{ user.session_set.all }}",
    "{{ user.delete }}",
    "{{ order.user.password }}",
    "{{ order.guest_email }}",
    "{{ order.delete }}",
    "{{ order.payment_attempts.all }}",
    "{{ order.lines.first.stockrecord.price_excl_tax }}",
    "{{ order.basket.owner.password }}",
    "{{ site.flatpage_set.all }}",
    "{{ settings.SECRET_KEY }}",
    "{{ request.META }}",
    "{{ perms }}",
    "{{ block.super }}",
    "{{ secret }}",
]


class Secret:
    def __str__(self) -> str:
        return "an object"


@pytest.fixture
def order(shopper, stripe):
    user = User.objects.create_user(
        "alex", "alex@example.com", "plain-care", first_name="Alex", last_name="<b>Example"
    )
    shopper.client.force_login(user)
    shopper.add(make_product(title="Plain Soap"))
    shopper.press_pay()
    return Order.objects.get()


@pytest.fixture
def context(order):
    return {"user": order.user, "order": order, "site": Site.objects.get_current(), "secret": Secret(), "url": "/x/"}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_word_of_a_letter_is_refused(text):
    with pytest.raises(TemplateSyntaxError):
        sandbox.compile_template(text)


@pytest.mark.parametrize("text", SILENT)
def test_what_a_letter_may_not_say_is_left_out(context, text):
    assert sandbox.render(text, context, autoescape=True) == ""


def test_a_letter_says_what_it_is_given(context, order):
    text = "Dear {{ user.first_name }}, {{ order.number }} holds "
    text += "{% for line in order.lines %}{{ line.title }}{% endfor %}"
    text += " and goes to {{ order.shipping_address.line4|upper }}. {{ url }}"
    said = sandbox.render(text, context, autoescape=True)
    assert said == f"Dear Alex, {order.number} holds Plain Soap and goes to AUSTIN. /x/"


def test_a_name_becomes_no_markup(context):
    assert sandbox.render("{{ user.last_name }}", context, autoescape=True) == "&lt;b&gt;Example"


def test_nothing_of_a_letter_writes_to_the_database(context, django_assert_num_queries):
    with django_assert_num_queries(0):
        sandbox.render("{{ user.delete }}{{ user.save }}", {"user": context["user"]}, autoescape=True)


def test_what_stands_in_the_database_is_sent_in_place_of_the_file(context):
    CommunicationEventType.objects.create(
        code="REGISTRATION",
        name="Welcome",
        email_subject_template="Hello\n{{ user.first_name }}",
        email_body_template="It is {{ user.last_name }}.",
        email_body_html_template="<p>It is {{ user.last_name }}: {{ user.password }}{{ order.attempts.all }}</p>",
    )
    sent = Dispatcher().get_messages("REGISTRATION", context)
    assert sent["subject"] == "Hello Alex"
    assert sent["body"] == "It is <b>Example."
    assert sent["html"] == "<p>It is &lt;b&gt;Example: </p>"
    assert PaymentAttempt.objects.exists()  # there was something to keep


def test_a_letter_without_a_template_of_its_own_comes_from_the_files(context):
    assert "/reset/" in Dispatcher().get_messages("PASSWORD_RESET", context | {"reset_url": "/reset/"})["body"]


# Who may write one

LETTER = {
    "name": "Welcome",
    "email_subject_template": "Hello",
    "email_body_template": "Hello {{ user.first_name }}",
    "email_body_html_template": "<p>Hello</p>",
    "preview_email": "",
    "preview_order_number": "",
}


@pytest.fixture
def letter():
    return CommunicationEventType.objects.create(code="REGISTRATION", name="Welcome", category="User related")


@pytest.fixture
def path(letter):
    return reverse("dashboard:comms-update", args=[letter.code])


@pytest.fixture
def clerk(client):
    user = User.objects.create_user("clerk", "clerk@example.com", "plain-care", is_staff=True)
    client.force_login(user)
    return user


def test_owner_writes_a_letter(client, letter, path):
    client.force_login(User.objects.create_superuser("owner", "owner@example.com", "plain-care"))
    assert client.post(path, LETTER).status_code == 302
    letter.refresh_from_db()
    assert letter.email_body_template == "Hello {{ user.first_name }}"


def test_staff_may_neither_read_nor_write_one(client, clerk, letter, path):
    clerk.user_permissions.add(Permission.objects.get(codename="view_communicationeventtype"))
    for address in (path, reverse("dashboard:comms-list")):
        assert client.get(address).status_code == 403
    assert client.post(path, LETTER).status_code == 403


def test_whoever_has_the_permission_may(client, clerk, path):
    clerk.user_permissions.add(Permission.objects.get(codename="change_communicationeventtype"))
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("field", ["email_subject_template", "email_body_template", "email_body_html_template"])
@pytest.mark.parametrize("app", ["dashboard", "admin"])
def test_letter_that_says_too_much_is_not_saved(client, letter, path, app, field):
    client.force_login(User.objects.create_superuser("owner", "owner@example.com", "plain-care"))
    address = (
        path if app == "dashboard" else reverse("admin:communication_communicationeventtype_change", args=[letter.pk])
    )
    typed = LETTER | {"code": letter.code, "category": letter.category, field: "{% include 'base.html' %}"}
    page = client.post(address, typed)
    assert page.status_code == 200
    assert "Invalid block tag" in page.content.decode()
    letter.refresh_from_db()
    assert getattr(letter, field) is None


@pytest.mark.parametrize("button", ["show_preview", "send_preview"])
def test_preview_says_no_more_than_the_letter(client, path, button):
    owner = User.objects.create_superuser("owner", "owner@example.com", "plain-care")
    client.force_login(owner)
    typed = LETTER | {"email_body_template": "Password: {{ user.password }}.", "preview_email": owner.email}
    page = client.post(path, typed | {button: "1"}).content.decode()
    shown = page if button == "show_preview" else str(Letter.objects.get().message)
    assert owner.password not in shown
    assert "Password: ." in shown
