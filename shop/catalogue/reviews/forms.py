from typing import Any

from django.core.validators import MaxLengthValidator
from django.forms import Textarea
from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue.reviews import forms

from shop.autofill import AutofillMixin

NAME = 60  # signs of the name beside a review
NO_SCORE = _("Choose a score from 1 to 5.")
NO_VOTE = _("Press Yes or No beside the review.")


class ProductReviewForm(AutofillMixin, forms.ProductReviewForm):
    field_order = ["score", "title", "body"]
    autofill = {"title": "off", "body": "off", "name": "name", "email": "email"}  # no "Mr." for a title

    class Meta(forms.ProductReviewForm.Meta):
        labels = {"score": _("Your score"), "body": _("Your review")}
        error_messages = {
            "title": {"required": _("Say in a few words what you think.")},
            "body": {"required": _("Write what you noticed.")},
        }
        widgets = {"body": Textarea(attrs={"rows": 6})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Oscar counts from nought, which no shopper can choose on the page.
        self.fields["score"].choices = [choice for choice in self.fields["score"].choices if choice[0] != 0]
        self.fields["score"].error_messages |= dict.fromkeys(("required", "invalid_choice"), NO_SCORE)


class GuestReviewForm(ProductReviewForm):
    """For the link of an order: its address is known, and how the name shows is asked."""

    def __init__(self, *args: Any, order: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["email"]
        self.instance.email = order.guest_email
        name = self.fields["name"]
        name.label, name.max_length = _("Your name, as it shows beside the review"), NAME
        name.validators.append(MaxLengthValidator(NAME))
        name.widget.attrs["maxlength"] = NAME
        name.error_messages["required"] = _("Say how your name is to show. A first name will do.")
        if order.shipping_address is not None:
            name.initial = order.shipping_address.first_name[:NAME]


class VoteForm(forms.VoteForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["delta"].error_messages |= dict.fromkeys(("required", "invalid_choice"), NO_VOTE)
