"""Oscar's admin of letters, under our app; a template is checked there as it is in the dashboard."""

from typing import Any

from django import forms
from django.contrib import admin
from django.template import TemplateSyntaxError
from oscar.apps.communication.admin import *  # noqa: F403  (the others are Oscar's)
from oscar.core.loading import get_model

from shop.communication import sandbox

CommunicationEventType = get_model("communication", "CommunicationEventType")

admin.site.unregister(CommunicationEventType)


class LetterForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        for field in CommunicationEventType.PARTS.values():
            try:
                sandbox.compile_template(self.cleaned_data.get(field) or "")
            except TemplateSyntaxError as error:
                self.add_error(field, str(error))
        return self.cleaned_data


@admin.register(CommunicationEventType)
class LetterAdmin(admin.ModelAdmin):
    form = LetterForm
