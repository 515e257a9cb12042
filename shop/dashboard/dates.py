"""Days that have a day after them in every time zone: Python's calendar ends with the year 9999."""

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator


class DatesOfOurTime(forms.Form):
    """Goes before a form with the fields `date_from` and `date_to`."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("date_from", "date_to"):
            self.fields[name].validators += [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2100, 1, 1))]
