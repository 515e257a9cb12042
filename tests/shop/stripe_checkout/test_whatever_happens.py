"""One sentence of PAYMENTS.md, tried: whatever happens between the shop and Stripe, money, stock and mail add up after
every step, and in the end each payment is one paid order or money back.

Hypothesis draws a die for each step, which decides what happens, and finds the shortest story that breaks a rule. What
it draws must not depend on what the shop did with it, so the die is all that it draws. `pytest --stories=5000` tells
more of them. A crash here is an exception that nothing catches, at any line of the shop's code,
which leaves the database as a killed process would; test_crashes.py kills real ones.
"""

import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from functools import partial
from math import ceil
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.db import connection, transaction
from django.db.models import Sum
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from oscar.core.loading import get_class, get_model
from stripe import HTTPClient

from shop.checkout import placing
from shop.checkout.quote import quote
from shop.order.lifecycle import on_sale_again
from shop.order.processing import EventHandler, NotNow
from shop.order.tasks import move_on
from shop.order.units import SENT, lines_with_units
from shop.outbox.models import Letter
from shop.outbox.tasks import deliver_waiting
from shop.parcels.calling_off import TooLate, call_off
from shop.parcels.models import Parcel
from shop.partner.strategy import Default
from shop.promises.models import GUARANTEE, RETURNS, Promise
from shop.returns import eligibility, handling, paying_back
from shop.returns.models import Limits, Return, ReturnLine, Step
from shop.returns.states import NotNow as ReturnNotNow
from shop.returns.tasks import follow_refunds
from shop.stripe_checkout import attempts, gateway, refunds
from shop.stripe_checkout.models import PaymentAttempt, Refund
from shop.stripe_checkout.reconciliation import differences
from shop.stripe_checkout.states import RETURN_PAGE, SHOPPER
from shop.stripe_checkout.sweeper import sweep_all
from shop.stripe_sandbox import disputes, payments, reviews, temper
from shop.stripe_sandbox import models as stand_in
from shop.stripe_sandbox.errors import ApiError, NotPossible
from tests.conftest import write_promises
from tests.factories import make_countries, make_product, make_voucher

Applicator = get_class("offer.applicator", "Applicator")
Basket = get_model("basket", "Basket")
Country = get_model("address", "Country")
Line = get_model("order", "Line")
Order = get_model("order", "Order")
ShippingAddress = get_model("order", "ShippingAddress")
Source = get_model("payment", "Source")
StockRecord = get_model("partner", "StockRecord")

OUR_CODE = str(Path(attempts.__file__).parents[1])  # the package "shop"
PAID = ("Paid", "Shipped", "Complete")
EXAMPLES, STEPS = 100, 40  # the numbers
A_STORY = 2  # examples: Hypothesis begins with the shortest one there is, and goes on with variations of the next one
LENGTHS = [1, *range(12, STEPS + 1)]  # the first one is that of the shortest story
VOLUMES = 4  # in which the stories are told, so that each core has its own
PAYER = payments.Payer("alex@example.com", "Alex Example")
CARDS = ["4242424242424242", "4000000000000002", "4000000000005126", "4000000000007726", "4000000000000259"]
API_FAULTS = ["error", "error_after_work", "disconnect", "disconnect_after_work", "rate_limit"]

QUANTITIES = [(1, 0), (2, 0), (0, 1), (1, 2)]
MOST_LINES = 400  # of our code that one request runs through
HAPPENINGS: list[tuple[Callable, Callable]] = []
AFTER_PAYMENT: list[tuple[Callable, Callable]] = []
HAPPENED: Counter = Counter()  # what the stories of a volume came to
BEGINNINGS = ["buying", "paying", "sending", "arriving", "arriving"]  # how far all went well
DICE = st.randoms(use_true_random=True)  # Hypothesis seeds it and draws no more


TO_HAPPEN = [  # in each volume, all of them often; what comes after happens often only in all volumes together
    "order paid", "parcel sent", "parcel arrived", "refund by hand", "return requested", "return approved",
]  # fmt: skip


class Crash(BaseException):
    """The process is gone."""


REFUSALS = (
    attempts.AttemptEnded,
    attempts.PaymentUnavailable,
    gateway.ProviderUnavailable,
    gateway.ProviderRefused,
    placing.CannotPlace,
    refunds.RefundRefused,
    TooLate,
    handling.CannotReturn,
    ReturnNotNow,
)


