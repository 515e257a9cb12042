"""Stock that is never promised twice."""

from django.db import models
from django.db.models import Case, Exists, F, IntegerField, OuterRef, When
from django.db.models.functions import Coalesce, Greatest, Least
from oscar.apps.partner.abstract_models import AbstractStockRecord
from oscar.apps.partner.exceptions import InvalidStockAdjustment
from oscar.core.loading import get_model


class OutOfStock(InvalidStockAdjustment):
    """The shelf no longer holds what was asked for. `stockrecord` and `quantity` say what."""

    def __init__(self, stockrecord: "StockRecord", quantity: int) -> None:
        super().__init__(f"Stock record {stockrecord.pk} cannot give {quantity}.")
        self.stockrecord = stockrecord
        self.quantity = quantity


class StockRecordQuerySet(models.QuerySet["StockRecord"]):
    def allocate(self, quantities: "dict[StockRecord, int]") -> None:
        """Set units of several stock records aside for one order: all of them or, raising OutOfStock, none.

        They are locked in one order, so that two orders for the same things never wait for each other in a circle, and
        changed in one update. Its condition decides where a database locks no rows.
        """
        records = {record.pk: record for record in quantities if record.can_track_allocations}
        wanted = {record.pk: quantities[record] for record in records.values()}
        if not wanted:
            return
        alerts = get_model("partner", "StockAlert").objects.filter(stockrecord=OuterRef("pk"), status="Open")
        locked = self.filter(pk__in=wanted).annotate(alerted=Exists(alerts)).select_for_update().order_by("pk")
        for record in locked:
            if record.net_stock_level < wanted[record.pk]:
                raise OutOfStock(records[record.pk], wanted[record.pk])
        quantity = Case(*(When(pk=pk, then=each) for pk, each in wanted.items()), output_field=IntegerField())
        allocated = Coalesce(F("num_allocated"), 0)
        enough = self.filter(pk__in=wanted, num_in_stock__gte=allocated + quantity)
        if enough.update(num_allocated=allocated + quantity) != len(wanted):
            gone = next(iter(records.values()))
            raise OutOfStock(gone, wanted[gone.pk])
        for record in locked:
            record.num_allocated = (record.num_allocated or 0) + wanted[record.pk]
            if record.is_below_threshold and not record.alerted:  # whoever keeps watch over it wants to know
                record.post_save_signal()


class StockRecord(AbstractStockRecord):
    """Oscar's stock record, with each change of stock as one conditional UPDATE.

    Oscar checks first and updates after, so that two buyers can get one unit. Here the check is the WHERE clause:
    the database decides, and the number of rows it changed is the answer.
    """

    objects = StockRecordQuerySet.as_manager()

    def allocate(self, quantity: int) -> None:
        """Set `quantity` units aside for an order. Raises OutOfStock when fewer are free."""
        type(self).objects.allocate({self: quantity})
        self.refresh_from_db(fields=["num_allocated", "num_in_stock"])

    def consume_allocation(self, quantity: int) -> None:
        """Take `quantity` allocated units off the shelf, as they leave the house.

        Raises InvalidStockAdjustment when fewer are allocated or in stock.
        """
        if not self.can_track_allocations:
            return
        self._change(
            type(self).objects.filter(num_allocated__gte=quantity, num_in_stock__gte=quantity),
            InvalidStockAdjustment(f"Stock record {self.pk} cannot send out {quantity}."),
            num_allocated=F("num_allocated") - quantity,
            num_in_stock=F("num_in_stock") - quantity,
        )

    def cancel_allocation(self, quantity: int) -> None:
        """Put `quantity` allocated units back on offer, never more than are allocated."""
        if not self.can_track_allocations:
            return
        allocated = Coalesce(F("num_allocated"), 0)
        self._change(
            type(self).objects.all(),
            InvalidStockAdjustment(f"Stock record {self.pk} is gone."),
            num_allocated=Greatest(allocated - Least(allocated, quantity), 0),
        )

    def _change(self, rows, refusal: InvalidStockAdjustment, **values) -> None:
        self.pre_save_signal()
        if not rows.filter(pk=self.pk).update(**values):
            raise refusal
        self.refresh_from_db(fields=["num_allocated", "num_in_stock"])
        self.post_save_signal()


from oscar.apps.partner.models import *  # noqa: E402, F403  (Oscar registers the models that are not ours)
