"""What may go back, how much of it, until when, and why not."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from oscar.core.loading import get_model

from shop.promises.models import Promise
from shop.returns import eligibility, handling
from shop.returns.eligibility import ARRIVES_WITHIN
from shop.returns.models import Return
from tests.factories import make_product
from tests.shop.returns.conftest import NOON, happen, promise
from tests.shop.test_guest_orders import attempt_of, become
from tests.shop.test_pages import make_sizes

Country = get_model("address", "Country")
Order = get_model("order", "Order")
User = get_user_model()


def right(order, kind: str = "return", now: datetime | None = None) -> eligibility.Right:
    """What may go back of the order's first line."""
    return eligibility.rights(order.pk, kind, now).lines[0]


def open_to(order, now: datetime, kind: str = "return") -> int:
    return right(order, kind, now).quantity


def ask(order, quantity: int = 1, kind: str = "return") -> Return:
    chosen = [handling.Chosen(order.lines.first().pk, quantity)]
    return handling.ask(order=order, kind=kind, chosen=chosen, token=uuid4(), by="a test")


def give_back(order, quantity: int = 0, state: str = "succeeded") -> None:
    """A refund by hand."""
    refund = order.payment_attempts.get().refunds.create(amount=18, currency="USD", state=state, asked_by="staff")
    if quantity:
        refund.lines.create(line=order.lines.first(), quantity=quantity, restock=False)


# --- Until when ----------------------------------------------------------------------------------------------------


def test_days_are_counted_from_the_arrival(make_sent):
    promise(days=14)
    order = make_sent(delivered=NOON)
    assert right(order, now=NOON).until == date(2026, 3, 16)


def test_days_are_counted_from_the_order_where_the_promise_says_so(make_sent):
    promise(days=14, counted_from="purchase")
    order = make_sent(delivered=NOON)  # placed five days before
    assert right(order, now=NOON).until == date(2026, 3, 11)


def test_package_without_news_counts_as_arrived_ten_days_after_it_was_sent(make_sent):
    promise(days=14)
    order = make_sent()
    sent_on = timezone.localdate(order.shipping_events.get().date_created)
    assert right(order).until == sent_on + ARRIVES_WITHIN + timedelta(days=14)
    assert timedelta(days=10) == ARRIVES_WITHIN


@pytest.mark.parametrize(
    ("now", "open_units"),
    [
        (datetime(2026, 3, 17, 3, 59, tzinfo=UTC), 1),  # the last minute of March 16 in New York
        (datetime(2026, 3, 17, 9, 59, tzinfo=UTC), 1),  # in Honolulu
        (datetime(2026, 3, 17, 11, 59, 59, tzinfo=UTC), 1),  # at 12 hours behind Greenwich, where a day ends last
        (datetime(2026, 3, 17, 12, 0, tzinfo=UTC), 0),  # nowhere
        (datetime(2026, 3, 16, 12, 0, tzinfo=UTC), 1),  # March 17 begins in the east of the world
    ],
)
def test_last_day_counts_to_its_end_anywhere_on_earth(make_sent, now, open_units):
    promise(days=14)
    assert open_to(make_sent(delivered=NOON), now) == open_units


def test_day_too_late_says_that_the_window_is_over_and_which_day_it_was(make_sent):
    promise(days=14)
    order = make_sent(delivered=NOON)
    found = right(order, now=datetime(2026, 3, 18, tzinfo=UTC))
    assert (found.why_not, found.until) == (eligibility.OVER, date(2026, 3, 16))


def test_promise_without_days_has_no_end(make_sent):
    Promise.objects.filter(slug="returns").update(days=None)
    assert right(make_sent(delivered=NOON)).until is None
    assert right(make_sent(number="99999-CDFGH", product=make_product(), delivered=NOON)).quantity == 1


def test_units_that_arrived_later_may_go_back_for_longer(make_sent):
    promise(days=14)
    order = make_sent(quantity=3)
    order.shipping_events.all().delete()
    for day in (0, 5, 9):
        happen(order, "shipped", at=NOON + timedelta(days=day))
        happen(order, "delivered", at=NOON + timedelta(days=day))
    assert open_to(order, NOON + timedelta(days=10)) == 3
    assert open_to(order, NOON + timedelta(days=17)) == 2
    assert right(order, now=NOON + timedelta(days=17)).until == date(2026, 3, 21)


def test_what_arrived_first_is_taken_to_have_gone_back_first(make_sent):
    promise(days=14)
    order = make_sent(quantity=2)
    order.shipping_events.all().delete()
    for day in (0, 5):
        happen(order, "shipped", at=NOON + timedelta(days=day))
        happen(order, "delivered", at=NOON + timedelta(days=day))
    give_back(order, 1)
    assert open_to(order, NOON + timedelta(days=17)) == 1


