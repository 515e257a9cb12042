"""What came back and goes on sale again."""

from collections.abc import Sequence

from shop.order import lifecycle
from shop.returns.models import ReturnLine
from shop.returns.states import NotNow


def put_on_sale(lines: Sequence[ReturnLine]) -> None:
    """Put the unopened units of a return on the shelf, in the order in which placing takes them (shop.partner.models).

    Raises NotNow for units that were put there before.
    """
    for each in sorted(lines, key=lambda line: (line.line.stockrecord_id or 0, line.pk)):
        if each.restocked:
            try:
                lifecycle.shelve(line=each.line, quantity=each.restocked)
            except lifecycle.OnSaleAlready as refusal:
                raise NotNow(str(refusal)) from refusal
