from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    """A code of an app, or a backup code: people copy both with spaces, hyphens and in capitals."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].replace("-", " ").split()).lower()


class KeyForm(forms.Form):
    """A name for a new key; what the key answered is filled in by static/js/security-key.js."""

    name = forms.CharField(
        label=_("Name of the key"),
        max_length=64,
        help_text=_("So that you know it again: “On my key ring”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Give the key a name.")},
    )
    answer = forms.CharField(widget=forms.HiddenInput)
