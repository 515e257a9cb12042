"""The one form of the checkout."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from localflavor.ca.ca_provinces import PROVINCE_CHOICES, PROVINCES_NORMALIZED
from localflavor.us.us_states import STATE_CHOICES, STATES_NORMALIZED
from oscar.apps.address.forms import AbstractAddressForm
from oscar.core.loading import get_model

from shop.autofill import ADDRESS, AutofillMixin
from shop.customer.forms import NO_ADDRESS, NO_EMAIL, PostcodeRuleMixin

Country = get_model("address", "Country")
ShippingAddress = get_model("order", "ShippingAddress")

# Countries that divide themselves: what people write, as the two letters that carriers want.
REGIONS = {"US": STATES_NORMALIZED, "CA": PROVINCES_NORMALIZED}
REGION_ERRORS = {
    "US": _("Enter a US state, such as TX or Texas."),
    "CA": _("Enter a province, such as ON or Ontario."),
}
REGION_NAMES = sorted({str(name) for _code, name in (*STATE_CHOICES, *PROVINCE_CHOICES)})


class CheckoutForm(AutofillMixin, PostcodeRuleMixin, AbstractAddressForm):
    """Contact, address and delivery. `deliveries` are the choices of a Quote; `user` may be anonymous."""

    email = forms.EmailField(
        label=_("Email"),
        max_length=254,
        help_text=_("For the receipt and news of the package. Nothing else."),
        error_messages=NO_EMAIL,
    )
    shipping_method = forms.ChoiceField(label=_("Delivery"), widget=forms.RadioSelect)

    field_order = ["email"]
    autofill = ADDRESS | {"email": "email"}

    class Meta:
        model = ShippingAddress
        fields = ["first_name", "last_name", "line1", "line2", "line4", "state", "postcode", "country"]
        error_messages = NO_ADDRESS
        labels = {
            "line1": _("Address line 1"),
            "line2": _("Address line 2"),
            "line4": _("City"),
            "state": _("State"),
            "postcode": _("Postcode"),
        }
        widgets = {"state": forms.TextInput(attrs={"list": "regions"})}

    def __init__(self, *args: Any, user: Any, deliveries: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user.is_authenticated:
            del self.fields["email"]
        countries = Country.objects.filter(is_shipping_country=True)
        self.fields["country"].queryset = countries
        self.fields["country"].empty_label = None
        self.fields["shipping_method"].choices = [(d.method.code, d.method.name) for d in deliveries]
        self.fields["shipping_method"].initial = deliveries[0].method.code
        country = self._country_code(countries)
        self.fields["state"].required = country in REGIONS
        if country == "US":
            self.fields["postcode"].label = _("ZIP code")

    region_names = REGION_NAMES

    @property
    def chosen_method(self) -> str | None:
        """The code of the delivery that stands chosen in the form as it is shown."""
        return self["shipping_method"].value()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        country = cleaned.get("country")
        regions = REGIONS.get(country.pk) if country else None
        if regions and "state" not in self.errors:
            region = regions.get(cleaned.get("state", "").strip().lower())
            if region is None:
                self.add_error("state", REGION_ERRORS[country.pk])
            else:
                cleaned["state"] = str(region)
        return cleaned

    def _country_code(self, countries: Any) -> str | None:
        chosen = self["country"].value()
        if chosen is None:
            first = countries.first()
            return first and first.pk
        return getattr(chosen, "pk", chosen)
