"""What happens to a return, from the request to the money: each step under the lock of its order, written down, and
said to whoever waits for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from shop.returns import letters, paying_back
from shop.returns.deadlines import due_on
from shop.returns.eligibility import CLAIMED, NOT_PAID, keys_of_customer, keys_of_product, rights
from shop.returns.limits import why_a_person
from shop.returns.locks import lock
from shop.returns.models import ClaimRight, Return, ReturnLine, Step, mark_of
from shop.returns.shelf import put_on_sale
from shop.returns.states import NotNow, move, write
from shop.stripe_checkout import locks
from shop.stripe_checkout.models import PaymentAttempt
from shop.stripe_checkout.refunds import RefundRefused

Order = get_model("order", "Order")
State = Return.State

THE_SHOP = "the shop itself"
TOO_MANY = _("Less of it can go back now than you chose. Please look at the numbers again.")
OF_ANOTHER_ORDER = _("This form is out of date. Please open the page again.")
OF_NOBODY = _("Your account was deleted meanwhile, and its orders with it. Write to us if something is to go back.")
NOTHING_CHOSEN = _("Choose what goes back, and how many of it.")


class CannotReturn(Exception):
    """Nothing was asked for and nothing changed. The message tells the customer why."""

    def __init__(self, message: str | LazyText) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Chosen:
    """Units of an order line that a customer wants to send back or claims, and why."""

    line_id: int
    quantity: int
    reason: str = ReturnLine.Reason.UNSAID
    words: str = ""


@dataclass(frozen=True)
class Arrived:
    """How the units of a line of a return came, and how many of the unopened ones go back on sale."""

    line_id: int
    sealed: int = 0
    opened: int = 0
    damaged: int = 0
    restocked: int = 0


def ask(*, order: Any, kind: str, chosen: Sequence[Chosen], token: UUID, by: str) -> Return:
    """Ask to send something back, or claim the guarantee. Within the limits it is approved by itself, and a claim is
    paid back too; else it waits for a person.

    `token` is made with the form: sent twice, it is one return.

    Raises CannotReturn when any of it can no longer go back, or was claimed by another request at the same moment.
    """
    payment = PaymentAttempt.objects.filter(order=order, state=PaymentAttempt.State.SUCCEEDED).first()
    if payment is None:
        raise CannotReturn(NOT_PAID)
    if not chosen:
        raise CannotReturn(NOTHING_CHOSEN)
    with transaction.atomic():
        order, _payment = locks.lock(payment)
        if order.belongs_to_nobody:
            raise CannotReturn(OF_NOBODY)
        earlier = Return.objects.filter(token=token).first()
        if earlier is not None:
            if earlier.order_id != order.pk:
                raise CannotReturn(OF_ANOTHER_ORDER)
            return earlier
        case = _write_request(order, kind, chosen, token, by)
        case.waits_because = why_a_person(case, paying_back.worth(case))
        if case.waits_because:
            case.save(update_fields=["waits_because"])
            letters.requested(case)
            letters.waits(case)
        else:
            _approve(case, by=THE_SHOP)
    case.refresh_from_db()
    return case


def withdraw(case: Return, *, by: str) -> None:
    """The customer keeps it after all. Raises NotNow when it has come, or its money is on its way."""
    with transaction.atomic():
        case = lock(case)
        if not case.can_be_withdrawn:
            raise NotNow(f"{case} is {case.state}.")
        move(case, State.WITHDRAWN, by=by)
        case.claim_rights.all().delete()
        letters.withdrawn(case)


def approve(case: Return, *, by: str) -> None:
    """A person approves what waited; a claim is paid back. Raises NotNow when somebody decided before."""
    with transaction.atomic():
        _approve(lock(case), by=by)


def refuse(case: Return, *, reason: str, by: str) -> None:
    """Refuse it; the customer reads why. Raises NotNow when it is decided, or its money is on its way back."""
    with transaction.atomic():
        case = lock(case)
        if paying_back.is_on_its_way(case):
            raise NotNow("Its money is on its way back.")
        if any(line.restocked for line in case.lines.all()) and paying_back.worth(case):
            raise NotNow("Some of it is on sale again, so its money is due: refund it.")
        case.refusal = reason
        move(case, State.REFUSED, by=by, note=reason)
        case.claim_rights.all().delete()
        letters.refused(case)


def receive(case: Return, *, arrived: Sequence[Arrived], by: str) -> None:
    """Write down what came in which state, and put on sale what may be sold. It happens once.

    Raises NotNow when it was received before, for more units than were to come, and for more on sale than ever left.
    """
    with transaction.atomic():
        case = lock(case)
        if case.state != State.APPROVED or case.is_claim:
            raise NotNow(f"{case} is {case.state}; only an approved return can be received.")
        lines = {line.line_id: line for line in case.lines.select_related("line__stockrecord__product__product_class")}
        for each in arrived:
            if each.line_id not in lines:
                raise NotNow("A line of another return was chosen. Please open the page again.")
            _grade(lines[each.line_id], each)
        move(case, State.RECEIVED, by=by, note="; ".join(map(_graded, lines.values())))
        put_on_sale(list(lines.values()))
        letters.received(case)


def send_label(case: Return, *, url: str, by: str) -> None:
    """Give the customer the prepaid label that lies at this address. Raises NotNow when nothing waits to be sent."""
    with transaction.atomic():
        case = lock(case)
        if case.state != State.APPROVED or case.is_claim:
            raise NotNow(f"{case} is {case.state}; a label is for an approved return.")
        case.label_url, case.due_on = url, None
        case.save(update_fields=["label_url", "due_on", "updated_at"])
        write(case, Step.NOTE, by=by, note=f"Prepaid label: {url}")
        letters.label(case)


def note(case: Return, *, text: str, by: str) -> None:
    """Something for colleagues; the customer does not see it."""
    write(case, Step.NOTE, by=by, note=text)


def _write_request(order: Any, kind: str, chosen: Sequence[Chosen], token: UUID, by: str) -> Return:
    allowed = rights(order.pk, kind)
    for each in chosen:
        right = allowed.of(each.line_id)
        if right is None:
            raise CannotReturn(OF_ANOTHER_ORDER)
        if not 0 < each.quantity <= right.quantity:
            raise CannotReturn(right.why_not or TOO_MANY)
    case = Return.objects.create(
        order=order, kind=kind, promise_id=allowed.promise_id, asked_by=by, customer=mark_of(order.email), token=token
    )
    ReturnLine.objects.bulk_create(
        ReturnLine(case=case, line_id=each.line_id, quantity=each.quantity, reason=each.reason, words=each.words)
        for each in chosen
    )
    if case.is_claim:
        _use_guarantee(case)
    case.due_on = due_on(case, State.REQUESTED, case.created_at)
    case.save(update_fields=["due_on", "updated_at"])
    write(case, State.REQUESTED, by=by)
    return case


def _use_guarantee(case: Return) -> None:
    """Raises CannotReturn when the customer has used it for one of the products, be it in this very moment."""
    products = {key for each in case.lines.select_related("line__product") for key in keys_of_product(each.line)}
    customers = keys_of_customer(case.order)
    try:
        with transaction.atomic():
            ClaimRight.objects.bulk_create(
                ClaimRight(case=case, product=product, customer=customer)
                # In one order everywhere: two that use the same ones do not wait for each other in a circle.
                for product in sorted(products)
                for customer in sorted(customers)
            )
    except IntegrityError as error:
        raise CannotReturn(CLAIMED) from error


def _approve(case: Return, *, by: str) -> None:
    move(case, State.APPROVED, by=by)
    letters.approved(case)
    if case.is_claim:
        try:
            paying_back.pay_back(case, by=by)
        except (NotNow, RefundRefused) as error:
            write(case, Step.NOTE, by=THE_SHOP, note=f"Its money could not be asked for: {error}")
            letters.unpaid(case, str(error))


def _grade(line: ReturnLine, each: Arrived) -> None:
    line.sealed, line.opened, line.damaged, line.restocked = each.sealed, each.opened, each.damaged, each.restocked
    if line.received > line.quantity:
        raise NotNow(f"Of {line.line.title}, {line.quantity} were to come, not {line.received}.")
    if line.restocked > line.sealed:
        raise NotNow(f"Of {line.line.title}, {line.sealed} came unopened; only those can go back on sale.")
    line.save(update_fields=["sealed", "opened", "damaged", "restocked"])


def _graded(line: ReturnLine) -> str:
    return (
        f"{line.line.title}: {line.sealed} unopened ({line.restocked} back on sale), {line.opened} opened, "
        f"{line.damaged} damaged, of {line.quantity}"
    )
