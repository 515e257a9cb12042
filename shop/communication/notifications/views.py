from typing import Any

from django.utils.translation import gettext_lazy as _
from oscar.apps.communication.notifications import views
from oscar.core.utils import safe_referrer


class UpdateView(views.UpdateView):
    checkbox_object_name = _("message")  # what shoppers read when they select none

    def get_error_url(self, request: Any) -> str:
        return safe_referrer(request, "customer:notifications-inbox")