# --- How many ------------------------------------------------------------------------------------------------------


def test_what_was_sent_may_go_back_and_the_rest_not_yet(make_sent):
    order = make_sent(quantity=3)
    order.lines.update(quantity=5)
    assert right(order).quantity == 3


def test_open_return_keeps_its_units(make_sent):
    order = make_sent(quantity=3)
    ask(order, 2)
    assert (right(order).quantity, right(order, "claim").quantity) == (1, 1)


@pytest.mark.parametrize("state", ["refused", "withdrawn"])
def test_return_that_came_to_nothing_gives_its_units_back(make_sent, state):
    order = make_sent(quantity=3)
    ask(order, 3)
    Return.objects.update(state=state)
    assert right(order).quantity == 3


def test_units_refunded_by_hand_are_gone(make_sent):
    order = make_sent(quantity=3)
    give_back(order, 2)
    assert right(order).quantity == 1
    give_back(order, 1)
    assert right(order).why_not == eligibility.GONE


def test_refund_that_did_not_go_through_takes_no_units(make_sent):
    order = make_sent(quantity=3)
    give_back(order, 2, state="failed")
    assert right(order).quantity == 3


def test_what_was_refunded_before_it_was_sent_is_not_missing_from_what_was_sent(make_sent):
    order = make_sent(quantity=2)
    order.lines.update(quantity=3)
    give_back(order, 1)
    assert right(order).quantity == 2


def test_what_came_back_is_not_missed_twice_when_its_refund_was_made_again_by_hand(make_sent):
    order = make_sent(quantity=2)
    case = ask(order)
    case.lines.update(sealed=1)
    Return.objects.update(state="refunded")
    assert right(order).quantity == 1
    give_back(order, 1)
    assert right(order).quantity == 1


def test_amount_that_was_given_back_by_hand_takes_no_units(make_sent):
    order = make_sent(quantity=2)
    give_back(order)
    assert right(order).quantity == 2


# --- Why not -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["Pending payment", "Cancelled"])
def test_unpaid_order_has_nothing_to_return(make_sent, status):
    order = make_sent()
    become(order, status)
    assert right(order).why_not == eligibility.NOT_PAID


def test_what_was_not_sent_has_nothing_to_return(make_sent):
    order = make_sent()
    order.shipping_events.all().delete()
    assert right(order).why_not == eligibility.NOT_SENT


@pytest.mark.parametrize("status", ["Shipped", "Complete"])
def test_what_is_not_counted_on_the_shelf_was_sent_when_its_order_was(make_sent, status):
    order = make_sent(quantity=2)
    order.shipping_events.all().delete()
    become(order, status)
    order.status_changes.create(old_status="Paid", new_status="Shipped")
    assert right(order).quantity == 2


@pytest.mark.parametrize("kind", ["return", "claim"])
def test_excluded_product_does_not_go_back(make_sent, kind):
    order = make_sent()
    Promise.objects.get(slug=eligibility.SLUGS[Return.Kind(kind)]).excluded.add(order.lines.get().product)
    assert right(order, kind).why_not == eligibility.EXCLUDED


def test_size_of_an_excluded_product_does_not_go_back(make_sent):
    order = make_sent()
    whole = make_sizes(make_product(), ("20 g", "18.00", 3))
    order.lines.update(product=whole.children.get())
    Promise.objects.get(slug="returns").excluded.add(order.lines.get().product.parent)
    assert right(order).why_not == eligibility.EXCLUDED


def test_promise_holds_in_its_countries_only(make_sent):
    order = make_sent()
    promise().countries.set(["CA"])
    assert right(order).why_not == eligibility.COUNTRY
    promise().countries.set(["CA", "US"])
    assert right(order).quantity == 1


def test_disputed_payment_waits_for_the_bank(make_sent):
    order = make_sent()
    hold = order.payment_attempts.get().holds.create(
        kind="dispute", stripe_id="dp_1", status="needs_response", amount=18, currency="USD", opened_at=timezone.now()
    )
    assert right(order).why_not == eligibility.DISPUTED
    type(hold).objects.update(status="warning_needs_response")
    assert right(order).quantity == 1
    type(hold).objects.update(status="lost", closed_at=timezone.now())
    assert right(order).why_not == eligibility.LOST


def test_what_cost_nothing_has_no_money_to_give_back(make_sent):
    order = make_sent()
    order.lines.update(line_price_incl_tax=0)
    assert right(order).why_not == eligibility.FREE


def test_without_a_promise_nothing_was_promised(make_sent):
    order = make_sent()
    Promise.objects.filter(slug="returns").delete()
    assert right(order).why_not == eligibility.NOT_PROMISED


