from typing import Any

from django.utils.translation import gettext_lazy as _
from oscar.apps.communication.notifications import views
from oscar.core.utils import safe_referrer


class UpdateView(views.UpdateView):
    checkbox_object_name = _("message")  # what shoppers read when they select none

    def get_selected_ids(self, request: Any) -> list[int]:
        """A form can be made to select what is no message's number; then nothing is selected."""
        try:
            return super().get_selected_ids(request)
        except (ValueError, OverflowError):
            return []

    def get_error_url(self, request: Any) -> str:
        return safe_referrer(request, "customer:notifications-inbox")
