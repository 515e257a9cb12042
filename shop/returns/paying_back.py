"""The money of a return: what the promise gives, asked for through the payments, once."""

from decimal import Decimal

from django.db import transaction

from shop.returns.locks import lock_with_payment
from shop.returns.models import Return
from shop.returns.states import MOVES, NotNow, move, write
from shop.stripe_checkout import refunds
from shop.stripe_checkout.models import PaymentAttempt, Refund
from shop.stripe_checkout.refund_form import deal_with
from shop.stripe_checkout.troubles import refunds_refused

State = Return.State


def pay_back(case: Return, *, by: str) -> Refund:
    """Give back what the promise gives for a return that came or a claim that was approved.

    Pressed twice it is one refund. Where a bank or Stripe did not take the last one, the next one is asked for. Stripe
    is asked when the transaction is committed; the return is refunded when Stripe has taken it, see `follow`.

    Raises NotNow when it is not its time, RefundRefused when the payment does not have that much left.
    """
    with transaction.atomic():
        case, payment = lock_with_payment(case)
        earlier = refund_of(case)
        if earlier is not None and earlier.stands:
            return earlier
        if earlier is not None:
            _try_again(case, earlier, by)
        elif State.REFUNDED not in MOVES[case.kind][case.state]:
            raise NotNow(f"{case} is {case.state}; it is not time for its money.")
        if refunds_refused(payment):
            raise NotNow("The payment is disputed. Stripe gives nothing back until that is decided.")
        refund = refunds.ask(
            attempt=payment,
            refund_id=case.refund_id,
            by=by,
            amount=worth(case),
            # What goes on sale was put there when it came; money that comes back and goes again moves no goods.
            returned=[
                refunds.Returned(each.line, each.due, restock=False, of_sent=True, on_sale=each.restocked)
                for each in _due(case)
            ],
            delivery=_delivery(case, payment) > 0,
            reason=f"{case.get_kind_display()} {case.number}",
        )
        transaction.on_commit(lambda: follow(case), robust=True)  # no partial: Django logs failures by __qualname__
    return refund


def follow(case: Return) -> None:
    """A return is refunded once Stripe has taken the refund, or a person has paid it in another way."""
    with transaction.atomic():
        case, _payment = lock_with_payment(case)
        refund = refund_of(case)
        if refund is not None and has_gone(refund) and State.REFUNDED in MOVES[case.kind][case.state]:
            move(case, State.REFUNDED, by=refund.asked_by, note=f"{refund.amount} {refund.currency}")


def has_gone(refund: Refund) -> bool:
    """Whether its money is with the customer, or on its way there."""
    return refund.state in (Refund.State.PENDING, Refund.State.SUCCEEDED) or refund.dealt_with


def refund_of(case: Return) -> Refund | None:
    """The last refund that was asked for."""
    return Refund.objects.filter(pk=case.refund_id).first()


def is_on_its_way(case: Return) -> bool:
    """Whether its money went back, or was asked to."""
    refund = refund_of(case)
    return refund is not None and refund.stands


def can_be_paid(case: Return, refund: Refund | None) -> bool:
    """Whether a person may ask for its money: for the first time, or again after it did not go through."""
    if refund is not None:
        return not refund.stands and not refund.dealt_with and case.state not in (State.REFUSED, State.WITHDRAWN)
    return State.REFUNDED in MOVES[case.kind][case.state]


def worth(case: Return) -> Decimal:
    """What goes back in the order's currency: the price of the units after discounts and tax; and where the fault is
    ours, the delivery charge, once an order. Never more than is left of what was paid, where some of it was given back
    by hand. Before something has come, that is for all that was asked for.
    """
    is_awaited = not case.is_claim and case.state in (State.REQUESTED, State.APPROVED)
    units = {each.line: each.quantity if is_awaited else each.due for each in _lines(case)}
    price = sum((refunds.price_of(line, quantity) for line, quantity in units.items() if quantity), Decimal("0.00"))
    payment = PaymentAttempt.objects.filter(order=case.order_id, state=PaymentAttempt.State.SUCCEEDED).first()
    return min(price + _delivery(case, payment), payment.refundable) if payment else price


def _delivery(case: Return, payment: PaymentAttempt) -> Decimal:
    is_awaited = not case.is_claim and case.state in (State.REQUESTED, State.APPROVED)
    ours = any(each.is_our_fault and (is_awaited or each.due) for each in _lines(case))
    before = payment.refunds.standing().filter(delivery=True).exists()
    charge: Decimal = case.order.shipping_incl_tax
    return charge if ours and not before else Decimal("0.00")


def _lines(case: Return) -> list:
    lines = list(case.lines.select_related("line"))
    for each in lines:
        each.case = case
    return lines


def _due(case: Return) -> list:
    return [each for each in _lines(case) if each.due]


def _try_again(case: Return, earlier: Refund, by: str) -> None:
    if not can_be_paid(case, earlier):
        raise NotNow("The customer got this money in another way.")
    deal_with(Refund.objects.filter(pk=earlier.pk))
    case.refund_try += 1
    case.save(update_fields=["refund_try", "updated_at"])
    write(case, "note", by=by, note=f"{earlier.amount} {earlier.currency} did not go back: {earlier.failure}")
