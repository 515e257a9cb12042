"""Returns, claims and refunds by hand at the same moment: no unit goes back twice, and no cent more than was paid."""

from uuid import uuid4

from django.contrib.auth import get_user_model
from oscar.core.loading import get_model

from shop.customer.personal_data.erasure import erase_account
from shop.order import lifecycle
from shop.parcels.models import BackOnSale
from shop.returns import handling, paying_back
from shop.returns.models import ClaimRight, Return
from shop.returns.states import NotNow
from shop.stripe_checkout import refunds
from shop.stripe_checkout.models import Refund
from tests.factories import make_product
from tests.shop.books import books
from tests.shop.races import at_once, on_postgresql, while_it_is_written
from tests.shop.returns.conftest import codes

StockRecord = get_model("partner", "StockRecord")
User = get_user_model()

pytestmark = on_postgresql


def tried(call, *expected):
    """What came of it; or the refusal, where one may come."""

    def attempt():
        try:
            return call()
        except expected as refusal:
            return refusal

    return attempt


def asked(order, quantity: int, kind: str = "return", token=None):
    token = token or uuid4()
    chosen = [handling.Chosen(order.lines.get().pk, quantity)]

    def ask():
        return handling.ask(order=order, kind=kind, chosen=chosen, token=token, by="the customer")

    return tried(ask, handling.CannotReturn)


def arrive(case, restocked: int = 0):
    line = case.lines.get()
    arrived = [handling.Arrived(line.line_id, sealed=line.quantity, restocked=restocked)]
    return tried(lambda: handling.receive(case, arrived=arrived, by="staff@example.com"), NotNow)


def given_back(order, quantity: int):
    returned = [refunds.Returned(order.lines.get(), quantity, restock=True)]
    payment = order.payment_attempts.get()

    def give_back():
        return refunds.ask(attempt=payment, refund_id=uuid4(), by="staff@example.com", returned=returned)

    return tried(give_back, refunds.RefundRefused)


def units_back(order) -> int:
    return refunds.returned_units(order.lines.get())


def test_two_returns_of_the_last_unit(sent):
    outcomes = at_once(asked(sent, 2), asked(sent, 2), asked(sent, 2))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CannotReturn", "CannotReturn", "Return"]
    assert Return.objects.count() == 1


def test_form_sent_twice_at_once_is_one_return(sent):
    token = uuid4()
    first, second = at_once(asked(sent, 1, token=token), asked(sent, 1, token=token))
    assert first == second
    assert codes(sent) == ["RETURN_APPROVED"]


def test_claim_beside_a_return_of_the_same_unit(sent):
    at_once(asked(sent, 2, "claim"), asked(sent, 2))
    assert Return.objects.exclude(state="refused").count() == 1


def test_two_claims_of_one_customer_for_one_product(sent, make_sent):
    other = make_sent(product=sent.lines.get().product, guest_email=sent.guest_email.upper())
    outcomes = at_once(asked(sent, 1, "claim"), asked(other, 1, "claim"))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CannotReturn", "Return"]
    assert ClaimRight.objects.values("case").distinct().count() == 1


def test_return_beside_a_refund_by_hand(sent, asks):
    case = asks(2)
    arrive(case)()
    pay_back = tried(lambda: paying_back.pay_back(case, by="staff@example.com"), refunds.RefundRefused)
    at_once(pay_back, given_back(sent, 2))
    assert units_back(sent) == 2
    assert books().at_stripe == ("41.00", "36.00")


def test_refund_pressed_by_many_at_once_is_one(sent, asks):
    case = asks(2)
    arrive(case)()
    at_once(*[lambda: paying_back.pay_back(case, by="staff@example.com")] * 4)
    assert Refund.objects.count() == 1
    assert books().at_stripe == ("41.00", "36.00")
    case.refresh_from_db()
    assert [step.what for step in case.steps.all()].count("refunded") == 1


def test_approved_by_two_at_once_is_approved_once(sent, everything_waits, asks):
    case = asks(2, kind="claim")
    approve = tried(lambda: handling.approve(case, by="staff@example.com"), NotNow)
    at_once(approve, approve)
    assert codes(sent) == ["RETURN_REQUESTED", "RETURN_APPROVED", "REFUND_MADE"]
    assert books().at_stripe == ("41.00", "36.00")


def test_approved_and_refused_at_once_is_one_of_the_two(sent, everything_waits, asks):
    case = asks(1)
    at_once(
        tried(lambda: handling.approve(case, by="one@example.com"), NotNow),
        tried(lambda: handling.refuse(case, reason="No.", by="two@example.com"), NotNow),
    )
    case.refresh_from_db()
    assert case.state in ("approved", "refused")


def test_received_by_two_at_once_restocks_once(sent, asks):
    before = StockRecord.objects.get().num_in_stock
    case = asks(2)
    at_once(arrive(case, restocked=2), arrive(case, restocked=2), arrive(case, restocked=2))
    assert StockRecord.objects.get().num_in_stock == before + 2


def test_received_while_staff_give_the_same_units_back_by_hand_restocks_once(sent, asks):
    before = StockRecord.objects.get().num_in_stock
    case = asks(1)
    at_once(arrive(case, restocked=1), given_back(sent, 2), given_back(sent, 2), given_back(sent, 2))
    paying_back.pay_back(case, by="staff@example.com")
    assert (StockRecord.objects.get().num_in_stock, units_back(sent)) == (before + 1, 1)


def test_refunds_by_hand_at_once_restock_what_they_give_back(sent):
    before = StockRecord.objects.get().num_in_stock
    at_once(*[given_back(sent, 1)] * 5)
    assert (StockRecord.objects.get().num_in_stock, units_back(sent)) == (before + 2, 2)


def test_units_put_on_sale_without_any_lock_stay_below_those_bought(sent):
    """The database counts, so that no caller who forgets a lock can sell a unit twice."""
    before = StockRecord.objects.get().num_in_stock
    line = sent.lines.get()
    shelve = tried(lambda: lifecycle.shelve(line=line, quantity=1), lifecycle.OnSaleAlready)
    at_once(*[shelve] * 6)
    assert (StockRecord.objects.get().num_in_stock, BackOnSale.objects.get().units) == (before + 2, 2)


def test_asked_for_while_the_account_is_deleted_asks_for_nothing(make_sent):
    alex = User.objects.create_user("alex", "alex@example.com")
    order = make_sent(user=alex, guest_email="", status="Complete")
    outcome = while_it_is_written(lambda: erase_account(user_id=alex.pk), asked(order, 1, "claim"))
    assert outcome.message == handling.OF_NOBODY
    assert not Return.objects.exists()


def test_taken_back_while_it_arrives_is_one_of_the_two(sent, asks):
    case = asks(2)
    at_once(arrive(case), tried(lambda: handling.withdraw(case, by="the customer"), NotNow))
    case.refresh_from_db()
    assert case.state in ("received", "withdrawn")
    assert case.steps.count() == 3


def test_requests_at_once_do_not_pass_the_limit_together(make_sent, limits):
    limits(claim_earlier=0)
    orders = [make_sent(number=f"7777{number}-CDFGH", product=make_product()) for number in range(3)]
    at_once(*[asked(order, 1, "claim") for order in orders])
    assert Return.objects.filter(waits_because="").count() == 1
