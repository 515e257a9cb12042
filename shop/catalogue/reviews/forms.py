from typing import Any

from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue.reviews import forms

NO_SCORE = _("Choose a score from 1 to 5.")
NO_VOTE = _("Press Yes or No beside the review.")


class ProductReviewForm(forms.ProductReviewForm):
    class Meta(forms.ProductReviewForm.Meta):
        labels = {"body": _("Your review")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Oscar counts from nought, which no shopper can choose on the page.
        self.fields["score"].choices = [choice for choice in self.fields["score"].choices if choice[0] != 0]
        self.fields["score"].error_messages |= dict.fromkeys(("required", "invalid_choice"), NO_SCORE)


class VoteForm(forms.VoteForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["delta"].error_messages |= dict.fromkeys(("required", "invalid_choice"), NO_VOTE)
