"""Oscar's account forms: browsers learn what to fill in, shoppers what to do, and no value breaks the page behind."""

from datetime import date
from typing import Any

from django.contrib.auth.password_validation import password_validators_help_text_html
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms import (
    CharField,
    ChoiceField,
    DateField,
    DateInput,
    EmailField,
    EmailInput,
    Form,
    RadioSelect,
    Textarea,
    TextInput,
)
from django.utils.translation import gettext_lazy as _
from oscar.apps.address.forms import UserAddressForm as OscarsUserAddressForm
from oscar.apps.customer import forms

from shop.autofill import ADDRESS, AutofillMixin
from shop.order.utils import as_we_write_it

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)  # a day at the edge of the calendar has no time zone
NO_SUCH_DAY = _("Enter a day between 2000 and 2099.")
IN_OUR_TIME = [MinValueValidator(FIRST_DAY, NO_SUCH_DAY), MaxValueValidator(LAST_DAY, NO_SUCH_DAY)]
NO_EMAIL = {
    "required": _("Enter your email address."),
    "invalid": _("Enter an email address like name@example.com."),
}
NO_PASSWORD = {"required": _("Enter your password.")}
NO_ADDRESS = {
    "first_name": {"required": _("Enter your first name.")},
    "last_name": {"required": _("Enter your last name.")},
    "line1": {"required": _("Enter the street and number.")},
    "line4": {"required": _("Enter the city.")},
    "state": {"required": _("Enter the state.")},
    "postcode": {"required": _("Enter the ZIP code or postcode.")},
    "country": {"required": _("Choose the country.")},
}


class EmailAuthenticationForm(AutofillMixin, forms.EmailAuthenticationForm):
    autofill = {"username": "username", "password": "current-password"}
    error_messages = forms.EmailAuthenticationForm.error_messages | {
        "invalid_login": _("This email address and password do not belong together. Check both for typing mistakes."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].error_messages |= NO_EMAIL
        self.fields["password"].error_messages |= NO_PASSWORD

    def clean_redirect_url(self) -> str | None:
        """A path of ours, or nothing: a bare word would be taken for the name of a URL."""
        url = super().clean_redirect_url()
        return url if url and url.startswith(("/", "http")) else None


class EmailUserCreationForm(AutofillMixin, forms.EmailUserCreationForm):
    autofill = {"email": "email", "password1": "new-password", "password2": "new-password"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].error_messages |= NO_EMAIL
        self.fields["password1"].help_text = password_validators_help_text_html()
        self.fields["password1"].error_messages["required"] = _("Choose a password.")
        self.fields["password2"].error_messages["required"] = _("Enter the password once more.")


class ConfirmPasswordForm(AutofillMixin, forms.ConfirmPasswordForm):
    autofill = {"password": "current-password"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].error_messages |= NO_PASSWORD

    def clean_password(self) -> str:
        """Raises ValidationError for another password than the account's."""
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise ValidationError(_("This is not the password of your account. Check it for typing mistakes."))
        return password


class PersonalDataForm(ConfirmPasswordForm):
    """In which form, and the password again: what it brings is for one pair of eyes."""

    PAGE, JSON = "page", "json"

    kind = ChoiceField(
        label=_("As what"),
        choices=[(PAGE, _("A page to read, print or save")), (JSON, _("A JSON file, for other software to read"))],
        initial=PAGE,
        widget=RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose a page or a file.")),
    )
    field_order = ["kind", "password"]


class ProfileForm(AutofillMixin, forms.ProfileForm):
    autofill = {"first_name": "given-name", "last_name": "family-name", "email": "email"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].error_messages |= NO_EMAIL


class DayInput(DateInput):
    """The browser's own picker, since Oscar's needs a script; it takes a day as YYYY-MM-DD, and nothing else."""

    input_type = "date"

    def format_value(self, value: Any) -> str | None:
        try:
            return date.fromisoformat(str(value)).isoformat()
        except ValueError:
            return None


class OrderSearchForm(AutofillMixin, forms.OrderSearchForm):
    autofill = {"date_from": "off", "date_to": "off", "order_number": "off"}
    date_from = DateField(label=_("Placed from"), required=False, widget=DayInput, validators=IN_OUR_TIME)
    date_to = DateField(label=_("Placed until"), required=False, widget=DayInput, validators=IN_OUR_TIME)


class AnonymousOrderForm(Form):
    """Which order, and whose."""

    order_number = CharField(
        label=_("Order number"),
        max_length=40,
        help_text=_('It stands in your receipt, and looks like <span class="unbroken">34679-CDFGH</span>.'),
        widget=TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={
            "required": _("Enter the number of your order."),
            "max_length": _("An order number is shorter than that. Copy it from your receipt."),
        },
    )
    email = EmailField(
        label=_("Email"),
        max_length=254,
        help_text=_("The address that you ordered with."),
        error_messages=NO_EMAIL,
        widget=EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_order_number(self) -> str:
        return as_we_write_it(self.cleaned_data["order_number"])


class ProductAlertForm(forms.ProductAlertForm):
    email = EmailField(
        label=_("Send notification to"),
        error_messages=NO_EMAIL,
        widget=EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_email(self) -> str:
        """Whoever is signed in is written to at the account's address, whatever else the form was made to send."""
        return "" if self.user.is_authenticated else self.cleaned_data["email"]


class PostcodeRuleMixin:
    """Oscar's address has one rule of its own, about postcode and country: it needs both, and is not asked without."""

    def _post_clean(self) -> None:
        if not {"postcode", "country"} & set(self.errors):  # type: ignore[attr-defined]
            super()._post_clean()  # type: ignore[misc]


class UserAddressForm(AutofillMixin, PostcodeRuleMixin, OscarsUserAddressForm):
    autofill = ADDRESS | {"notes": "off"}

    class Meta(OscarsUserAddressForm.Meta):
        error_messages = NO_ADDRESS
        widgets = {"notes": Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].empty_label = None
        self.fields["phone_number"].widget.input_type = "tel"
