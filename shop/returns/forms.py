"""What a customer fills in to send something back, or to claim the guarantee."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from shop.returns.eligibility import Right, Rights
from shop.returns.handling import NOTHING_CHOSEN, OF_ANOTHER_ORDER, Chosen
from shop.returns.models import ReturnLine

MOST_WORDS = 500


@dataclass(frozen=True)
class Row:
    """A line of the order in the form; without fields where nothing of it can go back."""

    right: Right
    quantity: BoundField | None = None
    reason: BoundField | None = None
    words: BoundField | None = None


class RequestForm(forms.Form):
    """For each line that may go back: how many units, why, and in what words."""

    token = forms.UUIDField(widget=forms.HiddenInput, error_messages={"invalid": OF_ANOTHER_ORDER})

    def __init__(self, data: Any = None, *, rights: Rights) -> None:
        super().__init__(data, initial={"token": uuid4()})
        self.rights = rights
        for right in rights.lines:
            if right.quantity:
                self._add(right)

    @property
    def rows(self) -> Iterator[Row]:
        for right in self.rights.lines:
            pk = right.line.pk
            fields = [self[f"{name}_{pk}"] for name in ("quantity", "reason", "words")] if right.quantity else []
            yield Row(right, *fields)

    @property
    def token_given(self) -> UUID | None:
        """The token that came with the form, if it is one: what was asked for with it is looked for first."""
        try:
            return UUID(self.data.get("token", ""))
        except ValueError:
            return None

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.chosen():
            raise forms.ValidationError(NOTHING_CHOSEN)
        return data

    def chosen(self) -> list[Chosen]:
        """What was chosen, for a form without errors."""
        data = self.cleaned_data
        return [
            Chosen(
                line_id=right.line.pk,
                quantity=data[f"quantity_{right.line.pk}"],
                reason=data[f"reason_{right.line.pk}"],
                words=data[f"words_{right.line.pk}"],
            )
            for right in self.rights.lines
            if data.get(f"quantity_{right.line.pk}")
        ]

    def _add(self, right: Right) -> None:
        pk, title = right.line.pk, right.line.title
        beyond = _("Of this, %(count)d can go back. Choose that many or fewer.") % {"count": right.quantity}
        self.fields[f"quantity_{pk}"] = forms.TypedChoiceField(
            label=_about(_("How many"), title),
            choices=[(str(units), str(units)) for units in range(right.quantity + 1)],
            coerce=int,
            initial=right.quantity if len(self.rights.lines) == 1 and right.quantity == 1 else 0,
            error_messages={"invalid_choice": beyond, "required": NOTHING_CHOSEN},
        )
        self.fields[f"reason_{pk}"] = forms.ChoiceField(
            label=_about(_("Why"), title),
            choices=ReturnLine.Reason.choices,
            initial=ReturnLine.Reason.UNSAID,
            error_messages={"invalid_choice": _("Choose one of the reasons.")},
        )
        self.fields[f"words_{pk}"] = forms.CharField(
            label=_about(_("In your words"), title),
            required=False,
            max_length=MOST_WORDS,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            error_messages={"max_length": _("Use at most %(limit_value)d characters. This has %(show_value)d.")},
        )


def _about(label: Any, title: str) -> str:
    """A label that names its product to those who do not see what it stands under."""
    return format_html('{}<span class="visually-hidden">: {}</span>', label, title)
