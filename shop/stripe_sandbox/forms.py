"""The forms on the payment page and on the overview."""

import re
from datetime import UTC, datetime

from django import forms
from django.core.exceptions import ValidationError

from . import temper
from .cards import passes_luhn
from .models import Fault
from .payments import Card, Payer


class PayerForm(forms.Form):
    """Who pays. `email` is fixed when the shop has given it, and asked for otherwise."""

    email = forms.EmailField(
        label="Email",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": "Enter your email."},
    )
    name = forms.CharField(
        label="Account holder",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter the name of the account holder."},
    )

    def __init__(self, *args, fixed_email: str = "", **kwargs) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fixed_email = fixed_email
        if fixed_email:
            del self.fields["email"]

    def payer(self) -> Payer:
        """Who pays, once the form is valid."""
        return Payer(email=self.fixed_email or self.cleaned_data["email"], name=self.cleaned_data["name"])


class CardForm(PayerForm):
    """A card, and who pays with it."""

    field_order = ["email", "card_number", "expiry", "cvc", "name"]

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


class MisbehaveForm(forms.Form):
    """What is to go wrong: `temper.misbehave` as a form."""

    fault = forms.ChoiceField(
        label="What goes wrong",
        choices=[("Answers of the API", Fault.Api.choices), ("Events on their way", Fault.Delivery.choices)],
    )
    about = forms.ChoiceField(
        label="For",
        required=False,
        choices=[
            ("", "all of them"),
            ("Answers of the API", [(name, name) for name in temper.ENDPOINTS]),
            ("Events on their way", [(name, name) for name in temper.EVENT_TYPES]),
        ],
    )
    session = forms.CharField(label="Session (all, if empty)", required=False, max_length=200)
    seconds = forms.FloatField(label="Seconds (for what takes time)", required=False, min_value=0, max_value=3600)
    times = forms.IntegerField(label="Times (always, if empty)", required=False, min_value=1, max_value=1_000_000)
    percent = forms.IntegerField(label="Percent", initial=100, min_value=1, max_value=100)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, label_suffix="", **kwargs)

    def clean(self) -> None:
        about, is_event = self.cleaned_data.get("about"), self.cleaned_data.get("fault") in Fault.Delivery.values
        if about and (about in temper.EVENT_TYPES) != is_event:
            self.add_error("about", "Events have a type, answers of the API an endpoint.")

    def misbehave(self) -> None:
        """Let it go wrong, once the form is valid."""
        asked = self.cleaned_data
        kind, scope = ("events", "type") if asked["fault"] in Fault.Delivery.values else ("api", "endpoint")
        temper.misbehave(
            **{kind: asked["fault"], scope: asked["about"]},
            session=asked["session"],
            seconds=asked["seconds"],
            times=asked["times"],
            probability=asked["percent"] / 100,
        )
