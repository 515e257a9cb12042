"""Oscar's forms of a wish list, in our words."""

from typing import Any

from django.forms import NumberInput, inlineformset_factory
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from oscar.apps.wishlists import forms
from oscar.core.loading import get_model

from shop.autofill import AutofillMixin

Line = get_model("wishlists", "Line")
WishList = get_model("wishlists", "WishList")

NO_QUANTITY = _("Enter a whole number; 0 takes it off the list.")


class WishListForm(AutofillMixin, forms.WishListForm):
    autofill = {"name": "off"}  # the list's, not the shopper's

    class Meta(forms.WishListForm.Meta):
        error_messages = {"name": {"required": _("Give the list a name.")}}


class LineForm(AutofillMixin, forms.WishListLineForm):
    """How many of a product, named so that the list of mistakes says which."""

    autofill = {"quantity": "off"}

    class Meta:
        model = Line
        fields = ["quantity"]
        widgets = {"quantity": NumberInput(attrs={"inputmode": "numeric"})}
        error_messages = {"quantity": dict.fromkeys(("required", "invalid", "min_value"), NO_QUANTITY)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["quantity"].label = gettext("Quantity of %(title)s") % {"title": self.instance.get_title()}


LineFormset = inlineformset_factory(WishList, Line, form=LineForm, extra=0, can_delete=False)
