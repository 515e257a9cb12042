"""From a basket to a pending order with a payment attempt: all of it or nothing.

The basket stays open until the money is here. Whoever comes back from Stripe's page finds it as he left it, and the
order is only taken out of it when it is paid (shop.order.lifecycle).
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext
from oscar.apps.order.exceptions import UnableToPlaceOrder
from oscar.core.loading import get_class, get_model
from oscar.templatetags.currency_filters import currency

from shop.checkout.quote import Quote, quote
from shop.order import lifecycle
from shop.partner.models import OutOfStock
from shop.stripe_checkout import attempts
from shop.stripe_checkout.minor_units import UnsupportedCurrency, maximum_charge, minimum_charge
from shop.stripe_checkout.models import PaymentAttempt
from shop.stripe_checkout.states import SHOPPER

Applicator = get_class("offer.applicator", "Applicator")
Basket = get_model("basket", "Basket")
OrderCreator = get_class("order.utils", "OrderCreator")
UserAddress = get_model("address", "UserAddress")

# A session that is about to close is no place to send a shopper to.
TIME_TO_PAY = timedelta(minutes=10)
TRIES = 3


class CannotPlace(Exception):
    """No order was placed and nothing changed. The message tells the shopper what to do."""


class QuoteChanged(CannotPlace):
    """Price, discount or delivery cost differ from what the shopper saw."""


class BasketGone(Exception):
    """The basket was deleted, with the account that it belonged to."""


class SoldOut(CannotPlace):
    """Something in the basket has just gone."""


@dataclass(frozen=True)
class Purchase:
    """What the shopper asks for: an unsaved shipping address, where the receipt goes, how the order travels, the
    fingerprint of the quote that he saw, and the origin (scheme and host) to come back to."""

    user: Any
    email: str
    address: Any
    method_code: str
    seen: str
    origin: str

    @property
    def fingerprint(self) -> str:
        """Equal when all of it is equal: pressing Pay twice is one purchase."""
        parts = [self.seen, self.email, self.method_code, *self.address.active_address_fields()]
        return sha256("\n".join(map(str, parts)).encode()).hexdigest()


def place(*, basket: Any, purchase: Purchase) -> tuple[Any, PaymentAttempt | None]:
    """Place the order and start its payment. Gives the pending order and its attempt, or None when it costs nothing.

    An unpaid order from the same basket is carried on with when it is the same purchase, and replaced when it is not:
    its session is closed at Stripe first. Two clicks, two tabs: one order, one open session.

    Raises CannotPlace or BasketGone (nothing changed), AttemptEnded when the earlier order turns out to be paid or
    with the bank, ProviderUnavailable or ProviderRefused when Stripe cannot be asked about it.
    """
    for _ in range(TRIES):
        earlier = PaymentAttempt.objects.live().filter(order__basket=basket).select_related("order").first()
        if earlier is not None:
            if earlier.fingerprint == purchase.fingerprint and earlier.expires_at > timezone.now() + TIME_TO_PAY:
                return earlier.order, earlier
            _replace(earlier)
        try:
            return _place_anew(basket, purchase)
        except _AnotherTab:
            continue
    raise CannotPlace(gettext("Another tab is busy with this basket. Please try again."))


class _AnotherTab(Exception):
    """An order was placed from the same basket while we waited for its lock."""


def _replace(attempt: PaymentAttempt) -> None:
    attempt = attempts.cancel(
        attempt, state=PaymentAttempt.State.SUPERSEDED, cause=SHOPPER, reason="The shopper changed the order."
    )
    if attempt.live or attempt.state in (PaymentAttempt.State.SUCCEEDED, PaymentAttempt.State.MISMATCHED):
        raise attempts.AttemptEnded(attempt)


@transaction.atomic
def _place_anew(basket: Any, purchase: Purchase) -> tuple[Any, PaymentAttempt | None]:
    current = quote(_lock(basket, purchase.user))
    if current.fingerprint != purchase.seen:
        raise QuoteChanged(gettext("Something in your order has changed since you opened this page."))
    if current.missing:
        raise SoldOut(sold_out(current.missing))
    _check_one_currency(current.basket)
    delivery = current.delivery(purchase.method_code)
    total = delivery.total.incl_tax
    _check_payable(delivery.total)
    order = _write_order(current, delivery, purchase)
    if total == 0:
        lifecycle.mark_paid(order=order, cause=SHOPPER)
        return order, None
    attempt = attempts.start(
        order=order, email=purchase.email, fingerprint=purchase.fingerprint, origin=purchase.origin
    )
    return order, attempt


def _lock(basket: Any, user: Any) -> Any:
    """The basket as it is now, nobody else's until we are done, priced anew."""
    locked = Basket.objects.select_for_update().prefetch_related("vouchers").filter(pk=basket.pk).first()
    if locked is None:
        raise BasketGone
    if PaymentAttempt.objects.live().filter(order__basket=locked).exists():
        raise _AnotherTab
    locked.strategy = basket.strategy
    if locked.status != Basket.OPEN or not locked.num_lines:
        raise CannotPlace(gettext("Your basket is empty."))
    Applicator().apply(locked, user)
    return locked


