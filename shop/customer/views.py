"""Oscar's account views, mended where a link could change something or a wrong address was an error of ours."""

from typing import Any

from django.shortcuts import get_object_or_404
from oscar.apps.customer import views
from oscar.core.loading import get_model

from shop.customer.changes import ChangesByPost

OrderLine = get_model("order", "Line")


class LogoutView(ChangesByPost, views.LogoutView):
    def way_back(self) -> str:
        return "customer:summary"


class OrderLineView(views.OrderLineView):
    def get_object(self, queryset: Any = None) -> Any:
        return get_object_or_404(
            OrderLine,
            order__user=self.request.user,
            order__number=self.kwargs["order_number"],
            pk=self.kwargs["line_id"],
        )


class AddressChangeStatusView(ChangesByPost, views.AddressChangeStatusView):
    def way_back(self) -> str:
        return "customer:address-list"
