"""Oscar's basket forms, with errors that say what to do next."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from oscar.apps.basket import forms
from oscar.apps.basket.forms import SimpleAddToBasketForm  # noqa: F401  (Oscar looks for it here)

NO_QUANTITY = gettext_lazy("Enter how many you want, as a number from 1.")
ZERO_TAKES_OUT = gettext_lazy("Enter how many you want as a number; 0 takes it out.")
CHOOSE_A_SIZE = gettext_lazy("Choose a size.")
NO_CODE = gettext_lazy("Please enter a voucher code")
NOT_A_CODE = gettext_lazy("No code of ours looks like this. Check it for a typing mistake.")


class AddToBasketForm(forms.AddToBasketForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quantity"].error_messages = dict.fromkeys(("required", "invalid", "min_value"), NO_QUANTITY)
        if "child_id" in self.fields:
            self.fields["child_id"].error_messages = dict.fromkeys(("required", "invalid_choice"), CHOOSE_A_SIZE)

    def clean_quantity(self) -> int:
        free, most = self.basket.max_allowed_quantity()
        if free is not None and self.cleaned_data["quantity"] > free:
            raise ValidationError(
                ngettext("One order holds %(most)d item at most.", "One order holds %(most)d items at most.", most)
                % {"most": most}
            )
        return self.cleaned_data["quantity"]

    def clean(self) -> dict[str, Any]:
        # Without a size there is nothing yet whose price and stock could be looked up.
        return self.cleaned_data if self.errors else super().clean()


class BasketLineForm(forms.BasketLineForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quantity"].required = True
        self.fields["quantity"].error_messages = dict.fromkeys(("required", "invalid", "min_value"), ZERO_TAKES_OUT)

    def clean_quantity(self) -> int:
        # What stays as it is may stay: a line that sold out must not keep the shopper from changing the others.
        if "quantity" not in self.changed_data:
            return self.instance.quantity
        return super().clean_quantity()

    def check_max_allowed_quantity(self, qty: int) -> None:
        # What the shelf holds comes first: Oscar would blame other lines with the same product, where there are none.
        self.check_permission(qty)
        super().check_max_allowed_quantity(qty)


class SavedLineForm(forms.SavedLineForm):
    def clean(self) -> dict[str, Any]:
        if self.instance.pk is None:
            raise ValidationError(_("This is no longer on your list."))
        return super().clean()


class BasketVoucherForm(forms.BasketVoucherForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].error_messages = {"required": NO_CODE} | dict.fromkeys(
            ("max_length", "null_characters_not_allowed"), NOT_A_CODE
        )
