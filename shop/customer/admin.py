"""Oscar's admin of customers, under our app, and of their addresses, whose form fails on one of nobody."""

from django import forms
from django.contrib import admin
from oscar.apps.address.admin import UserAddressAdmin as OscarsUserAddressAdmin
from oscar.apps.customer.admin import *  # noqa: F403  (the others are Oscar's)
from oscar.core.loading import get_model

UserAddress = get_model("address", "UserAddress")

admin.site.unregister(UserAddress)


class UserAddressForm(forms.ModelForm):
    def validate_unique(self) -> None:
        if self.instance.user_id:  # the field has said by itself that it is missing
            super().validate_unique()


@admin.register(UserAddress)
class UserAddressAdmin(OscarsUserAddressAdmin):
    form = UserAddressForm
