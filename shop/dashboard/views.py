"""The dashboard's front page, where an order counts once it is paid."""

from datetime import timedelta

from django.db.models import Avg, Count, Sum
from django.utils import timezone
from oscar.apps.dashboard import views
from oscar.core.loading import get_model

Order = get_model("order", "Order")
Line = get_model("order", "Line")


class IndexView(views.IndexView):
    def get_hourly_report(self, orders, hours=24, segments=10):
        return super().get_hourly_report(orders.filter(status__in=Order.SOLD), hours, segments)

    def get_stats(self):
        sold, lines = Order.objects.filter(status__in=Order.SOLD), Line.objects.filter(order__status__in=Order.SOLD)
        if not self.request.user.is_staff:
            partners = self.request.user.partners.all()
            sold, lines = sold.filter(lines__partner__in=partners).distinct(), lines.filter(partner__in=partners)
        yesterday = timezone.now() - timedelta(hours=24)
        ever = sold.aggregate(number=Count("pk"), revenue=Sum("total_incl_tax", default=0))
        today = sold.filter(date_placed__gt=yesterday).aggregate(
            number=Count("pk"), revenue=Sum("total_incl_tax", default=0), average=Avg("total_incl_tax", default=0)
        )
        return super().get_stats() | {
            "total_orders": ever["number"],
            "total_revenue": ever["revenue"],
            "total_lines": lines.count(),
            "total_orders_last_day": today["number"],
            "total_revenue_last_day": today["revenue"],
            "average_order_costs": today["average"],
            "total_lines_last_day": lines.filter(order__date_placed__gt=yesterday).count(),
        }
