"""Whoever placed a paid order calls it off before anything of it left."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from oscar.core.loading import get_model

from shop.checkout import ownership
from shop.order import links
from shop.order.processing import EventHandler, NotNow
from shop.parcels.calling_off import call_off
from shop.parcels.models import CallOff, Parcel
from shop.stripe_checkout import holds, refunds
from shop.stripe_checkout.models import Refund
from shop.stripe_checkout.reconciliation import differences
from shop.stripe_checkout.states import Cause
from shop.stripe_sandbox import disputes, payments
from shop.stripe_sandbox.temper import behave, misbehave
from tests.conftest import Shopper
from tests.factories import make_countries, make_product, make_voucher
from tests.shop.parcels.conftest import buy, line_of, send
from tests.shop.races import at_once, on_postgresql

Order = get_model("order", "Order")
StockRecord = get_model("partner", "StockRecord")
User = get_user_model()

needs_commits = pytest.mark.django_db(transaction=True)


def path(order) -> str:
    return reverse("customer:anon-order-cancel", args=[order.number])


def codes(order) -> list[str]:
    return sorted(order.letters.values_list("code", flat=True))


def refunded(order) -> Decimal:
    return order.sources.get().amount_refunded


def stock() -> list[tuple[int, int]]:
    return list(StockRecord.objects.order_by("pk").values_list("num_in_stock", "num_allocated"))


@needs_commits
def test_a_guest_cancels_and_gets_all_of_it_back(shopper, order):
    page = shopper.client.get(path(order))
    assert "$50.00 goes back to where it came from." in page.content.decode()
    assert not CallOff.objects.exists()  # looking changes nothing
    answer = shopper.client.post(path(order), follow=True)
    assert "Your order is cancelled." in answer.content.decode()
    assert "Nothing is sent." in answer.content.decode()
    order.refresh_from_db()
    assert (order.status, refunded(order)) == ("Paid", Decimal("50.00"))
    assert stock() == [(5, 0), (5, 0)]
    assert codes(order) == ["ORDER_CALLED_OFF", "ORDER_PLACED"]  # REFUND_MADE would tell the same thing twice
    assert order.letters.get(code="ORDER_CALLED_OFF").context == {"amount": "$50.00"}
    assert not list(differences(since=order.date_placed, until=CallOff.objects.get().at))


@needs_commits
def test_an_account_cancels_its_order(stripe, goods, django_user_model):
    make_countries()
    member = Shopper()
    member.client.force_login(django_user_model.objects.create_user("sam", "sam@example.com", "a long pass phrase"))
    order = buy(member, stripe, (goods.soap, 1))
    page = member.client.get(reverse("customer:order", args=[order.number])).content.decode()
    assert reverse("customer:order-cancel", args=[order.number]) in page
    member.client.post(reverse("customer:order-cancel", args=[order.number]))
    assert refunded(order) == order.total_incl_tax
    assert "Cancelled" in member.client.get(reverse("customer:order-list")).content.decode()


@needs_commits
def test_two_clicks_are_one_refund_and_one_letter(shopper, order):
    for _ in range(2):
        shopper.client.post(path(order))
    assert Refund.objects.count() == 1
    assert codes(order).count("ORDER_CALLED_OFF") == 1


@needs_commits
def test_what_was_refunded_before_stays_as_it_is_and_the_rest_goes_back(shopper, order):
    comb = [refunds.Returned(line_of(order, "Plain Comb"), 1, restock=False)]
    refunds.ask(attempt=order.payment_attempts.get(), refund_id=uuid4(), by="staff", returned=comb, delivery=True)
    shopper.client.post(path(order))
    assert [refund.amount for refund in Refund.objects.all()] == [Decimal("14.00"), Decimal("36.00")]
    assert refunded(order) == Decimal("50.00")
    assert stock() == [(5, 0), (4, 0)]  # the comb was not put back on sale: it is gone, and set aside for nobody


@needs_commits
def test_order_of_a_deleted_product_is_called_off_and_paid_back(shopper, goods, order):
    goods.soap.delete()
    shopper.client.post(path(order))
    assert refunded(order) == Decimal("50.00")
    assert stock() == [(5, 0)]  # the comb's; the soap has no shelf any more


@needs_commits
def test_an_order_that_was_free_is_called_off_without_money(shopper, goods, settings):
    settings.DELIVERY_STANDARD_PRICE = Decimal("0.00")
    voucher = make_voucher(percent="100")
    shopper.add(goods.soap, 2)
    shopper.client.post("/basket/vouchers/add/", {"code": voucher.code})
    shopper.press_pay()
    order = Order.objects.get()
    assert order.status == "Paid"
    answer = shopper.client.post(path(order), follow=True)
    assert "Nothing was charged for it." in answer.content.decode()
    assert StockRecord.objects.get(product=goods.soap).num_allocated == 0
    assert order.letters.get(code="ORDER_CALLED_OFF").context == {"amount": ""}


# --- Too late ------------------------------------------------------------------------------------------------------


def assert_refused(shopper, order, words: str) -> None:
    for answer in (shopper.client.get(path(order)), shopper.client.post(path(order))):
        assert words in answer.content.decode()
        assert "Cancel this order</button>" not in answer.content.decode()
    assert not CallOff.objects.exists()
    assert "ORDER_CALLED_OFF" not in codes(order)
    page = shopper.client.get(reverse("customer:anon-order", args=[order.number])).content.decode()
    assert path(order) not in page


@needs_commits
def test_not_once_a_parcel_left(shopper, order):
    send(order, combs=1)
    assert_refused(shopper, order, "Some of it has left already")


@needs_commits
def test_not_while_the_payment_is_disputed(shopper, order):
    attempt = order.payment_attempts.get()
    disputes.open_dispute(payment_intent=attempt.payment_intent)
    holds.mirror_disputes(attempt, cause=Cause("a test"))
    assert_refused(shopper, order, "looking into the payment")


@needs_commits
def test_not_where_all_went_back_already(shopper, order):
    attempt = order.payment_attempts.get()
    refunds.ask(attempt=attempt, refund_id=uuid4(), by="staff", amount=order.total_incl_tax)
    assert_refused(shopper, order, "All of it was refunded already")


@needs_commits
def test_not_before_it_is_paid(shopper, stripe, goods):
    shopper.add(goods.soap)
    shopper.press_pay()
    assert_refused(shopper, Order.objects.get(), "Only an order that is paid")


@needs_commits
def test_what_was_called_off_never_leaves(shopper, order, admin_client):
    shopper.client.post(path(order))
    order.refresh_from_db()
    for leave in (
        lambda: EventHandler().handle_order_status_change(order, "Shipped"),
        lambda: EventHandler().send(order, Parcel(), {line_of(order, "Plain Soap"): 1}),
    ):
        with pytest.raises(NotNow, match="The customer cancelled this order"):
            leave()
    page = admin_client.get(reverse("dashboard:order-detail", args=[order.number]))
    assert "Cancelled by the customer" in page.content.decode()
    assert page.context["parcel_form"] is None


# --- Stripe --------------------------------------------------------------------------------------------------------


@needs_commits
def test_when_stripe_does_not_answer_the_money_goes_back_later(shopper, order):
    misbehave(api="disconnect", endpoint="create_refund", times=3)  # the SDK itself tries twice again
    answer = shopper.client.post(path(order), follow=True)
    assert "We are paying back what you paid" in answer.content.decode()
    assert CallOff.objects.filter(order=order).exists()
    refund = Refund.objects.get()
    behave()
    refunds.send(refund)
    assert refunded(order) == Decimal("50.00")


@needs_commits
def test_a_refund_that_fails_is_told_to_staff_and_the_order_still_never_leaves(shopper, stripe, goods, admin_user):
    order = buy(shopper, stripe, (goods.soap, 2), card="4000 0000 0000 5126")  # its refunds fail later
    call_off(order)
    assert payments.fail_refund(refund_id=Refund.objects.get().stripe_id)
    refunds.mirror(order.payment_attempts.get(), cause=Cause("a test"))
    assert "STAFF_REFUND_FAILED" in codes(order)
    with pytest.raises(NotNow, match="cancelled"):
        EventHandler().handle_order_status_change(order, "Shipped")


# --- Somebody else -------------------------------------------------------------------------------------------------


@needs_commits
def test_a_link_shows_the_order_and_cancels_nothing(order):
    reader = Client()
    page = reader.get(links.path_to(order)).content.decode()
    assert path(order) not in page
    assert "in the browser in which you ordered" in page
    answer, of_nothing = reader.post(path(order)), reader.post(path(Order(number="34679-CDFGH")))
    assert answer.status_code == of_nothing.status_code == 404
    assert not CallOff.objects.exists()


@needs_commits
def test_nobody_cancels_the_order_of_another_account(order, django_user_model):
    owner = django_user_model.objects.create_user("sam", "sam@example.com", "a long pass phrase")
    Order.objects.filter(pk=order.pk).update(user=owner, guest_email="")
    url = reverse("customer:order-cancel", args=[order.number])
    stranger = Client()
    assert "/accounts/login/" in stranger.post(url).url
    stranger.force_login(django_user_model.objects.create_user("eve", "eve@example.com", "a long pass phrase"))
    assert stranger.post(url).status_code == stranger.get(url).status_code == 404
    assert stranger.post(path(order)).status_code == 404
    assert not CallOff.objects.exists()


@needs_commits
def test_a_cookie_that_was_made_up_cancels_nothing(order):
    forger = Client()
    forger.cookies[ownership._cookie(order)] = order.number
    assert forger.post(path(order)).status_code == 404


@needs_commits
def test_the_form_of_another_site_cancels_nothing(shopper, order):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = shopper.client.cookies
    assert strict.post(path(order)).status_code == 403
    assert not CallOff.objects.exists()


# --- At the same moment --------------------------------------------------------------------------------------------


def _sent(order) -> bool:
    try:
        EventHandler().handle_order_status_change(order, "Shipped")
    except NotNow:
        return False
    return True


class TestRaces:
    pytestmark = on_postgresql

    def test_an_order_is_sent_or_cancelled_and_never_both(self, stripe):
        """Ten times, four at once: whoever comes first, the other hears that it is too late."""
        make_countries()
        for _ in range(10):
            shopper = Shopper()
            soap = make_product(stock=5)
            order = buy(shopper, stripe, (soap, 2))
            tabs = [Shopper(), Shopper()]
            for tab in tabs:
                tab.client.cookies = shopper.client.cookies.copy()
            left, *answers, left_too = at_once(
                lambda order=order: _sent(Order.objects.get(pk=order.pk)),
                *(lambda tab=tab, order=order: tab.client.post(path(order)).status_code for tab in tabs),
                lambda order=order: _sent(Order.objects.get(pk=order.pk)),
            )
            order.refresh_from_db()
            record = StockRecord.objects.get(product=soap)
            if CallOff.objects.filter(order=order).exists():
                assert [left, left_too] == [False, False]
                assert answers == [302, 302]
                assert (order.status, refunded(order)) == ("Paid", order.total_incl_tax)
                assert (record.num_in_stock, record.num_allocated) == (5, 0)
                assert codes(order) == ["ORDER_CALLED_OFF", "ORDER_PLACED"]
            else:
                assert [left, left_too].count(True) == 1
                assert answers == [409, 409]
                assert (order.status, refunded(order)) == ("Shipped", Decimal("0.00"))
                assert (record.num_in_stock, record.num_allocated) == (3, 0)
                assert codes(order) == ["ORDER_PLACED", "ORDER_SHIPPED"]

    def test_one_form_sent_four_times_at_once_is_one_parcel(self, stripe):
        """Five times: enough for each step to be hit by somebody else's."""
        make_countries()
        for _ in range(5):
            order = buy(Shopper(), stripe, (make_product(stock=9), 4))
            line, form = order.lines.get(), uuid4()
            at_once(
                *[
                    lambda order=order, line=line, form=form: EventHandler().send(
                        order, Parcel(pk=form, carrier="ups"), {line: 1}
                    )
                ]
                * 4
            )
            assert order.shipping_events.count() == codes(order).count("ORDER_SHIPPED") == 1
            assert line.stockrecord.__class__.objects.get(pk=line.stockrecord_id).num_in_stock == 8
