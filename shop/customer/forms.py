"""Oscar's account forms, mended where a value could break the page behind them."""

from datetime import date
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from oscar.apps.customer import forms

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)  # a day at the edge of the calendar has no time zone
NO_SUCH_DAY = _("Enter a day between 2000 and 2099.")


class EmailAuthenticationForm(forms.EmailAuthenticationForm):
    def clean_redirect_url(self) -> str | None:
        """A path of ours, or nothing: a bare word would be taken for the name of a URL."""
        url = super().clean_redirect_url()
        return url if url and url.startswith(("/", "http")) else None


class OrderSearchForm(forms.OrderSearchForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        within = [MinValueValidator(FIRST_DAY, NO_SUCH_DAY), MaxValueValidator(LAST_DAY, NO_SUCH_DAY)]
        for name in ("date_from", "date_to"):
            self.fields[name].validators += within


class ProductAlertForm(forms.ProductAlertForm):
    def clean_email(self) -> str:
        """Whoever is signed in is written to at the account's address, whatever else the form was made to send."""
        return "" if self.user.is_authenticated else self.cleaned_data["email"]
