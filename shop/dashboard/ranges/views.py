from typing import Any

from django.http import HttpRequest, HttpResponse
from oscar.apps.dashboard.ranges import views


class RangeProductListView(views.RangeProductListView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Oscar's takes whatever a form names for the key of a product."""
        named = request.POST.getlist("selected_product")
        request.POST = request.POST.copy()
        request.POST.setlist("selected_product", [key for key in named if key.isdecimal() and len(key) < 19])
        return super().post(request, *args, **kwargs)
