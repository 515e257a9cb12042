"""The forms of a range. Oscar looks for them by this module's name."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from oscar.apps.dashboard.ranges import forms
from oscar.core.loading import get_model

RangeProductFileUpload = get_model("offer", "RangeProductFileUpload")

MOST_BYTES = 500_000
MOST_NAMES = 10_000
NOT_READABLE = _("This file cannot be read. Save it as plain text or CSV, in UTF-8.")


class RangeProductForm(forms.RangeProductForm):
    """Oscar's reads a file of any size, and takes whatever it holds for names of products."""

    def clean_file_upload(self) -> UploadedFile | None:
        """Raises ValidationError for a file that is too large or no text."""
        upload: UploadedFile | None = self.cleaned_data["file_upload"]
        if upload is None:
            return None
        if upload.size > MOST_BYTES:
            raise ValidationError(_("This file has more than 500 KB. Split it into smaller ones."))
        try:
            text = upload.read().decode()
        except UnicodeDecodeError:
            raise ValidationError(NOT_READABLE) from None
        upload.seek(0)
        if "\0" in text:
            raise ValidationError(NOT_READABLE)
        if len(forms.UPC_SET_REGEX.findall(text)) > MOST_NAMES:
            raise ValidationError(_("This file names more than 10,000 products. Split it into smaller ones."))
        return upload

    def clean(self) -> dict[str, Any]:
        """Oscar's reads a list of names that was refused."""
        self.cleaned_data.setdefault("query", "")
        return super().clean()

    def clean_upload_type(self) -> str:
        """Whether the products come into the range or are kept out of it; Oscar's knows no third."""
        kinds = RangeProductFileUpload.INCLUDED_PRODUCTS_TYPE, RangeProductFileUpload.EXCLUDED_PRODUCTS_TYPE
        asked: str = self.cleaned_data["upload_type"]
        return asked if asked in kinds else kinds[0]
