"""Where staff change what the shop promises."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property

from .models import Promise

KEPT = ("answer_days", "refund_days")


class PromiseForm(forms.ModelForm):
    takes_effect = forms.SplitDateTimeField(
        required=False,
        widget=admin.widgets.AdminSplitDateTime,
        help_text="For orders placed from then on; earlier ones keep what they were promised. Empty means: at once.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.has_begun:
            self.initial["takes_effect"] = self.instance.in_force_from

    @cached_property
    def changed_data(self) -> list[str]:
        """A number that was not sent stays as it is, as Django's forms keep what has a default, and is no change."""
        return [name for name in super().changed_data if not (name in KEPT and self._is_omitted(name))]

    def _is_omitted(self, name: str) -> bool:
        return self.fields[name].widget.value_omitted_from_data(self.data, self.files, self.add_prefix(name))

    def clean_takes_effect(self) -> Any:
        moment = self.cleaned_data["takes_effect"]
        if moment is None:
            return timezone.now()
        if moment <= timezone.now():
            raise ValidationError("This moment has passed. Leave it empty to change the promise at once.")
        if Promise.objects.filter(slug=self.instance.slug, in_force_from=moment).exclude(pk=self.instance.pk).exists():
            raise ValidationError("Another version of this promise takes effect at that moment.")
        return moment


@admin.register(Promise)
class PromiseAdmin(admin.ModelAdmin):
    """Promises are edited, not added: pages, basket and checkout name them by their slugs.

    What has been in force stays as it was, and a change to it makes the next version.
    """

    form = PromiseForm
    list_display = ["title", "version", "standing", "one_line", "days"]
    fields = [
        "slug",
        "title",
        "line",
        ("days", "counted_from"),
        "condition",
        "pays_postage",
        ("answer_days", "refund_days"),
        "excluded",
        "countries",
        "text",
        "icon",
        "position",
        "takes_effect",
    ]
    readonly_fields = ["slug"]
    autocomplete_fields = ["excluded"]
    filter_horizontal = ["countries"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Promise]:
        return super().get_queryset(request).with_ends()

    @admin.display(description="In force")
    def standing(self, promise: Any) -> str:
        begins, ends = (
            date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT") if moment else ""
            for moment in (promise.in_force_from, promise.ends)
        )
        if not promise.has_begun:
            return f"from {begins}"
        if promise.ends is None or promise.ends > timezone.now():
            return f"now, until {ends}" if ends else "now"
        return f"until {ends}"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Promise | None = None) -> bool:
        is_over = obj is not None and obj.ends_at is not None and obj.ends_at <= timezone.now()
        return not is_over and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Promise | None = None) -> bool:
        """Only what has never been in force."""
        return obj is not None and not obj.has_begun and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Promise, form: forms.ModelForm, change: bool) -> None:
        if not form.changed_data:
            return
        if obj.has_begun:
            obj.pk, obj._state.adding = None, True
            obj.version = Promise.objects.next_version(obj.slug)
        obj.in_force_from = form.cleaned_data["takes_effect"]
        super().save_model(request, obj, form, change)
