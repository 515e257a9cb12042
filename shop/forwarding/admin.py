"""Where staff see what was forwarded, and forward more."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.redirects.models import Redirect
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from shop.forwarding.addresses import close, move, redirects

admin.site.unregister(Redirect)


class RedirectForm(forms.ModelForm):
    class Meta:
        model = Redirect
        fields = ["old_path", "new_path"]
        help_texts = {
            "old_path": "The old address without the host: “/old-address/”. Only where no page answers any more is "
            "anybody led on.",
            "new_path": "Where readers go instead: “/new-address/”, or a whole address beginning with https://. "
            "Empty means: gone for good, and search engines forget it.",
        }

    def clean_old_path(self) -> str:
        path = self.cleaned_data["old_path"]
        if not path.startswith("/") or path.startswith("//"):
            raise ValidationError("Begin with one slash, without the host: “/old-address/”.")
        if redirects().filter(old_path=path).exclude(pk=self.instance.pk).exists():
            raise ValidationError("This address is forwarded already: change that redirect instead.")
        return path

    def clean_new_path(self) -> str:
        path = self.cleaned_data["new_path"]
        if path and (path.startswith("//") or not path.startswith(("/", "https://", "http://"))):
            raise ValidationError("Begin with one slash, or with https:// for another site.")
        return path

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        old, new = data.get("old_path"), data.get("new_path")
        if old and new and old == new:
            raise ValidationError({"new_path": "An address cannot lead to itself."})
        beyond = redirects().filter(old_path=new).exclude(pk=self.instance.pk).first() if new else None
        if beyond:
            leads = f"leads on to {beyond.new_path}: enter that" if beyond.new_path else "is gone itself"
            raise ValidationError({"new_path": f"{new} {leads}."})
        return data


@admin.register(Redirect)
class RedirectAdmin(admin.ModelAdmin):
    """Most of them make themselves, when the address of a guide changes or a guide is deleted."""

    form = RedirectForm
    list_display = ["old_path", "leads_to"]
    search_fields = ["old_path", "new_path"]

    @admin.display(description="leads to", ordering="new_path")
    def leads_to(self, redirect: Redirect) -> str:
        return redirect.new_path or "gone for good"

    def save_model(self, request: HttpRequest, obj: Redirect, form: Any, change: bool) -> None:
        if change and "old_path" in form.changed_data:
            redirects().filter(pk=obj.pk).delete()
        if obj.new_path:
            move(old=obj.old_path, new=obj.new_path)
        else:
            close(obj.old_path)
        obj.pk = redirects().get(old_path=obj.old_path).pk
