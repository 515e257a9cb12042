"""A return and a claim from the request to the money, against the stand-in for Stripe."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone
from oscar.core.loading import get_model
from stripe import HTTPClient

from shop.promises.models import Promise
from shop.returns import handling, paying_back, tasks
from shop.returns.models import ClaimRight, Return
from shop.returns.states import NotNow
from shop.stripe_checkout import refunds
from shop.stripe_checkout.models import Refund
from shop.stripe_sandbox import payments
from shop.stripe_sandbox.temper import behave, misbehave
from tests.shop.books import books
from tests.shop.returns.conftest import codes

StockRecord = get_model("partner", "StockRecord")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch):
    """Between the SDK's retries."""
    monkeypatch.setattr(HTTPClient, "INITIAL_DELAY", 0)
    monkeypatch.setattr(HTTPClient, "MAX_DELAY", 0)


def came(case, sealed: int = 0, opened: int = 0, damaged: int = 0, restocked: int = 0) -> None:
    arrived = handling.Arrived(case.lines.get().line_id, sealed, opened, damaged, restocked)
    handling.receive(case, arrived=[arrived], by="staff@example.com")
    case.refresh_from_db()


def pay_back(case) -> Refund:
    refund = paying_back.pay_back(case, by="staff@example.com")
    case.refresh_from_db()
    return Refund.objects.get(pk=refund.pk)


def by_hand(order, amount: str | None = None, quantity: int = 0, restock: bool = False) -> Refund:
    """What the dashboard's refund form does."""
    returned = [refunds.Returned(order.lines.first(), quantity, restock)] if quantity else []
    return refunds.ask(
        attempt=order.payment_attempts.get(),
        refund_id=uuid4(),
        by="staff@example.com",
        amount=Decimal(amount) if amount else None,
        returned=returned,
    )


def given_back(order) -> Decimal:
    return order.sources.get().amount_refunded


# --- A return ------------------------------------------------------------------------------------------------------


def test_return_goes_from_request_to_money(sent, asks):
    case = asks(2)
    assert case.state == "approved"
    came(case, sealed=1, opened=1, restocked=1)
    assert case.state == "received"
    refund = pay_back(case)
    assert (case.state, refund.amount) == ("refunded", Decimal("36.00"))
    assert [step.what for step in case.steps.all()] == ["requested", "approved", "received", "refunded"]
    assert codes(sent) == ["RETURN_APPROVED", "RETURN_RECEIVED", "REFUND_MADE"]
    assert books().at_stripe == ("41.00", "36.00")


def test_unopened_units_go_back_on_sale_and_the_others_do_not(sent, asks):
    before = StockRecord.objects.get().num_in_stock
    case = asks(2)
    came(case, sealed=1, opened=1, restocked=1)
    pay_back(case)
    assert StockRecord.objects.get().num_in_stock == before + 1


def test_return_is_received_and_restocked_once(sent, asks):
    case = asks()
    came(case, sealed=1, restocked=1)
    before = StockRecord.objects.get().num_in_stock
    with pytest.raises(NotNow):
        came(case, sealed=1, restocked=1)
    assert StockRecord.objects.get().num_in_stock == before


def test_delivery_goes_back_where_the_fault_is_ours(asks):
    case = asks(reason="broken")
    came(case, damaged=1)
    assert pay_back(case).amount == Decimal("23.00")


def test_delivery_goes_back_once(sent, asks):
    for _ in range(2):
        case = asks(reason="wrong")
        came(case, opened=1)
        pay_back(case)
    assert [refund.amount for refund in Refund.objects.all()] == [Decimal("23.00"), Decimal("18.00")]
    assert books().at_stripe == ("41.00", "41.00")


def test_delivery_stays_where_the_fault_is_not_ours(asks):
    case = asks(2, reason="skin")
    came(case, opened=2)
    assert pay_back(case).amount == Decimal("36.00")


def test_what_did_not_come_is_not_paid_back_and_may_come_later(asks):
    case = asks(2)
    came(case, sealed=1)
    assert pay_back(case).amount == Decimal("18.00")
    assert asks(1).state == "approved"


def test_promise_for_unopened_goods_pays_for_unopened_goods(sent, asks):
    Promise.objects.filter(slug="returns").update(condition="unopened")
    case = asks(2)
    came(case, sealed=1, opened=1)
    assert pay_back(case).amount == Decimal("18.00")


def test_promise_for_unopened_goods_pays_for_what_arrived_broken(sent, asks):
    Promise.objects.filter(slug="returns").update(condition="unopened")
    case = asks(reason="broken")
    came(case, damaged=1)
    assert pay_back(case).amount == Decimal("23.00")


def test_refund_pressed_twice_is_one(asks):
    case = asks()
    came(case, sealed=1)
    assert pay_back(case).pk == pay_back(case).pk
    assert books().at_stripe == ("41.00", "18.00")


