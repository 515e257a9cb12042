"""The forms of an offer. Oscar looks for them by this module's name."""

from typing import Any

from oscar.apps.dashboard.offers import forms


class RestrictionsForm(forms.RestrictionsForm):
    def clean(self) -> dict[str, Any]:
        """Oscar's compares dates that it takes for readable."""
        for name in ("start_datetime", "end_datetime", "exclusive", "combinations"):
            self.cleaned_data.setdefault(name, None)
        return super().clean()
