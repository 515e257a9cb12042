import json
import os
import socket
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from oscar.core.loading import get_model

from shop.outbox.models import Letter
from shop.stripe_checkout.models import PaymentAttempt
from shop.stripe_checkout.tasks import settle_all

Order = get_model("order", "Order")

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def closed_port():
    """A port of this machine on which nothing listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]  # bound, and never listening: each connection is refused


def test_alive_looks_at_no_database(client):
    response = client.get("/healthz/")  # pytest-django fails a test that touches the database unasked
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.django_db
def test_ready_when_all_is_well(client):
    response = client.get("/readyz/")
    assert (response.status_code, response.json()) == (200, {"database": True, "cache": True, "migrations": True})


@pytest.mark.django_db
def test_not_ready_while_the_cache_is_down(client, settings, closed_port):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"redis://127.0.0.1:{closed_port}",
        }
    }
    response = client.get("/readyz/")
    assert (response.status_code, response.json()) == (503, {"database": True, "cache": False, "migrations": True})


@pytest.mark.django_db
def test_not_ready_while_a_migration_waits(client):
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied(*max(recorder.applied_migrations()))
    response = client.get("/readyz/")
    assert (response.status_code, response.json()) == (503, {"database": True, "cache": True, "migrations": False})


@pytest.mark.parametrize("cookie", ["", "of-somebody-signed-in"])
def test_not_ready_while_the_database_is_down(closed_port, cookie):
    program = (
        "import django; django.setup(); from django.test import Client;"
        f"client = Client(SERVER_NAME='127.0.0.1'); client.cookies['sessionid'] = {cookie!r};"
        "response = client.get('/readyz/');"
        "print(response.status_code, response.content.decode())"
    )
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "shop.settings.test",
        "DATABASE_URL": f"postgres://shop@127.0.0.1:{closed_port}/shop",
    }
    answered = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    status, body = answered.stdout.split(maxsplit=1)
    assert (status, json.loads(body)) == ("503", {"database": False, "cache": True, "migrations": False})


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz/", "/readyz/"])
def test_answers_are_never_cached(client, path):
    assert "no-store" in client.get(path)["Cache-Control"]


# --- How payments are, for staff -----------------------------------------------------------------------------------


@pytest.fixture
def staff(client, django_user_model):
    """Somebody of the staff who may not look at payments."""
    user = django_user_model.objects.create_user("clerk", "clerk@example.com", "a long pass phrase", is_staff=True)
    client.force_login(user)
    return user


def attempt_of(order_number: str, **fields) -> PaymentAttempt:
    order = Order.objects.create(
        number=order_number,
        total_incl_tax=5,
        total_excl_tax=5,
        shipping_incl_tax=0,
        shipping_excl_tax=0,
        currency="USD",
    )
    values = {"amount": 5, "currency": "USD", "request": {}, "fingerprint": "", "expires_at": timezone.now()} | fields
    return PaymentAttempt.objects.create(order=order, **values)


def settled(minutes_ago: int) -> None:
    """The worker's recurring task went through that long ago."""
    settle_all.enqueue()
    finished = timezone.now() - timedelta(minutes=minutes_ago)
    DBTaskResult.objects.update(status="SUCCESSFUL", finished_at=finished)


@pytest.mark.django_db
def test_staff_who_may_see_payments_are_told_how_they_are(client, staff):
    staff.user_permissions.add(Permission.objects.get(codename="view_paymentattempt"))
    attempt_of("A", state="mismatched", paid_amount=5, paid_currency="USD")
    waiting = attempt_of("B", state="open")
    Letter.objects.create(key="failing", to="a@example.com", code="X", last_error="No answer")
    Letter.objects.create(key="given up", to="", code="X", next_try_at=None)
    settled(minutes_ago=16)
    response = client.get("/readyz/")
    payments = response.json()["payments"]
    assert response.status_code == 200  # whatever the numbers: the shop is ready to serve
    assert payments["need_a_person"] == 1
    assert datetime.fromisoformat(payments["oldest_unsettled_at"]) == pytest.approx(
        waiting.created_at, abs=timedelta(milliseconds=1)
    )
    assert (payments["letters_failing"], payments["letters_given_up"]) == (1, 1)
    assert (payments["last_event_at"], payments["orphans"]) == (None, 0)
    assert payments["worker_is_late"] is True


@pytest.mark.django_db
def test_staff_without_the_permission_are_told_no_more_than_anybody(client, staff):
    assert "payments" not in client.get("/readyz/").json()


@pytest.mark.django_db
def test_the_front_page_of_the_admin_says_how_payments_are(admin_client):
    attempt_of("A", state="mismatched", paid_amount=5, paid_currency="USD")
    settled(minutes_ago=14)
    page = admin_client.get(reverse("admin:index"))
    assert page.context["health"].need_a_person == 1
    assert page.context["health"].worker_is_late is False
    assert f"{reverse('admin:stripe_checkout_paymentattempt_changelist')}?needs=a-person" in page.content.decode()


@pytest.mark.django_db
def test_a_worker_that_never_ran_or_failed_is_late(admin_client):
    assert admin_client.get(reverse("admin:index")).context["health"].worker_is_late
    settled(minutes_ago=1)
    DBTaskResult.objects.update(status="FAILED")
    page = admin_client.get(reverse("admin:index"))
    assert page.context["health"].worker_is_late
    assert "see whether it runs" in page.content.decode()


@pytest.mark.django_db
def test_the_front_page_says_nothing_of_payments_to_others(client, staff):
    assert "health" not in client.get(reverse("admin:index")).context
