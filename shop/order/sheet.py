"""An order as whoever placed it sees it: where it stands in plain words, what is in it, what it came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timeuntil
from django.utils.translation import gettext as _
from oscar.core.loading import get_model
from oscar.templatetags.currency_filters import currency

from shop.order import links
from shop.order.templatetags.order_status import order_status
from shop.parcels.calling_off import why_not
from shop.parcels.tracking import READS, Shipment, shipments
from shop.stripe_checkout.models import PaymentAttempt

Order = get_model("order", "Order")
Status = Order.Status
State = PaymentAttempt.State


@dataclass(frozen=True)
class Standing:
    """Where an order stands: a short title, what there is to say, and what happens next, step by step."""

    title: str
    says: Sequence[str] = ()
    steps: Sequence[str] = ()


@dataclass(frozen=True)
class Sheet:
    """What the page of an order shows. Money is in the order's currency."""

    order: Any
    standing: Standing
    paid: Decimal
    refunded: Decimal
    payment_url: str
    """Where the reader can go on to pay; empty where there is nothing to pay, or somebody else has to."""
    can_be_called_off: bool
    call_off_url: str
    """Where the reader can cancel what is paid and not sent; empty where it is too late, or somebody else has to."""
    invoice_url: str
    """Empty while nothing is sold."""
    shipments: Sequence[Shipment]

    @property
    def is_sale(self) -> bool:
        return self.order.status in Order.SOLD

    @property
    def total_label(self) -> str:
        if self.paid:
            return _("Paid at Stripe")
        return _("Paid") if self.is_sale else _("Total")


def orders() -> QuerySet[Any]:
    """Orders with all that their sheets read, in as many queries for forty lines as for one."""
    return Order.objects.select_related("user", "shipping_address__country", "call_off").prefetch_related(
        "lines__product__images",
        "lines__product__parent__images",
        "payment_attempts__holds",
        "payment_attempts__refunds",
        *READS,
        "returns",
        "sources",
    )


def sheet(order: Any, *, can_pay: bool, signature: str = "") -> Sheet:
    """Give the sheet of an order; `can_pay` where the reader is known to be the one who placed it, `signature` where
    he came by a link (shop.order.links).
    """
    paid = sum((source.amount_debited for source in order.sources.all()), Decimal("0.00"))
    refunded = sum((source.amount_refunded for source in order.sources.all()), Decimal("0.00"))
    can_be_called_off = not why_not(order)
    at_stripe = next((each for each in order.payment_attempts.all() if each.state == State.OPEN), None)
    return Sheet(
        order=order,
        standing=_standing(order, paid, refunded, can_pay),
        paid=paid,
        refunded=refunded,
        payment_url=reverse("checkout:unpaid", args=[at_stripe.pk]) if at_stripe and can_pay else "",
        can_be_called_off=can_be_called_off,
        call_off_url=links.path_to_cancel(order) if can_be_called_off and can_pay else "",
        invoice_url=links.path_to_invoice(order, signature) if order.status in Order.SOLD else "",
        shipments=shipments(order),
    )


def _standing(order: Any, paid: Decimal, refunded: Decimal, can_pay: bool) -> Standing:
    if order.status == Status.PENDING_PAYMENT:
        return _pending(order, can_pay)
    if order.status == Status.CANCELLED:
        return _cancelled(order)
    back = _back(order, refunded)
    if getattr(order, "call_off", None):
        return _called_off(order, paid, back)
    if order.status == Status.PAID and paid and refunded >= paid:
        return Standing(_("Refunded in full."), back)
    if order.status == Status.PAID and order.shipping_events.all():
        return Standing(
            _("Paid: a part is on its way."), [_("We send the rest as soon as it is packed, and write to you."), *back]
        )
    if order.status == Status.PAID:
        return Standing(_("Paid: being packed."), back, _next_steps(order))
    if order.status == Status.SHIPPED:
        return Standing(_("Shipped: on its way."), [_journey(order), *back])
    if order.status == Status.COMPLETE:
        return Standing(
            _("Complete."),
            [_("It should be with you. If it is not, or something is wrong with it, write to us."), *back],
        )
    return Standing(order_status(order.status), back)


def _pending(order: Any, can_pay: bool) -> Standing:
    title = _("Waiting for payment.")
    if any(each.held for each in order.payment_attempts.all()):
        return _looked_into()
    attempt = next((each for each in order.payment_attempts.all() if each.live), None)
    if attempt is None:
        return Standing(title)
    if attempt.state == State.PROCESSING:
        says = _("Your bank is still at it; some take a few days. We write to you when the payment is through.")
        return Standing(title, [_("Everything in it is reserved for you."), says])
    if attempt.expires_at <= timezone.now():
        return Standing(title, [_("Its time is over. If you have paid, the confirmation comes by itself.")])
    kept = _("Nothing was charged yet. We keep everything in it for you for another %(time)s; then it ends by itself.")
    says = [kept % {"time": timeuntil(attempt.expires_at)}]
    if not can_pay:
        says.append(_("To pay, go back to the browser in which you ordered."))
    return Standing(title, says)


def _cancelled(order: Any) -> Standing:
    attempts = order.payment_attempts.all()
    if any(each.held for each in attempts):
        return _looked_into()
    if any(each.paid_amount for each in attempts):
        says = _("Your payment goes back to where it came from. Banks take five to ten business days to show it.")
    else:
        says = _("Nothing was charged, and nothing is sent.")
    return Standing(_("Cancelled."), [says])


def _called_off(order: Any, paid: Decimal, back: Sequence[str]) -> Standing:
    day = date_format(timezone.localdate(order.call_off.at))
    says = _("You cancelled it on %(day)s, before anything left. Nothing is sent.") % {"day": day}
    if not paid:
        money = [_("Nothing was charged for it.")]
    else:
        money = back or [_("We are paying back what you paid, and it goes to where it came from.")]
    return Standing(_("Cancelled."), [says, *money])


def _looked_into() -> Standing:
    """Money came that does not fit the order, and a person decides: see shop.stripe_checkout.attempts."""
    return Standing(
        _("We have your payment and are looking into it."),
        [
            _("Something does not fit, so one of us looks at it before it is packed, and writes to you."),
            _("You lose nothing: what cannot be sent is paid back."),
        ],
    )


def _next_steps(order: Any) -> list[str]:
    return [_("We pack it on the next business day."), _("You get an email when it leaves."), _journey(order)]


def _journey(order: Any) -> str:
    return _("It travels by %(method)s delivery to the address below.") % {"method": order.shipping_method.lower()}


def _back(order: Any, refunded: Decimal) -> list[str]:
    if not refunded:
        return []
    says = _("%(amount)s went back to where it came from. Banks take five to ten business days to show it.")
    return [says % {"amount": currency(refunded, order.currency)}]
