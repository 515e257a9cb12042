"""Accounts in the admin, with a second factor that an owner can reset, and whose secrets nobody can see."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import forms, get_user_model
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from shop.staff import second_factor
from shop.staff.models import Entry
from shop.staff.passwords import rules_for

User = get_user_model()

# Their own pages show keys and codes, and take new ones.
admin.site.unregister([TOTPDevice, StaticDevice])
admin.site.unregister(User)


def to_the_page_of_accounts(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    return redirect("customer:change-password")


# One page changes one's own password, and says what staff are asked for.
admin.site.password_change = to_the_page_of_accounts


class AddUserForm(forms.AdminUserCreationForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text += "Whoever gets staff status chooses another one at the first sign-in."


class ChangePasswordForm(forms.AdminPasswordChangeForm):
    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["password1"].help_text = rules_for(user)


@admin.register(User)
class StaffUserAdmin(UserAdmin):
    add_form = AddUserForm
    change_password_form = ChangePasswordForm
    actions = ["reset_second_factor"]

    @admin.action(description="Reset the second step of signing in (phone lost)", permissions=["reset"])
    def reset_second_factor(self, request: HttpRequest, users: QuerySet[Any]) -> None:
        for user in users:
            second_factor.reset(user)
            self.log_change(request, user, "Second step of signing in reset.")
        says = ngettext("%d person sets up a new phone.", "%d people set up a new phone.", len(users))
        messages.success(request, says % len(users))

    def has_reset_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("otp_totp.delete_totpdevice")


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin):
    """To be read only, by whoever: a trail that can be mended tells nothing."""

    list_display = ["at", "who", "what", "model", "name"]
    list_filter = ["what", "model", "at"]
    search_fields = ["who", "name", "key"]
    date_hierarchy = "at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False