def happens(often: int = 1, *, to: Callable | None = None, after_payment: bool = False) -> Callable:
    """What may happen next, and to which rows: it does not happen where there are none.

    Most stories are about what comes after the payment, and three of four of their steps are.
    """

    def register(happening: Callable) -> Callable:
        HAPPENINGS.extend([(happening, to)] * often)
        if after_payment:
            AFTER_PAYMENT.extend([(happening, to)] * often)
        return happening

    return register


def attempts_made(shop):
    return PaymentAttempt.objects.filter(created_at__gte=shop.began).select_related("order").order_by("created_at")


def orders(shop):
    return Order.objects.filter(date_placed__gte=shop.began).order_by("pk")


def paid_orders(shop):
    return orders(shop).filter(status__in=PAID)


def orders_to_pack(shop):
    return orders(shop).filter(status="Paid", shipping_events=None)


def sent_orders(shop):
    return paid_orders(shop).filter(shipping_events__event_type__code=SENT).distinct()


def paid_attempts(shop):
    return attempts_made(shop).filter(state="succeeded")


def cases(shop):
    return Return.objects.filter(created_at__gte=shop.began).select_related("order").order_by("created_at")


def cases_to_decide(shop):
    return cases(shop).filter(state="requested")


def cases_under_way(shop):
    return cases(shop).filter(state="approved", kind="return")


def cases_to_refund(shop):
    return cases(shop).to_refund()


def stock(shop):
    return StockRecord.objects.filter(product__in=shop.products).order_by("pk")


def sessions(shop):
    return stand_in.CheckoutSession.objects.filter(created_at__gte=shop.began).order_by("created_at")


def open_sessions(shop):
    return sessions(shop).filter(status="open")


def undecided(shop):
    return sessions(shop).filter(intent__status="processing")


def paid(shop):
    return sessions(shop).filter(payment_status="paid")


def events(shop):
    return stand_in.Event.objects.filter(created_at__gte=shop.began).order_by("created_at", "pk")


def refunds_made(shop):
    return stand_in.Refund.objects.filter(charge__intent__session__in=sessions(shop)).order_by("created_at")


def open_disputes(shop):
    return stand_in.Dispute.objects.filter(charge__intent__session__in=sessions(shop)).order_by("created_at")


def open_reviews(shop):
    return stand_in.Review.objects.filter(charge__intent__session__in=sessions(shop)).order_by("created_at")


