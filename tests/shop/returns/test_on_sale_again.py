"""What comes back stands on the shelf once, by whatever ways its money and its goods go."""

from importlib import import_module
from uuid import uuid4

import html5lib
import pytest
from django.apps import apps
from django.db import IntegrityError
from django.urls import reverse
from oscar.core.loading import get_model

from shop.parcels.models import BackOnSale
from shop.returns import handling
from shop.returns.states import NotNow
from shop.stripe_checkout import refunds
from shop.stripe_checkout.models import Refund, RefundLine
from shop.stripe_checkout.refund_form import RefundForm
from shop.stripe_sandbox import payments
from tests.shop.returns.test_handling import by_hand, came, pay_back

StockRecord = get_model("partner", "StockRecord")
MIGRATION = import_module("shop.returns.migrations.0002_back_on_sale")

pytestmark = pytest.mark.django_db(transaction=True)


def on_the_shelf() -> int:
    return StockRecord.objects.get().num_in_stock


@pytest.fixture
def shelf(sent) -> int:
    """How many stood there once the order had left."""
    return on_the_shelf()


def bank_refuses(order, refund: Refund) -> None:
    """Long after it seemed to have gone through."""
    payments.fail_refund(refund_id=refund.stripe_id)
    refunds.mirror(order.payment_attempts.get(), cause=refunds.Cause("a test"))


def test_unit_of_a_return_is_not_put_on_sale_by_hand_before_its_money_went_back(sent, shelf, asks):
    case = asks(1)
    came(case, sealed=1, restocked=1)
    with pytest.raises(refunds.RefundRefused):
        by_hand(sent, quantity=2, restock=True)
    pay_back(case)
    assert on_the_shelf() == shelf + 1


def test_refund_form_says_which_units_are_refunded_at_their_return(admin_client, sent, asks):
    case, line = asks(1), sent.lines.get()
    url = reverse("dashboard:order-refund", args=[sent.number])
    page = html5lib.parse(admin_client.get(url).content.decode(), namespaceHTMLElements=False)
    [link] = [each for each in page.iter("a") if each.text == case.number]
    assert admin_client.get(link.get("href")).status_code == 200
    fields = RefundForm(attempt=sent.payment_attempts.get()).initial | {f"quantity_{line.pk}": "2", "reason": "Both"}
    answer = admin_client.post(url, fields | {"refund_id": str(uuid4())})
    assert f"Of {line.title}, 1 can still be given back." in answer.content.decode()
    assert not Refund.objects.exists()


def test_unit_that_was_put_on_sale_by_hand_does_not_go_on_sale_with_a_return(sent, shelf, asks):
    by_hand(sent, quantity=1, restock=True)
    with pytest.raises(handling.CannotReturn):
        asks(2)
    case = asks(1)
    came(case, sealed=1, restocked=1)
    pay_back(case)
    assert on_the_shelf() == shelf + 2


def test_unit_is_put_on_sale_once_though_its_refund_by_hand_is_made_twice(sent, shelf):
    bank_refuses(sent, by_hand(sent, quantity=1, restock=True))
    by_hand(sent, quantity=1, restock=True)
    assert on_the_shelf() == shelf + 1


def test_unit_of_a_return_is_put_on_sale_once_though_its_money_goes_by_hand_in_the_end(sent, shelf, asks):
    case = asks(1)
    came(case, sealed=1, restocked=1)
    bank_refuses(sent, pay_back(case))
    by_hand(sent, quantity=1, restock=True)
    assert on_the_shelf() == shelf + 1


def test_other_unit_still_goes_on_sale_after_that(sent, shelf, asks):
    case = asks(1)
    came(case, sealed=1, restocked=1)
    pay_back(case)
    by_hand(sent, quantity=1, restock=True)
    assert on_the_shelf() == shelf + 2


def test_return_whose_goods_are_on_sale_again_is_paid_and_not_refused(asks):
    case = asks(2)
    came(case, sealed=1, opened=1, restocked=1)
    with pytest.raises(NotNow, match="on sale again, so its money is due"):
        handling.refuse(case, reason="Opened.", by="staff@example.com")
    assert pay_back(case).stands


def test_return_cannot_put_more_on_sale_than_the_line_has_left(sent, shelf, asks):
    case = asks(2)
    BackOnSale.objects.create(line=sent.lines.get(), bought=2, units=1)  # as by a way that nobody thought of
    with pytest.raises(NotNow, match="1 of 2 are on sale again already"):
        came(case, sealed=2, restocked=2)
    case.refresh_from_db()
    assert (case.state, on_the_shelf()) == ("approved", shelf)


def test_database_keeps_units_on_sale_again_below_those_bought(sent):
    with pytest.raises(IntegrityError, match="no_more_on_sale_again_than_bought"):
        BackOnSale.objects.create(line=sent.lines.get(), bought=2, units=3)


def test_migration_counts_what_went_on_sale_before_it_was_counted(sent, asks):
    bank_refuses(sent, by_hand(sent, quantity=1, restock=True))
    case = asks(1)
    came(case, sealed=1, restocked=1)
    pay_back(case)
    counted, said = BackOnSale.objects.get().units, sorted(RefundLine.objects.values_list("on_sale", flat=True))
    BackOnSale.objects.all().delete()
    RefundLine.objects.update(on_sale=0)
    for _ in range(2):
        MIGRATION.count(apps, None)
    assert (BackOnSale.objects.get().units, counted) == (2, 2)
    assert sorted(RefundLine.objects.values_list("on_sale", flat=True)) == said == [1, 1]


def test_migration_leaves_refunds_that_never_went_through(sent):
    sent.payment_attempts.update(payment_intent="pi_unknown")
    assert by_hand(sent, quantity=1, restock=True).state == "failed"
    MIGRATION.count(apps, None)
    assert not BackOnSale.objects.exists()
