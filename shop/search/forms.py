from django import forms


class SearchForm(forms.Form):
    q = forms.CharField(
        label="Look for a product",
        max_length=200,
        required=False,
        error_messages={"max_length": "Use a few words, two hundred letters at most."},
        widget=forms.TextInput(attrs={"type": "search"}),
    )