class Stories(RuleBasedStateMachine):
    stripe: SimpleNamespace  # the fixture

    @initialize(dice=DICE, steps=st.sampled_from(LENGTHS), begin=st.sampled_from(BEGINNINGS))
    def open_the_shop(self, dice, steps, begin):
        make_countries()
        write_promises()
        self.dice, self.steps = dice, steps
        self.began = timezone.now()
        self.voucher = make_voucher(code=f"ONCE{uuid4().hex[:8]}", usage="Single use")
        on_the_shelf = dice.randint(2, 4)
        self.products = [make_product(price=price, stock=on_the_shelf) for price in ("18.00", "3.33")]
        self.shelf = {record.pk: on_the_shelf for record in stock(self)}  # as whoever counted it last left it
        self.terms = {}
        self.is_about_goods = begin != "buying"
        self.baskets = [self._basket(), self._basket()]
        mail.outbox.clear()
        temper.misbehave(events="dropped")  # each reaches the shop when a story says so, or never
        self.staff_set_limits()
        self.buy()
        self._went_well(until=begin)

    @rule(dice=DICE)
    def go_on(self, dice):
        if not self.steps:
            return
        self.steps -= 1
        self.dice = dice
        HAPPENED["step"] += 1
        may = AFTER_PAYMENT if self.is_about_goods and dice.randrange(4) else HAPPENINGS
        for happening, to in dice.sample(may, len(may)):
            if to is None:
                happening(self)
                break
            if rows := list(to(self)):
                happening(self, dice.choice(rows))
                break
        self.money_adds_up()
        self.stock_is_true()
        self.one_confirmation_a_paid_order()
        self.nothing_leaves_that_was_called_off()
        self.no_more_leaves_than_was_bought()
        self.a_voucher_is_counted_once()
        self.no_line_goes_back_twice()
        self.no_unit_is_on_sale_twice()
        self.promises_bind_as_they_did()

    # --- The shopper ---------------------------------------------------------------------------------------------

    @happens(3)
    def buy(self):
        """Fill a basket, or change it, and press Pay; an unpaid order from the same basket is replaced."""
        who = self.dice.randrange(2)
        self.baskets[who].refresh_from_db()
        if self.baskets[who].status != "Open":
            self.baskets[who] = self._basket()
        basket = self.baskets[who]
        basket.flush()
        for product, quantity in zip(self.products, self.dice.choice(QUANTITIES), strict=True):
            if quantity:
                basket.add_product(product, quantity)
        basket.vouchers.set([self.voucher] if self.dice.choice([True, False]) else [])
        self._press_pay(basket.pk)

    @happens(to=attempts_made)
    def press_pay_again(self, attempt):
        if attempt.order.basket_id:
            self._press_pay(attempt.order.basket_id)

    @happens(to=attempts_made)
    def cancel(self, attempt):
        self._in_the_shop(lambda: attempts.cancel(attempt, cause=SHOPPER))

    @happens(2, to=attempts_made)
    def come_back(self, attempt):
        if attempt.session_id:
            self._in_the_shop(lambda: attempts.settle(attempt, cause=RETURN_PAGE))

    # --- At Stripe -----------------------------------------------------------------------------------------------

    @happens(4, to=open_sessions)
    def pay_by_card(self, session):
        card = payments.Card(self.dice.choice(CARDS), 12, 2040)
        with suppress(NotPossible):
            payments.pay(session_id=session.pk, card=card, payer=PAYER)

    @happens(to=open_sessions)
    def pay_by_bank_debit(self, session):
        with suppress(NotPossible):
            payments.pay_by_bank_debit(session_id=session.pk, payer=PAYER)

    @happens(to=undecided)
    def bank_decides(self, session):
        decide = payments.succeed_bank_debit if self.dice.choice([True, False]) else payments.fail_bank_debit
        decide(session_id=session.pk)

    @happens(to=open_sessions)
    def session_expires(self, session):
        with suppress(NotPossible):
            payments.expire(session_id=session.pk)

    @happens(to=paid)
    def refund_at_stripe(self, session):
        cents = self.dice.randint(1, session.amount_total)
        with suppress(ApiError):
            payments.refund(asked={"payment_intent": session.intent.pk, "amount": cents})

    @happens(to=refunds_made)
    def refund_goes_on(self, refund):
        go_on = self.dice.choice([payments.complete_refund, payments.fail_refund, payments.cancel_refund])
        go_on(refund_id=refund.pk)

    @happens(to=paid)
    def dispute(self, session):
        with suppress(NotPossible):
            disputes.open_dispute(payment_intent=session.intent.pk)

    @happens(to=open_disputes)
    def dispute_ends(self, dispute):
        with suppress(NotPossible):
            disputes.close(dispute_id=dispute.pk, won=self.dice.choice([True, False]))

    @happens(to=paid)
    def review(self, session):
        with suppress(NotPossible):
            reviews.open_review(payment_intent=session.intent.pk)

    @happens(to=open_reviews)
    def review_ends(self, review):
        with suppress(NotPossible):
            reviews.approve(review_id=review.pk)

    @happens()
    def answers_go_wrong(self):
        temper.misbehave(api=self.dice.choice(API_FAULTS), times=4)  # one more than the SDK tries

    # --- Between the two -----------------------------------------------------------------------------------------

    @happens(5, to=events)
    def webhook(self, event):
        """Any event, in any order, as often as it is drawn."""
        payload = event.payload | ({"id": f"evt_{uuid4().hex}"} if self.dice.choice([True, False]) else {})
        self._in_the_shop(lambda: self._told(payload))

    @happens()
    def sweep(self):
        self._in_the_shop(lambda: list(sweep_all()))

    @happens(to=attempts_made)
    def time_passes(self, attempt):
        """For one payment: its session has ended, and the sweeper's hour has come."""
        self._age(PaymentAttempt.objects.filter(pk=attempt.pk))
        self._age(sessions(self).filter(parameters__client_reference_id=str(attempt.pk)))

    # --- The staff -----------------------------------------------------------------------------------------------

    @happens(2, to=attempts_made)
    def refund_an_amount(self, attempt):
        amount = Decimal(self.dice.randint(1, 4000)) / 100
        asked = {"refund_id": uuid4(), "by": "staff@example.com", "amount": amount}
        for _ in range(self.dice.randint(1, 2)):  # the button pressed twice
            self._in_the_shop(lambda: refunds.ask(attempt=attempt, **asked))

    @happens(to=paid_attempts, after_payment=True)
    @happens(to=attempts_made)
    def refund_a_line(self, attempt):
        line = attempt.order.lines.first()
        returned = [refunds.Returned(line=line, quantity=1, restock=self.dice.choice([True, False]))]
        asked = {"refund_id": uuid4(), "by": "staff@example.com", "returned": returned}
        self._in_the_shop(lambda: refunds.ask(attempt=attempt, delivery=self.dice.choice([True, False]), **asked))

    @happens(to=paid_orders, after_payment=True)
    @happens(to=orders)
    def staff_moves_the_order(self, order):
        with suppress(NotNow):
            EventHandler().handle_order_status_change(order, self.dice.choice(Order.Status.values))

    @happens(2, to=paid_orders, after_payment=True)
    @happens(to=orders)
    def staff_sends_a_parcel(self, order):
        """One unit of a line of it, whether or not that may leave."""
        line = self.dice.choice(list(order.lines.all()))
        with suppress(NotNow):
            EventHandler().send(order, Parcel(carrier="ups"), {line: 1})

    @happens(2, to=sent_orders, after_payment=True)
    def what_is_under_way_arrives(self, order):
        with suppress(NotNow):
            EventHandler().arrive(order)

    @happens(2, to=orders_to_pack, after_payment=True)
    @happens(to=orders)
    def the_customer_calls_it_off(self, order):
        self._in_the_shop(lambda: call_off(order))

    @happens()
    def worker_moves_orders_on(self):
        move_on.func()

    # --- Returns and claims --------------------------------------------------------------------------------------

    @happens(6, to=sent_orders, after_payment=True)
    @happens(to=orders)
    def customer_returns_or_claims(self, order):
        kind, line = self.dice.choice(["return", "return", "claim"]), self.dice.choice(list(order.lines.all()))
        reason = self.dice.choice(["unsaid", "broken"])
        chosen = [handling.Chosen(line.pk, self.dice.randint(1, 2), reason)]
        asked = {"order": order, "kind": kind, "chosen": chosen, "token": uuid4(), "by": "the customer"}
        for _ in range(self.dice.randint(1, 2)):  # the form sent twice
            self._in_the_shop(lambda: handling.ask(**asked))

    @happens(to=cases_under_way, after_payment=True)
    @happens(to=cases, after_payment=True)
    def customer_takes_it_back(self, case):
        self._in_the_shop(lambda: handling.withdraw(case, by="the customer"))

    @happens(5, to=cases_under_way, after_payment=True)
    @happens(to=cases, after_payment=True)
    def return_comes(self, case):
        arrived = []
        for line in case.lines.all():
            sealed = self.dice.choice([0, line.quantity, line.quantity])
            restocked, opened = self.dice.choice([0, sealed, sealed]), line.quantity - sealed
            arrived.append(handling.Arrived(line.line_id, sealed=sealed, restocked=restocked, opened=opened))
        for _ in range(self.dice.randint(1, 2)):
            self._in_the_shop(lambda: handling.receive(case, arrived=arrived, by="staff@example.com"))

    @happens(5, to=cases_to_refund, after_payment=True)
    @happens(to=cases, after_payment=True)
    def staff_pays_it_back(self, case):
        for _ in range(self.dice.randint(1, 2)):  # the button pressed twice
            self._in_the_shop(lambda: paying_back.pay_back(case, by="staff@example.com"))

    @happens(4, to=cases_to_decide, after_payment=True)
    @happens(to=cases, after_payment=True)
    def staff_decides(self, case):
        approve = self.dice.choice([True, False])
        decide = handling.approve if approve else partial(handling.refuse, reason="No.")
        self._in_the_shop(lambda: decide(case, by="staff@example.com"))

    @happens()
    def staff_set_limits(self):
        """So that all wait for a person, or as good as none. How many came before is no matter: all stories are of one
        customer.
        """
        most = self.dice.choice([0, 10_000])
        Limits(return_amount=most, claim_amount=most, return_earlier=30000, claim_earlier=30000).save()

    @happens()
    @transaction.atomic
    def staff_promise_something_else(self):
        """A new version of a promise, for orders placed from now on."""
        slug = self.dice.choice([RETURNS, GUARANTEE])
        promise = Promise.objects.in_force().get(slug=slug)
        promise.pk, promise._state.adding = None, True
        promise.version, promise.in_force_from = Promise.objects.next_version(slug), timezone.now()
        promise.days, promise.condition = self.dice.choice([14, 30, 90]), self.dice.choice(["any", "unopened"])
        promise.pays_postage = self.dice.choice([True, False])
        promise.save()

    @happens()
    def worker_follows_refunds(self):
        self._in_the_shop(follow_refunds.func)

    @happens(to=stock)
    def stock_changes(self, record):
        """Somebody counts the shelf, which holds at least what is set aside."""
        there = (record.num_allocated or 0) + self.dice.randint(0, 2)
        self.shelf[record.pk] += there - record.num_in_stock
        stock(self).filter(pk=record.pk).update(num_in_stock=there)

    @happens()
    def worker_sends_mail(self):
        deliver_waiting.func()

    # --- After every step ----------------------------------------------------------------------------------------

    def money_adds_up(self):
        """What came in less what went out is what the paid orders say, in the ledger and in Oscar's own tables."""
        for order in orders(self).prefetch_related("sources", "ledger_entries", "payment_attempts"):
            made = order.payment_attempts.all()
            taken = [attempt for attempt in made if attempt.state == "succeeded"]
            odd = [attempt for attempt in made if attempt.state == "mismatched"]
            source = next(iter(order.sources.all()), None)
            assert (order.status in PAID) == bool(taken)
            assert sum(attempt.live for attempt in made) <= 1
            if taken:
                assert source.amount_debited == taken[0].paid_amount == order.total_incl_tax
                assert 0 <= source.amount_refunded <= source.amount_debited
            if not odd:
                said = source.amount_debited - source.amount_refunded if source else 0
                assert said == sum(entry.amount for entry in order.ledger_entries.all())
            for attempt in (*odd, *taken):
                charge = stand_in.Charge.objects.get(intent=attempt.payment_intent, status="succeeded")
                assert Decimal(charge.amount) / 100 == attempt.paid_amount

    def stock_is_true(self):
        for record in stock(self):
            allocated = record.num_allocated or 0
            assert 0 <= allocated <= record.num_in_stock
            lines = Line.objects.filter(stockrecord=record, order__status__in=("Pending payment", *PAID))
            assert allocated == (lines.aggregate(total=Sum("num_allocated"))["total"] or 0)

    def one_confirmation_a_paid_order(self):
        written = Letter.objects.filter(order__in=orders(self), code="ORDER_PLACED").values_list("order", flat=True)
        assert sorted(written) == [order.pk for order in orders(self).filter(status__in=PAID)]
        subjects = [letter.subject for letter in mail.outbox if "confirmed" in letter.subject]
        assert len(subjects) == len({*subjects})  # each names its order

    def nothing_leaves_that_was_called_off(self):
        off = orders(self).exclude(call_off=None)
        assert not off.exclude(status="Paid").exists()
        assert not off.exclude(shipping_events=None).exists()
        written = Letter.objects.filter(order__in=orders(self), code="ORDER_CALLED_OFF").values_list(
            "order", flat=True
        )
        assert sorted(written) == sorted(off.values_list("pk", flat=True))

    def no_more_leaves_than_was_bought(self):
        for line in lines_with_units(order__in=orders(self)):
            assert 0 <= line.arrived <= line.sent <= line.quantity
            assert line.refunded <= line.quantity
        letters = Letter.objects.filter(order__in=orders(self), code="ORDER_SHIPPED")
        assert letters.count() == Parcel.objects.filter(event__order__in=orders(self)).count()

    def a_voucher_is_counted_once(self):
        self.voucher.refresh_from_db()
        users = orders(self).exclude(status="Cancelled").filter(discounts__voucher_id=self.voucher.pk).distinct()
        assert self.voucher.num_orders == self.voucher.applications.count() == users.count()

    def no_line_goes_back_twice(self):
        """Refunded and restocked units are at most those bought; what is promised to returns too; one claim each."""
        for line in Line.objects.filter(order__in=orders(self)):
            assert refunds.returned_units(line) <= line.quantity
            back = line.return_lines.filter(case__state__in=("requested", "approved", "received", "refunded"))
            assert (back.aggregate(units=Sum("quantity"))["units"] or 0) <= line.quantity
            assert (line.return_lines.aggregate(units=Sum("restocked"))["units"] or 0) <= line.quantity
        for case in cases(self).filter(state="refunded"):
            assert paying_back.refund_of(case) is not None
        granted = cases(self).filter(kind="claim", state__in=("approved", "refunded"))
        products = list(granted.values_list("lines__line__product", flat=True))
        assert len(products) == len({*products})  # all orders here are of one customer

    def no_unit_is_on_sale_twice(self):
        """What stands on the shelf is what was counted there, less what left the house for good or for the customer's,
        and what came back stands there once: never more of a line than was bought of it.
        """
        for record in stock(self):
            sold = Line.objects.filter(stockrecord=record, order__status__in=PAID)
            gone = sum(line.quantity - line.num_allocated - on_sale_again(line) for line in sold)
            assert record.num_in_stock == self.shelf[record.pk] - gone
        for line in Line.objects.filter(order__in=orders(self)):
            by_returns = line.return_lines.aggregate(units=Sum("restocked"))["units"] or 0
            by_hand = line.refund_lines.filter(restock=True, refund__state__in=("pending", "succeeded"))
            claimed = by_returns + (by_hand.aggregate(units=Sum("quantity"))["units"] or 0)
            assert min(claimed, line.quantity) <= on_sale_again(line) <= line.quantity

    def promises_bind_as_they_did(self):
        """The version in force when an order was placed says what may be done with it, whatever was promised since."""
        sold = eligibility.orders().filter(pk__in=paid_orders(self))
        for rights in eligibility.survey(sold, Return.Kind.values):
            promise = rights.promise
            terms = (promise.pk, promise.days, promise.condition, promise.pays_postage)
            assert self.terms.setdefault((rights.order.pk, rights.kind), terms) == terms
            assert promise == Promise.objects.in_force(rights.order.date_placed).get(slug=promise.slug)
        for case in cases(self):
            assert case.promise_id == self.terms[case.order_id, case.kind][0]

    # --- At the end ----------------------------------------------------------------------------------------------

    def teardown(self):
        """Stripe is well again, time passes, the sweeper comes: nothing is left over, and both books say the same."""
        if not hasattr(self, "baskets"):
            return
        try:
            temper.behave()
            for session in undecided(self):
                payments.succeed_bank_debit(session_id=session.pk)
            self._age(open_sessions(self))
            self._age(attempts_made(self).live())
            for _ in range(2):  # the second one sees what the first one gave back
                list(sweep_all())
                for refund in refunds_made(self):
                    payments.complete_refund(refund_id=refund.pk)
            list(sweep_all())
            follow_refunds.func()
            deliver_waiting.func()
            for case in cases(self):
                refund = paying_back.refund_of(case)
                assert case.state == "refunded" or refund is None or not refund.stands
            self._note_what_happened()
            assert not attempts_made(self).live()
            undecided_refunds = Refund.objects.filter(state__in=(Refund.State.CREATED, Refund.State.PENDING))
            assert not undecided_refunds.filter(attempt__in=attempts_made(self))
            assert list(differences(since=self.began, until=timezone.now() + timedelta(hours=1))) == []
            for session in paid(self):
                attempt = PaymentAttempt.objects.get(pk=session.parameters["client_reference_id"])
                back = attempt.refunds.filter(state__in=Refund.LOST).exists() or not attempt.refundable
                assert attempt.state == "succeeded" or back
        finally:
            stand_in.Event.objects.all().delete()

    # -------------------------------------------------------------------------------------------------------------

    def _went_well(self, until: str) -> None:
        """Most of what there is to say about parcels and returns begins late in the life of an order."""
        for session in open_sessions(self) if until != "buying" else ():
            payments.pay(session_id=session.pk, card=payments.Card(CARDS[0], 12, 2040), payer=PAYER)
        for attempt in attempts_made(self):
            self.come_back(attempt)
        for order in paid_orders(self).filter(status="Paid") if until in ("sending", "arriving") else ():
            EventHandler().handle_order_status_change(order, "Shipped")
            if until == "arriving":
                EventHandler().arrive(order)

    def _note_what_happened(self) -> None:
        steps = Step.objects.filter(case__in=cases(self)).exclude(what=Step.NOTE)
        HAPPENED.update(f"{kind} {what}" for kind, what in steps.values_list("case__kind", "what"))
        parcels = Parcel.objects.filter(event__order__in=orders(self))
        by_hand = Refund.objects.filter(
            attempt__in=attempts_made(self), asked_by="staff@example.com", state="succeeded"
        )
        disputes_lost = attempts_made(self).filter(holds__status="lost")
        restocked = ReturnLine.objects.filter(case__in=cases(self), restocked__gt=0)
        HAPPENED["order paid"] += paid_orders(self).count()
        HAPPENED["parcel sent"] += parcels.count()
        HAPPENED["parcel arrived"] += parcels.exclude(arrival=None).count()
        HAPPENED["order called off"] += orders(self).exclude(call_off=None).count()
        HAPPENED["refund by hand"] += by_hand.exclude(lines__of_sent=True).count()
        HAPPENED["line restocked by a return"] += restocked.count()
        HAPPENED["line restocked by hand"] += by_hand.filter(lines__restock=True).count()
        HAPPENED["dispute lost"] += disputes_lost.count()

    def _press_pay(self, basket_id: int) -> None:
        basket = Basket.objects.get(pk=basket_id)
        basket.strategy = Default()
        basket.strategy.basket = basket
        if basket.status != "Open" or not basket.num_lines:
            return
        Applicator().apply(basket, AnonymousUser())
        purchase = placing.Purchase(
            user=AnonymousUser(),
            email="alex@example.com",
            address=ShippingAddress(
                first_name="Alex", last_name="Example", line1="12 Sample Street", line4="Austin", country_id="US"
            ),
            method_code="standard",
            seen=quote(basket).fingerprint,
            origin="https://shop.example",
        )

        def pay() -> None:
            _order, attempt = placing.place(basket=basket, purchase=purchase)
            if attempt:
                attempts.send_to_stripe(attempt)

        self._in_the_shop(pay)

    def _in_the_shop(self, work: Callable[[], object]) -> None:
        """Do it, as far as the shop and Stripe allow; one time in four the process dies on the way."""
        lines = self.dice.randrange(4) == 0 and self.dice.randint(1, MOST_LINES)

        def count(frame, event, _arg):
            nonlocal lines
            if not frame.f_code.co_filename.startswith(OUR_CODE):
                return None
            if event == "line":
                lines -= 1
                if lines == 0:
                    raise Crash
            return count

        before = sys.gettrace()
        try:
            if lines:
                sys.settrace(count)
            work()
        except Crash:
            # Raised as a block is left, it leaves a transaction open; a database ends that of a process that is gone.
            connection.close()
            connection.connect()
        except REFUSALS:
            pass
        finally:
            sys.settrace(before)

    def _told(self, payload: dict) -> None:
        answer = self.stripe.deliver(Client(), payload)
        assert answer.status_code in (200, 503)

    def _basket(self):
        basket = Basket.objects.create()
        basket.strategy = Default()
        return basket

    @staticmethod
    def _age(rows) -> None:
        rows.update(expires_at=timezone.now() - timedelta(hours=1))


