"""Stock alerts that are switched on and off by a button and not by the link in a letter."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from oscar.apps.customer.alerts import views
from oscar.core.loading import get_model

ProductAlert = get_model("customer", "ProductAlert")


class ProductAlertConfirmView(views.ProductAlertConfirmView):
    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        alert = get_object_or_404(ProductAlert, key=kwargs["key"])
        return render(request, "oscar/customer/alerts/confirm.html", {"alert": alert})

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().get(request, *args, **kwargs)


class ProductAlertCancelView(views.ProductAlertCancelView):
    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        whose = {"key": kwargs["key"]} if "key" in kwargs else {"user": request.user, "pk": kwargs["pk"]}
        alert = get_object_or_404(ProductAlert, **whose)
        return render(request, "oscar/customer/alerts/cancel.html", {"alert": alert})

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().get(request, *args, **kwargs)

    def get_redirect_url(self, *args: Any, **kwargs: Any) -> str:
        """To the list on which the alert stood, or to its product. Oscar follows whatever `next` says."""
        return reverse("customer:alerts-list") if "pk" in kwargs else self.alert.product.get_absolute_url()