# --- Which promise -------------------------------------------------------------------------------------------------


def later_version(**changes) -> Promise:
    held = Promise.objects.get(slug="returns")
    held.pk, held.version, held.in_force_from, held._state.adding = None, 2, timezone.now(), True
    for name, value in changes.items():
        setattr(held, name, value)
    held.save()
    return held


def test_change_of_a_promise_alters_no_right_of_an_order_that_was_placed(make_sent):
    order = make_sent()
    before = right(order)
    later_version(days=1, condition="unopened").excluded.add(order.lines.get().product)
    assert (right(order).quantity, right(order).until) == (before.quantity, before.until)
    assert ask(order).promise.version == 1


def test_later_order_is_bound_by_the_later_version(make_sent):
    make_sent()
    later_version(days=1)
    order = make_sent(number="99999-CDFGH", product=make_product())
    assert ask(order).promise.days == 1


# --- One claim a product and customer --------------------------------------------------------------------------------


def test_guest_who_registers_later_has_used_the_guarantee(make_sent):
    soap = make_product()
    ask(make_sent(product=soap), kind="claim")
    user = User.objects.create_user("guest", "Guest@Example.com")
    again = make_sent(number="99999-CDFGH", product=soap, user=user, guest_email="")
    assert right(again, "claim").why_not == eligibility.CLAIMED
    assert right(again).quantity == 1


def test_account_that_changes_its_address_has_used_the_guarantee(make_sent):
    soap, user = make_product(), User.objects.create_user("alex", "alex@example.com")
    ask(make_sent(product=soap, user=user, guest_email=""), kind="claim")
    User.objects.update(email="alex@elsewhere.example")
    again = make_sent(number="99999-CDFGH", product=soap, user=user, guest_email="")
    assert right(again, "claim").why_not == eligibility.CLAIMED


def test_other_size_of_a_product_is_the_same_product(make_sent):
    gel = make_product()
    make_sizes(gel, ("20 g", "18.00", 3), ("60 g", "39.00", 3))
    small, large = gel.children.order_by("pk")
    ask(make_sent(product=small), kind="claim")
    assert right(make_sent(number="99999-CDFGH", product=large), "claim").why_not == eligibility.CLAIMED


def test_product_that_was_deleted_is_still_known(make_sent):
    soap = make_product()
    first, second = make_sent(product=soap), make_sent(number="99999-CDFGH", product=soap)
    ask(first, kind="claim")
    soap.delete()
    assert right(second, "claim").why_not == eligibility.CLAIMED


def test_somebody_else_may_claim_the_same_product(make_sent):
    soap = make_product()
    ask(make_sent(product=soap), kind="claim")
    assert right(make_sent(number="99999-CDFGH", product=soap, guest_email="sam@example.com"), "claim").quantity == 1


# --- The limits ----------------------------------------------------------------------------------------------------


def test_request_within_the_limits_is_approved_by_itself(make_sent, limits):
    limits(return_amount="36.00", return_days=5, return_earlier=0)
    assert ask(make_sent(quantity=2), 2).state == "approved"


@pytest.mark.parametrize(
    ("limit", "because"),
    [
        ({"return_amount": "35.99"}, "It is worth $36.00, more than $35.99."),
        ({"return_days": 4}, "The order is 5 days old, more than 4."),
        ({"return_earlier": 0}, "The customer has had 1 within a year, more than 0."),
    ],
)
def test_request_beyond_a_limit_waits_and_says_why(make_sent, limits, limit, because):
    ask(make_sent(number="99999-CDFGH", product=make_product()))
    order = make_sent(quantity=2)
    Order.objects.filter(pk=order.pk).update(date_placed=timezone.now() - timedelta(days=5, hours=1))
    limits(**limit)
    case = ask(order, 2)
    assert (case.state, case.waits_because) == ("requested", because)


def test_returns_do_not_count_among_claims(make_sent, limits):
    limits(claim_earlier=0)
    ask(make_sent(number="99999-CDFGH", product=make_product()))
    case = ask(make_sent(), kind="claim")
    assert case.waits_because == ""


def test_staff_who_decide_are_written_to_and_others_are_not(make_sent, everything_waits, admin_user):
    User.objects.create_user("packer", "packer@example.com", is_staff=True)
    order = make_sent()
    ask(order)
    assert [letter.to for letter in order.letters.filter(code="STAFF_RETURN_WAITS")] == [admin_user.email]


def test_attempt_that_failed_is_no_payment(make_sent):
    order = make_sent()
    order.payment_attempts.all().delete()
    attempt_of(order, "failed")
    assert right(order).why_not == eligibility.NOT_PAID
