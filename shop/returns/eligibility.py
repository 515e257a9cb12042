"""What of an order may go back, or be claimed under the guarantee: how much of each line, until when, and why not.

The version of the promise in force when the order was placed decides, whatever was changed since.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from datetime import timezone as fixed_zone
from typing import Any

from django.db.models import Exists, F, Min, OuterRef, Prefetch, QuerySet, Subquery, Sum, TextField, Value
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from shop.promises.models import GUARANTEE, RETURNS, Promise
from shop.returns.models import ClaimRight, Return, ReturnLine, mark_of
from shop.stripe_checkout.models import Hold, PaymentAttempt, Refund, RefundLine

Order = get_model("order", "Order")
OrderLine = get_model("order", "Line")
OrderStatusChange = get_model("order", "OrderStatusChange")
ShippingEventQuantity = get_model("order", "ShippingEventQuantity")

ARRIVES_WITHIN = timedelta(days=10)
"""After how long a package of which no arrival was written down counts as arrived. Our slowest delivery takes less, so
that whoever waited longer than usual has lost no day of his window.
"""

LAST_ZONE = fixed_zone(timedelta(hours=-12))
"""Where a day ends last. We do not know in which zone somebody reads "until November 30"; there it is that day for
longest, so nobody is told that a day is over which his calendar still shows.
"""

NOT_PAID = _("It is not paid.")
NOT_SENT = _("It has not been sent yet.")
DISPUTED = _("Your bank disputes the payment, and nothing can be paid back until it has decided.")
LOST = _("Your bank has taken the money back for you.")
NOT_PROMISED = _("We did not promise it for this order.")
COUNTRY = _("It does not hold for the country it was sent to.")
EXCLUDED = _("It does not hold for this product.")
FREE = _("It cost nothing.")
GONE = _("It was given back already, or is on its way.")
OVER = _("Its last day has passed.")
CLAIMED = _("You have used the guarantee for this product before.")

SLUGS = {Return.Kind.RETURN: RETURNS, Return.Kind.CLAIM: GUARANTEE}


@dataclass(frozen=True)
class Policy:
    """A version of a promise, with the ids of what it does not cover, and of where it holds (none: everywhere)."""

    promise: Promise
    excluded: set[str]
    countries: set[str]


@dataclass(frozen=True)
class Right:
    """How many units of an order line may go back, and until which day; of none, why not."""

    line: Any
    quantity: int = 0
    until: date | None = None
    """The first of their last days, so that all of them may go back on it; None without a limit."""
    why_not: str | LazyText = ""


@dataclass(frozen=True)
class Rights:
    """What one may do with an order, line by line, by a promise; None where nothing was promised."""

    order: Any
    kind: str
    promise: Promise | None
    lines: Sequence[Right]

    @property
    def promise_id(self) -> int:
        """Raises ValueError where nothing was promised: then no line has units that may go back."""
        if self.promise is None:
            raise ValueError("Nothing was promised.")
        return self.promise.pk

    @property
    def any(self) -> bool:
        return any(right.quantity for right in self.lines)

    @property
    def until(self) -> date | None:
        """The first of the last days of what may go back."""
        return min((right.until for right in self.lines if right.quantity and right.until), default=None)

    def of(self, line_id: int) -> Right | None:
        return next((right for right in self.lines if right.line.pk == line_id), None)


def rights(order_id: int, kind: str, now: datetime | None = None) -> Rights:
    """What may go back of one order, as the database has it now: for callers that hold its lock, or only look."""
    order = orders().get(pk=order_id)
    return next(survey([order], [kind], now))


def survey(found: Iterable[Any], kinds: Sequence[str], now: datetime | None = None) -> Iterator[Rights]:
    """What may go back of orders that `orders` gave: for each order, for each kind. The same few queries for many."""
    now = now or timezone.now()
    found = list(found)
    policies = _policies([SLUGS[Return.Kind(kind)] for kind in kinds])
    used = _used(found) if Return.Kind.CLAIM in kinds else set()
    for order in found:
        for kind in kinds:
            policy = _in_force(policies, SLUGS[Return.Kind(kind)], order.date_placed)
            claims = used if kind == Return.Kind.CLAIM else set()
            lines = [_right(line, order, policy, claims, now) for line in order.lines.all()]
            yield Rights(order, kind, policy.promise if policy else None, lines)


def orders() -> QuerySet[Any]:
    """Orders with all that is asked of them here."""
    payments = PaymentAttempt.objects.filter(order=OuterRef("pk"), state=PaymentAttempt.State.SUCCEEDED)
    holds = Hold.objects.filter(attempt__order=OuterRef("pk"), kind=Hold.Kind.DISPUTE)
    left = OrderStatusChange.objects.filter(order=OuterRef("pk"), new_status=Order.Status.SHIPPED)
    return (
        Order.objects.select_related("user", "shipping_address")
        .annotate(
            was_paid=Exists(payments),
            # An inquiry is no dispute yet, and may end with a return: shop.stripe_checkout.troubles.refunds_refused.
            is_disputed=Exists(holds.open().exclude(status__startswith="warning")),
            is_lost=Exists(holds.lost()),
            left_at=Subquery(left.order_by().values("order").annotate(at=Min("date_created")).values("at")),
        )
        .prefetch_related(Prefetch("lines", _lines()))
    )


def last_moment(last_day: date) -> datetime:
    """When a day is over everywhere on earth."""
    return datetime.combine(last_day + timedelta(days=1), time_of_day.min, LAST_ZONE).astimezone(UTC)


def keys_of_product(line: Any) -> set[str]:
    """By what a product is known again: its own id, or that of which it is a size, and what stands on the shelf."""
    keys = {f"sku:{line.partner_sku}"} if line.partner_sku else set()
    if line.product is not None:
        keys.add(f"product:{line.product.parent_id or line.product_id}")
    elif not keys:
        keys.add(f"title:{line.title[:150]}")
    return keys


def keys_of_customer(order: Any) -> set[str]:
    """By what a customer is known again: the address of the order, and the account if it has one."""
    keys = {f"email:{mark_of(order.email)}"} if order.email else set()
    return keys | ({f"user:{order.user_id}"} if order.user_id else set())


def _lines() -> QuerySet[Any]:
    sent = ShippingEventQuantity.objects.select_related("event__event_type")
    standing = RefundLine.objects.filter(refund__state__in=Refund.STANDING)
    asked = ReturnLine.objects.all()
    return (
        OrderLine.objects.select_related("product")
        .annotate(
            refunded_units=_units(standing, F("quantity")),
            open_units=_units(asked.filter(case__state__in=Return.OPEN), F("quantity")),
            returned_units=_units(
                asked.filter(case__state=Return.State.REFUNDED, case__kind=Return.Kind.RETURN),
                F("sealed") + F("opened") + F("damaged"),
            ),
            claimed_units=_units(
                asked.filter(case__state=Return.State.REFUNDED, case__kind=Return.Kind.CLAIM), F("quantity")
            ),
        )
        .prefetch_related(Prefetch("shipping_event_quantities", sent))
        .order_by("pk")
    )


def _units(rows: QuerySet[Any], units: Any) -> Coalesce:
    of_line = rows.filter(line=OuterRef("pk")).order_by().values("line")
    return Coalesce(Subquery(of_line.annotate(units=Sum(units)).values("units")), 0)


def _policies(slugs: Sequence[str]) -> list[Policy]:
    """All versions of these promises, in two queries."""
    promises = list(Promise.objects.filter(slug__in=slugs).defer("text"))
    products, countries = Promise.excluded.through.objects, Promise.countries.through.objects
    of = {"promise__in": [promise.pk for promise in promises]}
    limits = products.filter(**of).values_list("promise_id", Value("but"), Cast("product_id", TextField()))
    limits = limits.union(
        countries.filter(**of).values_list("promise_id", Value("in"), Cast("country_id", TextField()))
    )
    limited: dict[tuple[int, str], set[str]] = defaultdict(set)
    for promise_id, how, what in limits:
        limited[promise_id, how].add(what)
    return [Policy(each, limited[each.pk, "but"], limited[each.pk, "in"]) for each in promises]


def _in_force(policies: list[Policy], slug: str, at: datetime) -> Policy | None:
    held = [policy for policy in policies if policy.promise.slug == slug and policy.promise.in_force_from <= at]
    return max(held, key=lambda policy: policy.promise.in_force_from, default=None)


def _used(found: list[Any]) -> set[tuple[str, str]]:
    customers = {key for order in found for key in keys_of_customer(order)}
    return set(ClaimRight.objects.filter(customer__in=customers).values_list("product", "customer"))


def _right(line: Any, order: Any, policy: Policy | None, used: set[tuple[str, str]], now: datetime) -> Right:
    if not order.was_paid or order.status not in Order.SOLD:
        return Right(line, why_not=NOT_PAID)
    if order.is_disputed:
        return Right(line, why_not=DISPUTED)
    if order.is_lost:
        return Right(line, why_not=LOST)
    if policy is None:
        return Right(line, why_not=NOT_PROMISED)
    address = order.shipping_address
    if policy.countries and address is not None and address.country_id not in policy.countries:
        return Right(line, why_not=COUNTRY)
    if line.product is not None and policy.excluded & {str(line.product_id), str(line.product.parent_id)}:
        return Right(line, why_not=EXCLUDED)
    if not line.line_price_incl_tax:
        return Right(line, why_not=FREE)
    if any((product, customer) in used for product in keys_of_product(line) for customer in keys_of_customer(order)):
        return Right(line, why_not=CLAIMED)
    return _counted(line, order, policy.promise, now)


def _counted(line: Any, order: Any, promise: Promise, now: datetime) -> Right:
    arrived = _arrivals(line, order)
    came_back = line.returned_units + line.claimed_units
    # What was given back by hand was perhaps never sent: then nothing of what was sent is missing.
    by_hand = max(0, line.refunded_units - came_back)
    unsent = line.quantity - len(arrived)
    taken = came_back + line.open_units + max(0, by_hand - unsent)
    # The units are alike, and the customer keeps those that came last.
    left = arrived[taken:]
    bound = max(0, line.quantity - max(line.refunded_units, came_back) - line.open_units)
    left = left[max(0, len(left) - bound) :]
    if not left:
        return Right(line, why_not=NOT_SENT if bound and unsent else GONE)
    if promise.days is None:
        return Right(line, len(left))
    begun = [order.date_placed] * len(left) if promise.counted_from == Promise.Start.PURCHASE else left
    days = [timezone.localdate(moment) + timedelta(days=promise.days) for moment in begun]
    open_days = [day for day in days if now < last_moment(day)]
    if not open_days:
        return Right(line, until=max(days), why_not=OVER)
    return Right(line, len(open_days), min(open_days))


def _arrivals(line: Any, order: Any) -> list[datetime]:
    """When each unit that was sent arrived, or counts as arrived, the first one first."""
    sent, delivered = (_moments(line, code) for code in ("shipped", "delivered"))
    sent, delivered = sent[: line.quantity], delivered[: line.quantity]
    if order.status in (Order.Status.SHIPPED, Order.Status.COMPLETE) and order.left_at:
        # What is not counted on the shelf leaves without a word of its own; the order's word holds for all of it.
        sent = sorted(sent + [order.left_at] * (line.quantity - len(sent)))
    return sorted([*delivered, *(moment + ARRIVES_WITHIN for moment in sent[len(delivered) :])])


def _moments(line: Any, code: str) -> list[datetime]:
    return sorted(
        each.event.date_created
        for each in line.shipping_event_quantities.all()
        if each.event.event_type.code == code
        for _unit in range(each.quantity)
    )
