from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from shop.contact.forms import ContactForm
from shop.contact.letters import write_to_shop
from shop.throttle import Throttle, ThrottledFormView


class Contact(ThrottledFormView):
    form_class = ContactForm
    template_name = "contact/form.html"
    success_url = reverse_lazy("contact:sent")
    throttle = Throttle("contact", most=5)
    too_many = _("You have written to us several times within an hour. Please wait a while, then press Send again.")

    def get_initial(self) -> dict[str, Any]:
        user = self.request.user
        return {"name": user.get_full_name(), "email": user.email} if user.is_authenticated else {}

    def carry_out(self, **fields: Any) -> None:
        write_to_shop(**fields)


class Sent(TemplateView):
    template_name = "contact/sent.html"
