"""Oscar's account forms: browsers learn what to fill in, shoppers what to do, and no value breaks the page behind."""

from datetime import date
from typing import Any

from django.contrib.auth import forms as auth_forms
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import transaction
from django.forms import (
    CharField,
    ChoiceField,
    DateField,
    DateInput,
    EmailField,
    EmailInput,
    Form,
    HiddenInput,
    PasswordInput,
    RadioSelect,
    Textarea,
    TextInput,
)
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from oscar.apps.address.forms import UserAddressForm as OscarsUserAddressForm
from oscar.apps.customer import forms
from oscar.apps.customer.utils import normalise_email

from shop.autofill import ADDRESS, AutofillMixin
from shop.background.queue import enqueue
from shop.customer.passwords import send_reset
from shop.customer.personal_data.erasure import AccountGone
from shop.customer.sign_ins.models import SignIn
from shop.order.utils import as_we_write_it
from shop.staff.passwords import rules_for
from shop.throttle import Throttle

User = get_user_model()

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)  # a day at the edge of the calendar has no time zone
NO_SUCH_DAY = _("Enter a day between 2000 and 2099.")
IN_OUR_TIME = [MinValueValidator(FIRST_DAY, NO_SUCH_DAY), MaxValueValidator(LAST_DAY, NO_SUCH_DAY)]
NO_EMAIL = {
    "required": _("Enter your email address."),
    "invalid": _("Enter an email address like name@example.com."),
}
NO_PASSWORD = {"required": _("Enter your password.")}
NOT_THE_PASSWORD = _("This is not the password of your account. Check it for typing mistakes.")
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


class RegistrationForm(AutofillMixin, Form):
    """Asks for an account (shop.customer.registration). Whether the address has one is not for the page to say."""

    autofill = {"email": "email"}
    email = EmailField(
        label=_("Email address"),
        help_text=_("We send you a link to choose your password."),
        error_messages=NO_EMAIL,
    )
    redirect_url = CharField(widget=HiddenInput, required=False)
    clean_redirect_url = forms.EmailUserCreationForm.clean_redirect_url

    def __init__(self, *args: Any, host: str, **kwargs: Any) -> None:
        self.host = host
        super().__init__(*args, **kwargs)

    def clean_email(self) -> str:
        email: str = normalise_email(self.cleaned_data["email"])
        return email


class FirstPasswordForm(AutofillMixin, auth_forms.SetPasswordForm):
    """Of an account that is about to be made: `user` is not stored yet."""

    autofill = {"new_password1": "new-password", "new_password2": "new-password"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first, again = self.fields["new_password1"], self.fields["new_password2"]
        first.label, again.label = _("Password"), _("Confirm password")
        first.help_text = password_validators_help_text_html()
        first.error_messages["required"] = _("Choose a password.")
        again.error_messages["required"] = _("Enter the password once more.")


class PasswordResetForm(auth_forms.PasswordResetForm):
    throttle = Throttle("password reset", most=10)

    def save(self, *, request: HttpRequest, **_options: Any) -> None:  # type: ignore[override]  # the rest is not ours
        """Raises TooOften."""
        self.throttle.check(request)
        enqueue(send_reset, email=self.cleaned_data["email"])


class ConfirmPasswordForm(AutofillMixin, forms.ConfirmPasswordForm):
    autofill = {"password": "current-password"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].error_messages |= NO_PASSWORD

    def clean_password(self) -> str:
        """Raises ValidationError for another password than the account's."""
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise ValidationError(NOT_THE_PASSWORD)
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


class SignOutElsewhereForm(ConfirmPasswordForm):
    """Which other sessions end. `cleaned_data["which"]` is the list of them."""

    ALL = "all"

    which = ChoiceField(
        label=_("Sign out"),
        initial=ALL,
        widget=RadioSelect,
        error_messages={
            "required": _("Choose which one is to be signed out."),
            "invalid_choice": _("That one is signed out already."),
        },
    )
    field_order = ["which", "password"]

    def __init__(self, *args: Any, others: list[SignIn], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = {str(each.pk): each for each in others}
        everywhere = (self.ALL, _("Everywhere but here"))
        self.fields["which"].choices = [everywhere, *((key, _since(each)) for key, each in self.others.items())]

    def clean_which(self) -> list[SignIn]:
        which = self.cleaned_data["which"]
        return list(self.others.values()) if which == self.ALL else [self.others[which]]


def _since(sign_in: SignIn) -> str:
    since = date_format(localtime(sign_in.since), "DATETIME_FORMAT")
    return gettext("%(place)s, since %(since)s") % {"place": sign_in, "since": since}


class ProfileForm(AutofillMixin, forms.ProfileForm):
    """Stores the name. Another email address is asked for with the password, and waits for its mailbox to say yes."""

    autofill = {
        "first_name": "given-name",
        "last_name": "family-name",
        "email": "email",
        "password": "current-password",
    }
    password = CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=PasswordInput,
        help_text=_("Needed only to change your email address."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].error_messages |= NO_EMAIL

    @property
    def another_email(self) -> str:
        """The address that a valid form asks for, when it is not the account's."""
        address: str = self.cleaned_data.get("email", "")
        return "" if address == self.initial["email"] else address

    def clean_email(self) -> str:
        """As typed: whether it has an account already is nobody's business but its owner's, who gets a letter."""
        address: str = normalise_email(self.cleaned_data["email"])
        return address

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError for another address without the right password."""
        cleaned: dict[str, Any] = super().clean()
        password = cleaned.get("password", "")
        if self.another_email and not password:
            self.add_error("password", _("Enter your password, to have another email address."))
        elif self.another_email and not self.user.check_password(password):
            self.add_error("password", NOT_THE_PASSWORD)
        return cleaned

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        """Raises AccountGone when the account was deleted meanwhile."""
        lock_account(self.instance.pk)
        self.instance.email = self.initial["email"]
        return super().save(commit)


class SaysTheRules:
    """Those for a new password, beside its field: others hold for who works here."""

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["new_password1"].help_text = rules_for(user)  # type: ignore[attr-defined]  # the form's


class PasswordChangeForm(SaysTheRules, auth_forms.PasswordChangeForm):
    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        """Raises AccountGone when the account was deleted meanwhile."""
        lock_account(self.user.pk)
        return super().save(commit)


class SetPasswordForm(SaysTheRules, auth_forms.SetPasswordForm):
    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        """Raises AccountGone when the account was deleted meanwhile."""
        lock_account(self.user.pk)
        return super().save(commit)


def lock_account(pk: int) -> None:
    """Keep an account from being deleted until the transaction ends; one that is gone would be written anew by `save`.

    Raises AccountGone.
    """
    if not User.objects.select_for_update().filter(pk=pk).values("pk").first():
        raise AccountGone


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
