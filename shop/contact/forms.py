"""The form of the contact page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

NOT_SURE = _("We could not tell this from a robot’s letter. Nothing is lost: press Send once more.")


class OneLine(forms.CharField):
    """Text without line breaks, which would begin a new header in a mail; white space is made single."""

    def to_python(self, value: Any) -> str:
        return " ".join(super().to_python(value).split())


class ContactForm(forms.Form):
    name = OneLine(
        label=_("Name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your name."), "max_length": _("Use at most 100 letters.")},
    )
    email = forms.EmailField(
        label=_("Email"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Enter your email address, so that we can answer."),
            "invalid": _("Enter an email address like name@example.com."),
        },
    )
    order_number = OneLine(
        label=_("Order number"),
        required=False,
        max_length=40,
        help_text=_("If it is about an order. It stands in your receipt."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _("An order number is shorter than that. Copy it from your receipt.")},
    )
    message = forms.CharField(
        label=_("Message"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off"}),
        error_messages={
            "required": _("Write what it is about."),
            "max_length": _("Use at most %(limit_value)d characters. This has %(show_value)d."),
        },
    )
    # Nobody sees this one. A program that fills in all that it finds fills it in too.
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))

    def clean(self) -> dict[str, Any]:
        """Whoever filled in what nobody sees is asked again: it may have been a person's browser."""
        cleaned = super().clean()
        if cleaned.pop("website", ""):
            self.data = self.data.copy()
            self.data["website"] = ""
            self.add_error(None, NOT_SURE)
        return cleaned
