"""What nobody comes back for is forgotten in time, and no sooner; what it will be is said first."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.utils import timezone
from oscar.core.loading import get_model

from shop.customer.personal_data import retention
from shop.customer.personal_data.tasks import forget
from shop.outbox.models import Letter
from shop.stripe_checkout.models import StripeEvent
from tests.factories import make_product

Basket = get_model("basket", "Basket")
Order = get_model("order", "Order")
ProductAlert = get_model("customer", "ProductAlert")
UserProductView = get_model("analytics", "UserProductView")
UserSearch = get_model("analytics", "UserSearch")
User = get_user_model()

pytestmark = pytest.mark.django_db

RULES = {rule.what: rule for rule in retention.RULES}


def aged(rows, days: float, **fields: str) -> None:
    """Let the rows be that old, by their one date or the named ones."""
    names = fields.values() or ["date_created"]
    rows.update(**dict.fromkeys(names, timezone.now() - timedelta(days=days)))


@pytest.fixture
def rows():
    """One row that each rule is about, as a queryset, with the field that says how old it is."""
    soap = make_product(title="Plain Soap")
    user = User.objects.create_user("alex", "alex@example.com", "plain-care")
    Basket.objects.create()
    ProductAlert.objects.create(email="guest@example.com", product=soap, status=ProductAlert.UNCONFIRMED)
    Letter.objects.create(key="1", code="STAFF_CONTACT", to="staff@example.com", next_try_at=None)
    UserSearch.objects.create(user=user, query="serum")
    UserProductView.objects.create(user=user, product=soap)
    StripeEvent.objects.create(event_id="evt_1", type="charge.refunded", payload={})
    return dict(
        zip(
            RULES,
            [
                (Basket.objects.all(), "date_created"),
                (ProductAlert.objects.all(), "date_created"),
                (Letter.objects.all(), "created_at"),
                (UserSearch.objects.all(), "date_created"),
                (UserProductView.objects.all(), "date_created"),
                (StripeEvent.objects.all(), "received_at"),
            ],
            strict=True,
        )
    )


@pytest.mark.parametrize("what", RULES)
def test_what_is_old_enough_is_forgotten_and_no_sooner(rows, what):
    table, field = rows[what]
    days = RULES[what].kept.days
    aged(table, days - 1, field=field)
    forget.func()
    assert table.count() == 1
    aged(table, days + 1, field=field)
    forget.func()
    assert table.count() == 0


def test_command_says_first_how_much_it_would_be(rows):
    for table, field in rows.values():
        aged(table, 3000, field=field)
    said = StringIO()
    call_command("forget_old_data", stdout=said)
    assert [line.split()[0] for line in said.getvalue().splitlines()] == ["1"] * len(RULES) + ["Nothing"]
    assert all(table.count() == 1 for table, _field in rows.values())
    call_command("forget_old_data", "--now", stdout=said)
    assert all(table.count() == 0 for table, _field in rows.values())


def test_basket_that_somebody_still_fills_stays(client):
    client.post(f"/basket/add/{make_product().pk}/", {"quantity": "1"})
    aged(Basket.objects.all(), 400)
    forget.func()
    assert Basket.objects.count() == 1


def test_baskets_of_members_and_of_orders_stay(shopper, stripe):
    shopper.add(make_product())
    shopper.press_pay()
    owner = User.objects.create_user("alex", "alex@example.com", "plain-care")
    kept = {Order.objects.get().basket_id, Basket.objects.create(owner=owner).pk}
    aged(Basket.objects.all(), 400)
    get_model("basket", "Line").objects.update(date_created=timezone.now() - timedelta(days=400))
    forget.func()
    assert {*Basket.objects.values_list("pk", flat=True)} >= kept


def test_alert_that_was_confirmed_stays():
    ProductAlert.objects.create(email="guest@example.com", product=make_product())
    ProductAlert.objects.update(status=ProductAlert.ACTIVE)  # Oscar's save takes a new one for unconfirmed
    aged(ProductAlert.objects.all(), 400)
    forget.func()
    assert ProductAlert.objects.exists()


def test_message_that_waits_to_be_sent_stays():
    Letter.objects.create(key="1", code="STAFF_CONTACT", to="staff@example.com")
    aged(Letter.objects.all(), 400, field="created_at")
    forget.func()
    assert Letter.objects.exists()
