from django import forms
from django.utils.translation import gettext_lazy as _


class SearchForm(forms.Form):
    q = forms.CharField(
        label=_("Look for a guide or a product"),
        max_length=200,
        required=False,
        error_messages={"max_length": _("Use a few words, two hundred letters at most.")},
        widget=forms.TextInput(attrs={"type": "search"}),
    )
