"""The form with which staff send a parcel."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django import forms
from django.core.validators import RegexValidator, URLValidator
from django.forms.boundfield import BoundField

from shop.parcels.carriers import CARRIERS, CHOICES, OTHER, as_carriers_write_it
from shop.parcels.models import Parcel

OUT_OF_DATE = "This form is out of date. Please open the page again."
LINE_FIELD = re.compile(r"units_")
NO_UNITS = "Enter a whole number of units."


class ParcelForm(forms.Form):
    """What leaves, and how. `lines` are those of the order, each with its units still `to_send`."""

    parcel_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, error_messages={"invalid": OUT_OF_DATE})
    carrier = forms.ChoiceField(
        choices=[("", "Choose"), *CHOICES],
        widget=forms.Select(
            attrs={"class": "no-widget-init"}
        ),  # the dashboard's script would put a list of its own there
        error_messages={"required": "Choose who carries the parcel."},
    )
    number = forms.CharField(
        label="Tracking number",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    other_carrier = forms.CharField(
        label="Name of another carrier",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    other_link = forms.URLField(
        label="Link of another carrier",
        required=False,
        max_length=500,
        assume_scheme="https",
        validators=[URLValidator(schemes=["https"], message="Enter a whole link that begins with https://.")],
        error_messages={"invalid": "Enter a whole link that begins with https://."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url"}),
        help_text="Where the customer can follow the parcel, if there is such a page. It begins with https://.",
    )

    def __init__(self, data: Any = None, *, lines: list[Any]) -> None:
        super().__init__(data)
        self.lines = [line for line in lines if line.to_send]
        for line in self.lines:
            self.fields[f"units_{line.pk}"] = forms.IntegerField(
                label=f"Units of {line.title}",
                required=False,
                initial=line.to_send,
                min_value=0,
                max_value=line.to_send,
                error_messages={
                    "invalid": NO_UNITS,
                    "min_value": NO_UNITS,
                    "max_value": f"Of {line.title}, {line.to_send} can still be sent.",
                },
            )

    def rows(self) -> Iterator[tuple[Any, BoundField]]:
        for line in self.lines:
            yield line, self[f"units_{line.pk}"]

    def how(self) -> list[BoundField]:
        """The fields that say how it travels."""
        return [self[name] for name in ("carrier", "number", "other_carrier", "other_link")]

    def units(self) -> dict[Any, int]:
        """How many of which line leave, of a form that is valid."""
        chosen = ((line, self.cleaned_data[f"units_{line.pk}"]) for line in self.lines)
        return {line: units for line, units in chosen if units}

    def parcel(self) -> Parcel:
        """The parcel, not saved, of a form that is valid."""
        data = self.cleaned_data
        how = {name: data[name] for name in ("carrier", "number", "other_carrier", "other_link")}
        return Parcel(pk=data["parcel_id"], **how)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if any(LINE_FIELD.match(name) and name not in self.fields for name in self.data):
            raise forms.ValidationError(
                "Of a line that was chosen nothing is left to send, or it is none of this order. Open the page again."
            )
        if data.get("carrier") in CARRIERS:
            self._check_number(data)
        elif data.get("carrier") == OTHER:
            self._check_other(data)
        if not self.errors and not self.units():
            raise forms.ValidationError("Choose what is in the parcel.")
        return data

    def _check_number(self, data: dict[str, Any]) -> None:
        carrier = CARRIERS[data["carrier"]]
        if "number" in data:
            data["number"] = as_carriers_write_it(data["number"])
            if not carrier.accepts(data["number"]):
                self.add_error("number", f"Enter a tracking number of {carrier.name}, such as {carrier.example}.")
        for name in ("other_carrier", "other_link"):
            if data.get(name):
                self.add_error(name, f"Leave it empty for {carrier.name}, or choose “Another carrier”.")

    def _check_other(self, data: dict[str, Any]) -> None:
        if not data.get("other_carrier") and "other_carrier" not in self.errors:
            self.add_error("other_carrier", "Enter the name of the carrier.")
        try:
            RegexValidator(r"^[\w ./-]{0,40}\Z")(data.get("number", ""))
        except forms.ValidationError:
            self.add_error("number", "Use up to 40 letters, digits, blanks and hyphens.")
