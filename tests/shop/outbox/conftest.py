"""Orders to write about, and a mail server to send to."""

import socket

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from oscar.core.loading import get_model

from shop.outbox.models import Letter
from tests.shop.outbox.mail_server import MailServer

Order = get_model("order", "Order")
User = get_user_model()


@pytest.fixture
def order(db):
    """An order of a registered shopper."""
    shopper = User.objects.create_user("alex", "alex@example.com")
    return Order.objects.create(number="34679-CDFGH", user=shopper, total_incl_tax=23, total_excl_tax=23)


@pytest.fixture
def port():
    """Where a mail server may stand; none does yet."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def by_smtp(settings, port):
    """Letters go to the mail server at `port`."""
    settings.OUTBOX_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


@pytest.fixture
def mail_server(port):
    with MailServer(port) as server:
        yield server


@pytest.fixture
def time_passes():
    """As long as it takes until all that waits is due."""

    def pass_time() -> None:
        Letter.objects.waiting().update(next_try_at=timezone.now())

    return pass_time
