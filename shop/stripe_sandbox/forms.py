"""The form on the payment page."""

import re
from datetime import UTC, datetime

from django import forms
from django.core.exceptions import ValidationError

from .cards import passes_luhn
from .payments import Card, Payer


class CardForm(forms.Form):
    """A card, and who pays. `email` is fixed when the shop has given it, and asked for otherwise."""

    email = forms.EmailField(
        label="Email",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": "Enter your email."},
    )
    card_number = forms.CharField(
        label="Card number",
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "cc-number", "inputmode": "numeric", "placeholder": "4242 4242 4242 4242"}
        ),
        error_messages={"required": "Your card number is incomplete."},
    )
    expiry = forms.CharField(
        label="Expiry",
        max_length=9,
        widget=forms.TextInput(attrs={"autocomplete": "cc-exp", "inputmode": "numeric", "placeholder": "MM / YY"}),
        error_messages={"required": "Your card's expiration date is incomplete."},
    )
    cvc = forms.CharField(
        label="CVC",
        max_length=4,
        widget=forms.TextInput(attrs={"autocomplete": "cc-csc", "inputmode": "numeric", "placeholder": "123"}),
        error_messages={"required": "Your card's security code is incomplete."},
    )
    name = forms.CharField(
        label="Name on card",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "cc-name"}),
        error_messages={"required": "Enter the name on the card."},
    )

    def __init__(self, *args, fixed_email: str = "", **kwargs) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fixed_email = fixed_email
        if fixed_email:
            del self.fields["email"]

    def clean_card_number(self) -> str:
        number = re.sub(r"[\s-]", "", self.cleaned_data["card_number"])
        if not re.fullmatch(r"[0-9]{12,19}", number) or not passes_luhn(number):
            raise ValidationError("Your card number is invalid.")
        return number

    def clean_expiry(self) -> tuple[int, int]:
        match = re.fullmatch(r"(0?[1-9]|1[0-2])\s*/?\s*((?:20)?[0-9]{2})", self.cleaned_data["expiry"].strip())
        if not match:
            raise ValidationError("Your card's expiration date is invalid.")
        month, year = int(match[1]), 2000 + int(match[2]) % 100
        today = datetime.now(UTC)
        if year < today.year:
            raise ValidationError("Your card's expiration year is in the past.")
        if (year, month) < (today.year, today.month):
            raise ValidationError("Your card's expiration date is in the past.")
        return month, year

    def clean_cvc(self) -> str:
        cvc = self.cleaned_data["cvc"]
        if not re.fullmatch(r"[0-9]{3,4}", cvc):
            raise ValidationError("Your card's security code is incomplete.")
        return cvc

    def card(self) -> Card:
        """The card, once the form is valid."""
        month, year = self.cleaned_data["expiry"]
        return Card(number=self.cleaned_data["card_number"], month=month, year=year)

    def payer(self) -> Payer:
        """Who pays, once the form is valid."""
        return Payer(email=self.fixed_email or self.cleaned_data["email"], name=self.cleaned_data["name"])
