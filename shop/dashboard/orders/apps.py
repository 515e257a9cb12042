from django.urls import path
from oscar.apps.dashboard.orders import apps
from oscar.core.loading import get_class


class OrdersDashboardConfig(apps.OrdersDashboardConfig):
    name = "shop.dashboard.orders"

    def ready(self):
        super().ready()
        self.refund_view = get_class("dashboard.orders.views", "refund")

    def configure_permissions(self):
        super().configure_permissions()
        self.permissions_map["order-refund"] = ["is_staff", "stripe_checkout.refund_payment"]

    def get_urls(self):
        refund = path("<str:number>/refund/", self.refund_view, name="order-refund")
        return [*super().get_urls(), *self.post_process_urls([refund])]
