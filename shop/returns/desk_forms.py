"""What staff fill in about returns."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from shop.returns.handling import Arrived
from shop.returns.models import Return, ReturnLine

WAITS, LABEL, UNDERWAY, MONEY, ALL = "waits", "label", "underway", "money", "all"
TABS = [
    (WAITS, "To decide"),
    (LABEL, "To send a label"),
    (UNDERWAY, "On their way to us"),
    (MONEY, "To refund"),
    (ALL, "All"),
]

GRADES = {
    "sealed": "Came unopened",
    "restocked": "of those back on sale",
    "opened": "Came opened",
    "damaged": "Came damaged",
}


class QueueForm(forms.Form):
    """Which returns the queue shows."""

    show = forms.ChoiceField(required=False, choices=TABS)
    kind = forms.ChoiceField(required=False, choices=[("", "Returns and claims"), *Return.Kind.choices])
    q = forms.CharField(
        required=False, max_length=100, label="Number of a return or an order, or the customer's address"
    )


class ReasonForm(forms.Form):
    """Why it is refused."""

    reason = forms.CharField(
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The customer reads this, word for word.",
        error_messages={"required": "Say why: the customer reads it."},
    )


class LabelForm(forms.Form):
    """Where the prepaid label lies."""

    url = forms.URLField(
        label="Address of the prepaid label",
        max_length=500,
        assume_scheme="https",
        help_text="From the carrier's site. The customer gets it by email, and finds it on the page of the return.",
        error_messages={
            "required": "Enter the address of the label.",
            "invalid": "Enter an address like https://….",
        },
    )

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        if not url.startswith("https://"):
            raise forms.ValidationError("Enter an address like https://….")
        return url


class NoteForm(forms.Form):
    """Something for colleagues."""

    text = forms.CharField(
        label="Note",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For colleagues. The customer does not see it.",
        error_messages={"required": "Write the note first."},
    )


@dataclass(frozen=True)
class GradeRow:
    """A line of the return in the form, with a field for each grade."""

    line: ReturnLine
    fields: list[BoundField]


class ReceiveForm(forms.Form):
    """Of each line, how many units came in which state; what is missing did not come."""

    def __init__(self, data: Any = None, *, case: Return) -> None:
        super().__init__(data)
        self.lines = list(case.lines.all())
        for line in self.lines:
            for grade, label in GRADES.items():
                self.fields[f"{grade}_{line.line_id}"] = forms.IntegerField(
                    label=label,
                    required=False,
                    min_value=0,
                    max_value=line.quantity,
                    error_messages={
                        "invalid": "Enter a whole number of units.",
                        "min_value": "Enter a whole number of units.",
                        "max_value": f"Of {line.line.title}, {line.quantity} were to come.",
                    },
                )

    @property
    def rows(self) -> Iterator[GradeRow]:
        for line in self.lines:
            yield GradeRow(line, [self[f"{grade}_{line.line_id}"] for grade in GRADES])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(data.values()):
            raise forms.ValidationError("Say what came. If the box was empty, refuse the return instead.")
        return data

    def arrived(self) -> list[Arrived]:
        data = self.cleaned_data
        return [
            Arrived(line.line_id, **{grade: data[f"{grade}_{line.line_id}"] or 0 for grade in GRADES})
            for line in self.lines
        ]