def _check_one_currency(basket: Any) -> None:
    """A line keeps the currency that it was put into the basket with, whatever its product is sold in by now."""
    changed = [line for line in basket.all_lines() if line.purchase_info.price.currency != basket.currency]
    if changed:
        titles = get_text_list([line.product.get_title() for line in changed], gettext("and"))
        refusal = gettext("The price of %(titles)s has changed. Please take it out of your basket and add it again.")
        raise CannotPlace(refusal % {"titles": titles})


def _check_payable(total: Any) -> None:
    try:
        least, most = minimum_charge(total.currency), maximum_charge(total.currency)
    except UnsupportedCurrency as error:
        refusal = gettext("We cannot take payments in %(currency)s. Nothing was charged.")
        raise CannotPlace(refusal % {"currency": total.currency}) from error
    if 0 < total.incl_tax < least:
        refusal = gettext("Card payments start at %(amount)s.")
        raise CannotPlace(refusal % {"amount": currency(least, total.currency)})
    if total.incl_tax > most:
        refusal = gettext("Card payments end at %(amount)s. Please make two orders of this one.")
        raise CannotPlace(refusal % {"amount": currency(most, total.currency)})


def _write_order(current: Quote, delivery: Any, purchase: Purchase) -> Any:
    address = purchase.address
    address.save()
    guest = {} if purchase.user.is_authenticated else {"guest_email": purchase.email}
    try:
        order = OrderCreator().place_order(
            basket=current.basket,
            total=delivery.total,
            shipping_method=delivery.method,
            shipping_charge=delivery.charge,
            shipping_address=address,
            user=purchase.user,
            **guest,
        )
    except OutOfStock as error:
        raise SoldOut(sold_out([error.stockrecord.product.get_title()])) from error
    except UnableToPlaceOrder as error:
        raise CannotPlace(str(error)) from error
    if purchase.user.is_authenticated:
        _keep_address(purchase.user, address)
    return order


def _keep_address(user: Any, address: Any) -> None:
    """In the address book, for next time."""
    kept = UserAddress(user=user)
    address.populate_alternative_model(kept)
    kept = UserAddress.objects.filter(user=user, hash=kept.generate_hash()).first() or kept
    kept.num_orders_as_shipping_address += 1
    kept.save()


def sold_out(titles: list[str]) -> str:
    """What to tell the shopper about lines that cannot be bought any more."""
    news = ngettext(
        "%(titles)s has just sold out in that quantity. Nothing was charged, and your basket is as you left it.",
        "%(titles)s have just sold out in that quantity. Nothing was charged, and your basket is as you left it.",
        len(titles),
    )
    return news % {"titles": get_text_list(titles, gettext("and"))}
