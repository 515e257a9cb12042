"""The form of a letter. Oscar looks for it by this module's name."""

from django import forms
from django.template import TemplateSyntaxError
from oscar.apps.dashboard.communications import forms as oscars

from shop.communication import sandbox


class CommunicationEventTypeForm(oscars.CommunicationEventTypeForm):
    def validate_template(self, value: str) -> None:
        """Raises ValidationError for what the sandbox would not render."""
        try:
            sandbox.compile_template(value)
        except TemplateSyntaxError as error:
            raise forms.ValidationError(str(error), code="invalid_template") from error
