"""The letter that staff get in the morning."""

from datetime import datetime, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as project
from django.utils import timezone
from django.utils.module_loading import import_string
from oscar.core.loading import get_model

from shop.digest import sections
from shop.digest.sections import MOST, Section
from shop.digest.tasks import every_morning
from shop.order.processing import EventHandler
from shop.outbox.models import Letter
from shop.parcels.calling_off import call_off
from shop.parcels.models import Parcel
from shop.stripe_checkout import holds
from shop.stripe_checkout.models import PaymentAttempt
from shop.stripe_checkout.states import Cause
from shop.stripe_sandbox import disputes
from tests.factories import make_product
from tests.shop.parcels.conftest import buy

Order = get_model("order", "Order")
ProductReview = get_model("reviews", "ProductReview")
ShippingEvent = get_model("order", "ShippingEvent")

pytestmark = pytest.mark.django_db(transaction=True)

EIGHT = datetime(2026, 11, 27, 8, 0, tzinfo=ZoneInfo(project.TIME_ZONE))


@pytest.fixture
def order(shopper, stripe):
    return buy(shopper, stripe, (make_product(stock=9), 2))


@pytest.fixture
def run():
    """The worker looks, at this moment."""

    def at(moment: datetime = EIGHT) -> list[Letter]:
        with mock.patch("django.utils.timezone.now", return_value=moment):
            every_morning.func()
        return list(Letter.objects.filter(code="STAFF_DIGEST").order_by("key"))

    return at


def told(letter: Letter) -> dict[str, list[str]]:
    return {section["title"]: section["items"] for section in letter.context["sections"]}


def a_line() -> Section:
    return Section("Returns to decide", ["Return 1"], 0, "/dashboard/returns/")


def test_each_of_the_staff_gets_one_letter_a_day(order, run, admin_user, django_user_model):
    django_user_model.objects.create_superuser("second", "second@example.com", "a long pass phrase")
    for hours in range(3):
        letters = run(EIGHT + timedelta(hours=hours))
    assert sorted(letter.to for letter in letters) == ["admin@example.com", "second@example.com"]
    assert len(run(EIGHT + timedelta(days=1))) == 4


def test_nothing_to_tell_is_no_letter(run, admin_user):
    assert run() == []


@pytest.mark.parametrize("hour", [0, 6, 12, 23])
def test_it_is_a_letter_of_the_morning(order, run, admin_user, hour):
    assert run(EIGHT.replace(hour=hour)) == []


def test_a_part_of_the_shop_adds_its_line_by_the_setting(run, admin_user, settings):
    settings.STAFF_DIGEST = [f"{__name__}.a_line"]
    assert told(run()[0]) == {"Returns to decide": ["Return 1"]}


def test_every_section_of_the_setting_can_be_called(db):
    assert [import_string(path)() for path in project.STAFF_DIGEST] == [None] * len(project.STAFF_DIGEST)


def test_orders_to_pack_come_oldest_first_and_many_are_counted(shopper, stripe):
    soap = make_product(stock=99)
    made = [buy(shopper, stripe, (soap, 1)) for _ in range(3)]
    Order.objects.filter(pk=made[2].pk).update(date_placed=timezone.now() - timedelta(days=3))
    with mock.patch.object(sections, "MOST", 2):
        found = sections.to_pack()
    assert [item.split()[1] for item in found.items] == [made[2].number, made[0].number]
    assert found.more == 1
    assert MOST > 2


FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=ZoneInfo(project.TIME_ZONE))


@pytest.mark.parametrize(
    ("days", "said"),
    [
        pytest.param(3, "promised for November 23, 2026", id="on the next business day"),
        pytest.param(4, "late: promised for November 23, 2026", id="a day late"),
    ],
)
def test_order_that_is_not_packed_on_the_next_business_day_is_late(order, days, said):
    order.status_changes.update(date_created=FRIDAY)
    with mock.patch("django.utils.timezone.now", return_value=FRIDAY + timedelta(days=days)):
        (item,) = sections.to_pack().items
    assert item.endswith(f", {said}")


def test_rest_of_an_order_was_promised_for_no_day(order):
    EventHandler().send(order, Parcel(), {order.lines.get(): 1})
    order.status_changes.update(date_created=FRIDAY)
    (item,) = sections.to_pack().items
    assert item.endswith("the rest of it")


def test_what_is_sent_refunded_or_called_off_is_not_to_be_packed(shopper, stripe):
    soap = make_product(stock=99)
    sent, off = (buy(shopper, stripe, (soap, 1)) for _ in range(2))
    EventHandler().handle_order_status_change(sent, "Shipped")
    call_off(off)
    assert sections.to_pack() is None


def test_a_disputed_order_is_held_and_not_to_be_packed_and_its_payment_needs_a_person(order):
    attempt = order.payment_attempts.get()
    disputes.open_dispute(payment_intent=attempt.payment_intent)
    holds.mirror_disputes(attempt, cause=Cause("a test"))
    assert sections.to_pack() is None
    assert order.number in sections.held().items[0]
    assert order.number in sections.payments_for_a_person().items[0]
    assert PaymentAttempt.objects.need_a_person().exists()


def test_parcels_of_yesterday_are_told_and_those_of_today_not(order):
    EventHandler().handle_order_status_change(order, "Shipped")
    assert sections.sent_yesterday() is None
    ShippingEvent.objects.update(date_created=timezone.now() - timedelta(days=1))
    assert order.number in sections.sent_yesterday().items[0]


def test_reviews_that_nobody_read_are_told(db):
    said = {"product": make_product(), "name": "Sam", "email": "sam@example.com", "score": 5, "title": "Calm"}
    for status in (ProductReview.FOR_MODERATION, ProductReview.APPROVED):
        ProductReview.objects.create(**said, status=status)
    assert sections.reviews_to_read().items == ["Plain Soap: Calm"]


def test_letters_that_were_given_up_are_told_for_a_week(order):
    Letter.objects.update(next_try_at=None)
    assert sections.letters_given_up().items == ["ORDER_PLACED to alex@example.com"]
    Letter.objects.update(created_at=timezone.now() - sections.GIVEN_UP_WITHIN)
    assert sections.letters_given_up() is None