def test_money_does_not_go_back_before_the_goods_came(asks):
    with pytest.raises(NotNow):
        pay_back(asks())


def test_withdrawn_return_can_be_asked_for_again(sent, asks):
    case = asks(2)
    handling.withdraw(case, by="the customer")
    assert asks(2).state == "approved"
    assert codes(sent) == ["RETURN_APPROVED", "RETURN_WITHDRAWN", "RETURN_APPROVED"]


def test_what_came_cannot_be_taken_back(asks):
    case = asks()
    came(case, sealed=1)
    with pytest.raises(NotNow):
        handling.withdraw(case, by="the customer")


def test_refused_return_says_why_to_the_customer(sent, everything_waits, asks):
    case = asks()
    handling.refuse(case, reason="The box was empty.", by="staff@example.com")
    case.refresh_from_db()
    assert (case.state, case.refusal) == ("refused", "The box was empty.")
    assert codes(sent) == ["RETURN_REQUESTED", "RETURN_REFUSED"]
    assert sent.letters.get(code="RETURN_REFUSED").context["refusal"] == "The box was empty."


@pytest.mark.parametrize("by_now", ["approved", "received"])
def test_approved_return_can_still_be_refused(asks, by_now):
    case = asks()
    if by_now == "received":
        came(case, opened=1)
    handling.refuse(case, reason="It is not ours.", by="staff@example.com")
    assert Return.objects.get().state == "refused"


def test_return_whose_money_is_on_its_way_cannot_be_refused(asks):
    case = asks()
    came(case, sealed=1)
    misbehave(api="disconnect", times=9)
    pay_back(case)
    with pytest.raises(NotNow, match="on its way back"):
        handling.refuse(case, reason="No.", by="staff@example.com")


# --- A claim -------------------------------------------------------------------------------------------------------


def test_claim_is_paid_back_by_itself_and_nothing_comes_back(sent, asks):
    stock = StockRecord.objects.get().num_in_stock
    case = asks(2, kind="claim")
    assert case.state == "refunded"
    assert books().at_stripe == ("41.00", "36.00")
    assert StockRecord.objects.get().num_in_stock == stock
    assert codes(sent) == ["RETURN_APPROVED", "REFUND_MADE"]


def test_claim_beyond_the_limits_waits_and_is_paid_when_approved(sent, everything_waits, asks):
    case = asks(kind="claim")
    assert (case.state, case.waits_because) == ("requested", "It is worth $18.00, more than $0.00.")
    handling.approve(case, by="staff@example.com")
    case.refresh_from_db()
    assert case.state == "refunded"


def test_one_claim_a_product_and_customer(asks):
    asks(1, kind="claim")
    with pytest.raises(handling.CannotReturn, match="used the guarantee"):
        asks(1, kind="claim")


@pytest.mark.parametrize("end", ["refuse", "withdraw"])
def test_claim_that_was_not_granted_does_not_count(everything_waits, asks, end):
    case = asks(kind="claim")
    if end == "refuse":
        handling.refuse(case, reason="Please try it first.", by="staff@example.com")
    else:
        handling.withdraw(case, by="the customer")
    assert not ClaimRight.objects.exists()
    assert asks(kind="claim").state == "requested"


# --- Stripe refuses ------------------------------------------------------------------------------------------------


def test_refund_that_stripe_refuses_leaves_the_return_and_is_tried_again_once(admin_user, sent, asks):
    case = asks()
    came(case, sealed=1, restocked=1)
    stock = StockRecord.objects.get().num_in_stock
    payment = sent.payment_attempts.get()
    intent, wrong = payment.payment_intent, "pi_unknown"
    sent.payment_attempts.update(payment_intent=wrong)
    refund = pay_back(case)
    assert (refund.state, case.state) == ("failed", "received")
    assert sent.letters.filter(code="STAFF_REFUND_FAILED").count() == 1
    sent.payment_attempts.update(payment_intent=intent)
    again = pay_back(case)
    assert (again.state, case.state) == ("succeeded", "refunded")
    assert Refund.objects.get(pk=refund.pk).dealt_with
    assert books().at_stripe == ("41.00", "18.00")
    assert StockRecord.objects.get().num_in_stock == stock


def test_refund_that_stripe_takes_later_moves_the_return_then(sent, asks):
    case = asks()
    came(case, sealed=1)
    misbehave(api="disconnect", times=9)
    assert (pay_back(case).state, case.state) == ("created", "received")
    behave()
    refunds.send(Refund.objects.get())
    tasks.follow_refunds.func()
    case.refresh_from_db()
    assert case.state == "refunded"
    assert books().at_stripe == ("41.00", "18.00")


