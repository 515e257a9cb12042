from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from oscar.apps.partner.admin import *  # noqa: F403  (Oscar's admin, under our app)
from oscar.apps.partner.admin import StockRecordAdmin
from oscar.core.loading import get_model

StockRecord = get_model("partner", "StockRecord")

admin.site.unregister(StockRecord)


@admin.register(StockRecord)
class StockAdmin(StockRecordAdmin):
    """Whoever keeps the stock counts it; what things cost is for whoever keeps the catalogue."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if request.user.has_perm("catalogue.change_product") else ("price", "price_currency")