@pytest.mark.slow
@pytest.mark.stories
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("volume", range(VOLUMES))
def test_money_stock_and_mail_add_up_whatever_happens(stripe, request, monkeypatch, volume):
    monkeypatch.setattr(HTTPClient, "INITIAL_DELAY", 0)  # between the SDK's retries; nobody else is waiting
    monkeypatch.setattr(HTTPClient, "MAX_DELAY", 0)
    Stories.stripe = stripe
    HAPPENED.clear()
    stories = request.config.getoption("--stories")
    known = stories == EXAMPLES  # the same code has the same outcome in CI; more stories are new ones
    for number in range(ceil(stories / VOLUMES)):
        run_state_machine_as_test(
            seed(volume * EXAMPLES + number)(Stories) if known else Stories,
            settings=settings(
                max_examples=A_STORY,
                stateful_step_count=STEPS,
                deadline=None,
                derandomize=known,
                suppress_health_check=list(HealthCheck),
                print_blob=True,
            ),
        )
    told = "\n".join(f"{number} × {what}" for what, number in sorted(HAPPENED.items()))
    request.node.add_report_section("call", "what happened", told)  # `pytest -rP` shows it
    if known:
        assert [what for what in TO_HAPPEN if not HAPPENED[what]] == []  # else its invariants are tried by nothing