def test_refund_that_was_refused_and_paid_in_another_way_ends_the_return(sent, asks):
    case = asks()
    came(case, sealed=1)
    sent.payment_attempts.update(payment_intent="pi_unknown")
    refund = pay_back(case)
    Refund.objects.filter(pk=refund.pk).update(looked_at=timezone.now())
    with pytest.raises(NotNow, match="in another way"):
        pay_back(case)
    tasks.follow_refunds.func()
    case.refresh_from_db()
    assert case.state == "refunded"


def test_refund_that_the_bank_sends_back_can_be_tried_again(sent, asks):
    case = asks()
    came(case, sealed=1)
    refund = pay_back(case)
    payments.fail_refund(refund_id=refund.stripe_id)
    refunds.mirror(sent.payment_attempts.get(), cause=refunds.Cause("a test"))
    again = pay_back(case)
    assert again.pk != refund.pk
    assert case.state == "refunded"
    assert books().at_stripe[1] == "18.00"


def test_claim_whose_refund_stripe_refuses_is_told_to_staff_and_paid_once(admin_user, sent, asks):
    payment = sent.payment_attempts.get()
    sent.payment_attempts.update(payment_intent="pi_unknown")
    case = asks(kind="claim")
    assert (case.state, Refund.objects.get().state) == ("approved", "failed")
    assert sent.letters.filter(code="STAFF_REFUND_FAILED").count() == 1
    sent.payment_attempts.update(payment_intent=payment.payment_intent)
    for _ in range(2):
        pay_back(case)
    assert (case.state, books().at_stripe) == ("refunded", ("41.00", "18.00"))


# --- A product that is no longer there -----------------------------------------------------------------------------


def test_return_of_a_deleted_product_is_received_and_refunded_and_stands_on_no_shelf(sent, asks):
    sent.lines.get().product.delete()
    case = asks(2)
    came(case, sealed=2, restocked=2)
    pay_back(case)
    assert (case.state, given_back(sent)) == ("refunded", Decimal("36.00"))
    assert not StockRecord.objects.exists()


def test_claim_of_a_deleted_product_is_paid_back(sent, asks):
    sent.lines.get().product.delete()
    assert asks(1, kind="claim").state == "refunded"
    assert given_back(sent) == Decimal("18.00")


# --- Beside refunds by hand ----------------------------------------------------------------------------------------


def test_units_given_back_by_hand_cannot_go_back_again(sent, asks):
    by_hand(sent, quantity=1)
    with pytest.raises(handling.CannotReturn):
        asks(2)
    assert asks(1).state == "approved"


def test_no_more_than_was_paid_goes_back_when_an_amount_was_given_back_by_hand(sent, asks):
    by_hand(sent, amount="30.00")
    case = asks(2)
    assert sent.letters.get(code="RETURN_APPROVED").context["amount"] == "$11.00"
    came(case, sealed=2)
    assert pay_back(case).amount == Decimal("11.00")
    assert books().at_stripe == ("41.00", "41.00")


def test_claim_takes_no_more_than_was_left_by_a_refund_by_hand(sent, asks):
    by_hand(sent, amount="30.00")
    asks(2, kind="claim")
    assert books().at_stripe == ("41.00", "41.00")


def test_claim_of_what_was_given_back_in_full_by_hand_is_refused_in_words(sent, asks):
    by_hand(sent, quantity=2)
    with pytest.raises(handling.CannotReturn, match="given back already"):
        asks(1, kind="claim")
    assert not Return.objects.exists()


@pytest.mark.parametrize("kind", ["return", "claim"])
def test_units_of_an_open_return_go_back_through_it_and_not_by_hand_too(sent, everything_waits, asks, kind):
    case = asks(1, kind=kind)
    with pytest.raises(refunds.RefundRefused, match=f"1 can be given back here; the rest is in {case.number}"):
        by_hand(sent, quantity=2)
    by_hand(sent, quantity=1)
    handling.refuse(case, reason="No.", by="staff@example.com")
    by_hand(sent, quantity=1)
    assert books().at_stripe == ("41.00", "36.00")


def test_return_of_which_all_money_went_back_by_hand_is_not_paid_again(sent, asks):
    case = asks(2)
    came(case, sealed=2, restocked=2)
    by_hand(sent, amount="41.00")
    with pytest.raises(refunds.RefundRefused):
        pay_back(case)
    handling.refuse(case, reason="We paid you by hand.", by="staff@example.com")
    assert (Return.objects.get().state, books().at_stripe) == ("refused", ("41.00", "41.00"))


# --- The same form twice -------------------------------------------------------------------------------------------


def test_same_form_sent_twice_is_one_return(asks):
    token = uuid4()
    assert asks(1, token=token) == asks(1, token=token)
    assert Return.objects.count() == 1


def test_more_than_was_bought_is_refused(asks):
    for quantity in (3, 0, -1):
        with pytest.raises(handling.CannotReturn):
            asks(quantity)
    assert not Return.objects.exists()
