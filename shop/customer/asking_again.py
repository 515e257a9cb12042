"""The password once more, from somebody who is signed in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.generic import FormView

from shop.throttle import Throttle, too_many


class AsksForPassword(FormView):
    """A page that asks for it: who sits at the screen may not be who signed in.

    Only so many tries an hour, right or wrong, so that nobody finds the password out here.
    """

    throttle = Throttle("password again", most=20)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.throttle.too_many_from(request):
            form = self.get_form()
            form.errors.clear()  # no word on whether this password was right
            return too_many(self, form, _("You have tried this many times within an hour. Wait a while."))
        return super().post(request, *args, **kwargs)
