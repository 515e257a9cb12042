"""Reviews in the dashboard. Where staff list and read them, they see which come from buyers."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from oscar.apps.dashboard.reviews import views


class ReviewListView(views.ReviewListView):
    def get_queryset(self):
        return super().get_queryset().with_buyers()

    def update_selected_review_status(self, request: HttpRequest, reviews: Any) -> HttpResponse:
        """Oscar's writes whatever number a form brings."""
        known = {str(status) for status, _name in self.model.STATUS_CHOICES}
        if request.POST.get("status") not in known:
            messages.error(request, _("Choose what becomes of the reviews."))
            return redirect("dashboard:reviews-list")
        return super().update_selected_review_status(request, reviews)


class ReviewUpdateView(views.ReviewUpdateView):
    def get_queryset(self):
        return super().get_queryset().with_buyers()
