"""What came back and goes on sale again."""

from collections.abc import Sequence

from django.db.models import Sum

from shop.order import lifecycle
from shop.returns.models import ReturnLine
from shop.returns.states import NotNow
from shop.stripe_checkout.models import Refund, RefundLine


def put_on_sale(lines: Sequence[ReturnLine]) -> None:
    """Put the unopened units of a return on the shelf, in the order in which placing takes them (shop.partner.models).

    Raises NotNow for units that a refund by hand has put there before.
    """
    for each in sorted(lines, key=lambda line: (line.line.stockrecord_id or 0, line.pk)):
        if each.restocked:
            _check(each)
            lifecycle.shelve(line=each.line, quantity=each.restocked)


def _check(each: ReturnLine) -> None:
    by_hand = RefundLine.objects.filter(line=each.line_id, restock=True, refund__state__in=Refund.STANDING)
    returned = ReturnLine.objects.filter(line=each.line_id).exclude(pk=each.pk)
    before = sum(
        rows.aggregate(units=Sum(field))["units"] or 0
        for rows, field in ((by_hand, "quantity"), (returned, "restocked"))
    )
    if before + each.restocked > each.line.quantity:
        raise NotNow(f"Of {each.line.title}, {before} of {each.line.quantity} are on sale again already.")
