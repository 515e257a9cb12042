"""Oscar's admin of orders, under our app."""

from django.contrib import admin
from oscar.apps.order.admin import *  # noqa: F403
from oscar.apps.order.admin import OrderDiscount
from oscar.apps.order.admin import OrderDiscountAdmin as OscarsOrderDiscountAdmin

admin.site.unregister(OrderDiscount)


@admin.register(OrderDiscount)
class OrderDiscountAdmin(OscarsOrderDiscountAdmin):
    """Names offer and code as they were when the order was placed, and as they stand in the row itself."""

    list_display = ("order", "category", "offer_name", "voucher_code", "amount")
