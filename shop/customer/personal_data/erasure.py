"""An account goes: what accounting needs stays, and all else is erased, as the table says."""

import logging
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from oscar.core.loading import get_model

from shop.customer.personal_data.export import rows_of, rows_of_orders
from shop.customer.personal_data.table import TABLE, Data, Fate
from shop.customer.personal_data.waiting import open_business, open_orders
from shop.outbox.letters import post
from shop.outbox.models import Letter
from shop.stripe_checkout.models import PaymentAttempt

logger = logging.getLogger(__name__)
Basket = get_model("basket", "Basket")
Order = get_model("order", "Order")
Product = get_model("catalogue", "Product")
ProductAlert = get_model("customer", "ProductAlert")
ProductReview = get_model("reviews", "ProductReview")
User = get_user_model()


class AccountGone(Exception):
    """The account was deleted meanwhile; nothing is written for it any more (shop.customer.middleware answers)."""


class NotYet(Exception):
    """The account stays as it is. `reasons` tell its owner why, one sentence each."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@transaction.atomic
def erase_account(*, user_id: int) -> bool:
    """Delete the account and everything about it that no invoice needs; False when it was deleted before.

    One letter to the address that goes is written first. Whoever places an order or settles a payment meanwhile holds
    locks that this waits for, and then finds it done; or waits itself, and finds nobody there.

    Raises NotYet while something is open between the account and the shop: nothing is changed then.
    """
    orders = _lock(user_id=user_id)
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        return False
    if Order.objects.filter(user=user).exclude(pk__in=orders).exists():
        raise NotYet([gettext("An order was placed this very moment. Please open this page again.")])
    if reasons := open_business(user):
        raise NotYet(reasons)
    sold = _leave_to_the_books(orders)
    if user.email:
        post(code="ACCOUNT_DELETED", key=f"ACCOUNT_DELETED:{user.pk}", to=user.email, context={"orders": sold})
    _erase(user)
    logger.info("Account %s was deleted; %d of its %d orders stay in the books", user_id, sold, len(orders))
    return True


@transaction.atomic
def erase_guest(*, email: str) -> int:
    """The same for somebody without an account, by the address that he ordered with; returns how many orders stay.

    Whoever calls it has made sure that it is the owner of the address who asks. He is not written to.

    Raises NotYet.
    """
    guest = {"user": None, "guest_email__iexact": email}
    orders = _lock(**guest)
    if reasons := open_orders(**guest):
        raise NotYet(reasons)
    sold = _leave_to_the_books(orders)
    ProductAlert.objects.filter(user=None, email__iexact=email).delete()
    reviews = ProductReview.objects.filter(user=None, email__iexact=email)
    reviewed = list(reviews.values_list("product_id", flat=True))
    reviews.delete()
    _count_anew([], reviewed)
    letters = Letter.objects.filter(order=None, to__iexact=email)
    letters.exclude(code__startswith="STAFF_").exclude(code="ACCOUNT_DELETED").delete()
    logger.info("A guest was forgotten; %d of %d orders stay in the books", sold, len(orders))
    return sold


def blank(orders: list[Any], *, later: bool) -> None:
    """Blank what the table says in the rows of these orders, given by their keys: what goes at once; or later, when
    accounting no longer needs it.
    """
    for data in TABLE:
        values = data.blank_later if later else data.blank
        if data.order and values and orders:
            rows = rows_of_orders(data, orders)
            write_over(rows.exclude(data.not_yet) if data.not_yet else rows, values)


def write_over(rows: QuerySet[Any], values: dict[str, Any]) -> None:
    """Put these values into the rows; a function makes the new value out of the old one."""
    made = {name: make for name, make in values.items() if callable(make)}
    if fixed := {name: value for name, value in values.items() if name not in made}:
        rows.update(**fixed)
    for row in rows.only("pk", *made) if made else ():
        rows.model._base_manager.filter(pk=row.pk).update(
            **{name: make(getattr(row, name)) for name, make in made.items()}
        )


def _lock(**whose: Any) -> list[Any]:
    """Baskets, orders, attempts, in the order in which everybody takes them (shop.stripe_checkout.locks); gives the
    keys of the orders.
    """
    baskets = Q(pk__in=Order.objects.filter(**whose).values("basket_id"))
    if "user_id" in whose:
        baskets |= Q(owner_id=whose["user_id"])
    list(Basket.objects.select_for_update().filter(baskets).order_by("pk").values("pk"))
    orders = list(Order.objects.select_for_update().filter(**whose).order_by("pk").values_list("pk", flat=True))
    list(PaymentAttempt.objects.select_for_update().filter(order__in=orders).order_by("pk").values("pk"))
    return orders


def _leave_to_the_books(orders: list[Any]) -> int:
    """Blank these orders: all of it where accounting does not need them. Returns how many it needs, since goods left
    the house or money came in.
    """
    of_accounting = Q(status__in=Order.SOLD) | Q(payment_attempts__paid_amount__isnull=False)
    sold = set(Order.objects.filter(of_accounting, pk__in=orders).values_list("pk", flat=True))
    blank(orders, later=False)
    blank([pk for pk in orders if pk not in sold], later=True)
    return len(sold)


def _erase(user: Any) -> None:
    reviewed = list(ProductReview.objects.filter(user=user).values_list("product_id", flat=True))
    voted = list(ProductReview.objects.filter(votes__user=user).exclude(user=user).values_list("pk", flat=True))
    for data in TABLE:
        if data.account and data.fate is not Fate.STAYS:
            _apply(data, user)
    _count_anew(voted, reviewed)


def _apply(data: Data, user: Any) -> None:
    rows = rows_of(data, user)
    if data.fate is Fate.GOES:
        # `only` may leave out rows that the download need not show; all of them go where a key points at the account.
        rows = rows if data.by_email else _all_of(data, user)
        rows.delete()
    else:
        write_over(rows, data.blank)


def _all_of(data: Data, user: Any) -> QuerySet[Any]:
    return apps.get_model(data.model)._base_manager.filter(**{data.account: user.pk})


def _count_anew(voted: list[Any], reviewed: list[Any]) -> None:
    """Sums that hold votes and scores of the account."""
    for review in ProductReview.objects.filter(pk__in=voted).order_by("pk"):
        review.update_totals()
    for product in Product.objects.filter(pk__in=reviewed).order_by("pk"):
        product.update_rating()
