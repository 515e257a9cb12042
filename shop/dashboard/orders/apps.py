from django.urls import path
from oscar.apps.dashboard.orders import apps
from oscar.core.loading import get_class


class OrdersDashboardConfig(apps.OrdersDashboardConfig):
    name = "shop.dashboard.orders"

    def ready(self):
        super().ready()
        self.refund_view = get_class("dashboard.orders.views", "refund")
        self.invoice_view = get_class("dashboard.orders.views", "invoice")
        self.slip_view = get_class("dashboard.orders.views", "slip")

    def configure_permissions(self):
        super().configure_permissions()
        self.permissions_map["order-refund"] = ["is_staff", "stripe_checkout.refund_payment"]
        # Looking at an order is no right to send it elsewhere. Partners change those of their own orders, as before.
        self.permissions_map["order-shipping-address"] = (
            ["is_staff", "order.view_order", "order.change_shippingaddress"],
            ["partner.dashboard_access"],
        )
        for paper in ("order-invoice", "order-slip"):  # for whoever sees the order
            self.permissions_map[paper] = self.permissions_map["order-detail"]

    def get_urls(self):
        ours = [
            path("<str:number>/refund/", self.refund_view, name="order-refund"),
            path("<str:number>/invoice/", self.invoice_view, name="order-invoice"),
            path("<str:number>/slip/", self.slip_view, name="order-slip"),
        ]
        return [*super().get_urls(), *self.post_process_urls(ours)]
